variable "name" {
  description = "Name of the policy."
  type        = string
}

variable "namespace" {
  description = "Where the pods are."
  type        = string
}

variable "labels" {
  description = "Which pods they are."
  type        = map(string)
}

variable "http_port" {
  description = "The port that they answer on; null: none."
  type        = number
  default     = null
}

variable "admin_port" {
  description = "The port that they tell health and metrics on; null: none."
  type        = string
  default     = null
}

variable "public_ports" {
  description = "Ports that they may reach outside."
  type        = list(number)
  default     = []
}
