variable "name" {
  description = "Name of the process: the command of `daybook` that it is."
  type        = string
}

variable "namespace" {
  description = "Where it runs."
  type        = string
}

variable "image" {
  description = "The image, by digest."
  type        = string
}

variable "replicas" {
  description = "How many pods; where both differ the load decides."
  type        = object({ min = number, max = number })
}

variable "resources" {
  description = "What each pod is given."
  type        = object({ cpu = string, memory = string })
}

variable "settings" {
  description = "Settings of Daybook that are no secret."
  type        = map(string)
}

variable "secret_files" {
  description = "Environment variables that name a file, with what the file holds."
  type        = map(string)
}

variable "http_port" {
  description = "The port that it answers on; null: none."
  type        = number
  default     = null
}

variable "public_ports" {
  description = "Ports that it may reach outside."
  type        = list(number)
  default     = []
}
