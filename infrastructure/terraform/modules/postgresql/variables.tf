variable "name" {
  description = "Name of the database cluster."
  type        = string
}

variable "region" {
  description = "DigitalOcean region."
  type        = string
}

variable "size" {
  description = "Slug of the size of a node. It decides how many connections there are: 25 per GiB, less 3."
  type        = string
}

variable "nodes" {
  description = "The primary and its standbys."
  type        = number
}

variable "pool_connections" {
  description = "Server connections that queries share."
  type        = number
}

variable "backup_hour" {
  description = "Hour of the daily backup, UTC."
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
