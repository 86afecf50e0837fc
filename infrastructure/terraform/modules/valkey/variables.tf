variable "name" {
  description = "Name of the database cluster."
  type        = string
}

variable "region" {
  description = "DigitalOcean region."
  type        = string
}

variable "size" {
  description = "Slug of the size of a node."
  type        = string
}

variable "nodes" {
  description = "The primary and its standbys."
  type        = number
}

variable "maintenance_day" {
  description = "Day of the week on which the service may be updated."
  type        = string
}

variable "maintenance_hour" {
  description = "Hour of that day, UTC, such as 03:00."
  type        = string
}

variable "cluster_id" {
  description = "The Kubernetes cluster that may connect."
  type        = string
}
