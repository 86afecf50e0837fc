# What Daybook runs on: Kubernetes, PostgreSQL, Valkey, a registry. What runs there is in ../apps.

locals {
  name = "daybook-${var.environment}"
}

# State and file of variables must be of the same environment: what was applied first is remembered.
resource "terraform_data" "environment" {
  input = var.environment

  lifecycle {
    ignore_changes = [input]
    postcondition {
      condition     = self.output == var.environment
      error_message = "This is the state of ${self.output}; run init with the key of ${var.environment}."
    }
  }
}

data "digitalocean_kubernetes_versions" "this" {
  version_prefix = "${var.cluster.kubernetes_version}."
}

resource "digitalocean_kubernetes_cluster" "this" {
  name                 = local.name
  region               = var.region
  version              = data.digitalocean_kubernetes_versions.this.latest_version
  ha                   = var.cluster.control_plane_ha
  auto_upgrade         = true
  surge_upgrade        = true
  registry_integration = true

  node_pool {
    name       = "workers"
    size       = var.cluster.node_size
    auto_scale = true
    min_nodes  = var.cluster.nodes_min
    max_nodes  = var.cluster.nodes_max
  }

  maintenance_policy {
    day        = var.cluster.maintenance_day
    start_time = var.cluster.maintenance_hour
  }

  depends_on = [digitalocean_container_registry.this]
  lifecycle {
    ignore_changes = [version] # patches are applied in the hours of maintenance
  }
}

# An account has one registry. Images are built once and go from environment to environment by digest.
resource "digitalocean_container_registry" "this" {
  count = var.cluster.registry_tier == null ? 0 : 1

  name                   = "daybook"
  region                 = var.region
  subscription_tier_slug = var.cluster.registry_tier
}

module "postgresql" {
  source = "../modules/postgresql"

  name             = "${local.name}-postgresql"
  region           = var.region
  size             = var.cluster.postgresql_size
  nodes            = var.cluster.postgresql_nodes
  pool_connections = var.cluster.pool_connections
  backup_hour      = var.cluster.backup_hour
  maintenance_day  = var.cluster.maintenance_day
  maintenance_hour = var.cluster.maintenance_hour
  cluster_id       = digitalocean_kubernetes_cluster.this.id
}

module "valkey" {
  source = "../modules/valkey"

  name             = "${local.name}-valkey"
  region           = var.region
  size             = var.cluster.valkey_size
  nodes            = var.cluster.valkey_nodes
  maintenance_day  = var.cluster.maintenance_day
  maintenance_hour = var.cluster.maintenance_hour
  cluster_id       = digitalocean_kubernetes_cluster.this.id
}

# Whatever would destroy or replace the database would replace this, too, and that is refused.
resource "terraform_data" "deletion_protection" {
  count = var.cluster.deletion_protection ? 1 : 0

  triggers_replace = [module.postgresql.id]

  lifecycle {
    prevent_destroy = true
  }
}

resource "digitalocean_project" "this" {
  name        = local.name
  description = "Daybook, ${var.environment}"
  purpose     = "Service or API"
  environment = title(var.environment)
  resources   = [digitalocean_kubernetes_cluster.this.urn, module.postgresql.urn, module.valkey.urn]
}
