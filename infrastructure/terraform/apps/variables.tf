variable "environment" {
  description = "Which environment this is; its cluster is found by it."
  type        = string

  validation {
    condition     = contains(["development", "staging", "production"], var.environment)
    error_message = "The environment is development, staging or production."
  }
}

variable "apps" {
  description = "How much of everything runs, and with which settings."
  type = object({
    domain        = string # a zone of DigitalOcean's DNS
    hostname      = string # within it
    smtp_port     = number # that workers may reach
    verify_at     = string # cron, UTC: read models are held against the log
    api_min       = number
    api_max       = number
    api_cpu       = string
    api_memory    = string
    projectors    = number
    worker_cpu    = string # of projectors, workers and tasks
    worker_memory = string
    workers       = number
    settings      = map(string) # of Daybook, for every process
  })

  validation {
    condition     = var.apps.api_min <= var.apps.api_max
    error_message = "api_min is more than api_max."
  }
}

variable "image" {
  description = "The image by its digest, so that what was tested in one environment is what runs in the next."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "An image by digest was expected: registry.digitalocean.com/daybook/daybook@sha256:..."
  }
}

variable "signing_keys" {
  description = "PEM of the Ed25519 keys that sign access tokens, the one that signs first. From TF_VAR_signing_keys."
  type        = string
  sensitive   = true
}

variable "smtp_url" {
  description = "The mail server with its password. From TF_VAR_smtp_url."
  type        = string
  sensitive   = true
}

variable "etl_source" {
  description = "Where the file of each day is; may carry credentials. From TF_VAR_etl_source; null: nothing is fetched."
  type        = string
  sensitive   = true
  default     = null
}

variable "region" {
  description = "What ../cluster takes from the file of the environment; nothing here."
  type        = string
  default     = null
}

variable "cluster" {
  description = "As region."
  type        = any
  default     = null
}
