variable "name" {
  description = "Name of the task."
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

variable "command" {
  description = "What it runs, with its arguments."
  type        = list(string)
}

variable "schedule" {
  description = "When, as cron says it, UTC; null: once for each image."
  type        = string
  default     = null
}

variable "resources" {
  description = "What it is given."
  type        = object({ cpu = string, memory = string })
}

variable "secret_files" {
  description = "Environment variables that name a file, with what the file holds."
  type        = map(string)
}
