variable "environment" {
  description = "Which environment this is: its name is part of the name of everything here."
  type        = string

  validation {
    condition     = contains(["development", "staging", "production"], var.environment)
    error_message = "The environment is development, staging or production."
  }
}

variable "region" {
  description = "DigitalOcean region of everything here. Its default network is what makes addresses private."
  type        = string
}

variable "cluster" {
  description = "Sizes of servers, and how they are kept."
  type = object({
    kubernetes_version  = string # the minor version, such as 1.35; patches are DigitalOcean's
    control_plane_ha    = bool
    node_size           = string
    nodes_min           = number
    nodes_max           = number
    registry_tier       = string # null where the registry of another environment is used
    postgresql_size     = string
    postgresql_nodes    = number # 1, or with standbys 2 or 3
    pool_connections    = number # server connections that queries share
    backup_hour         = number # of the daily backup, UTC
    valkey_size         = string
    valkey_nodes        = number
    maintenance_day     = string
    maintenance_hour    = string # UTC, such as 03:00
    deletion_protection = bool   # refuse plans that destroy or replace data
  })

  validation {
    condition     = var.cluster.nodes_min <= var.cluster.nodes_max
    error_message = "nodes_min is more than nodes_max."
  }
  validation {
    condition     = alltrue([for n in [var.cluster.postgresql_nodes, var.cluster.valkey_nodes] : n >= 1 && n <= 3])
    error_message = "A managed database has 1, 2 or 3 nodes."
  }
}

variable "apps" {
  description = "What ../apps takes from the file of the environment; nothing here."
  type        = any
  default     = null
}
