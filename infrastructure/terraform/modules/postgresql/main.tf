# PostgreSQL with a user and a database of Daybook's, reached from one Kubernetes cluster only.

terraform {
  required_providers {
    digitalocean = {
      source = "digitalocean/digitalocean"
    }
  }
}

resource "digitalocean_database_cluster" "this" {
  name       = var.name
  engine     = "pg"
  version    = "17"
  region     = var.region
  size       = var.size
  node_count = var.nodes

  maintenance_window {
    day  = var.maintenance_day
    hour = var.maintenance_hour
  }
}

# Backups of the last seven days, and any moment between, come with the service.
resource "digitalocean_database_postgresql_config" "this" {
  cluster_id    = digitalocean_database_cluster.this.id
  backup_hour   = var.backup_hour
  backup_minute = 30
}

resource "digitalocean_database_db" "daybook" {
  cluster_id = digitalocean_database_cluster.this.id
  name       = "daybook"
}

resource "digitalocean_database_user" "daybook" {
  cluster_id = digitalocean_database_cluster.this.id
  name       = "daybook"
}

# Queries are single transactions and share these. Everything else keeps something in its session: it connects directly.
resource "digitalocean_database_connection_pool" "queries" {
  cluster_id = digitalocean_database_cluster.this.id
  name       = "queries"
  mode       = "transaction"
  size       = var.pool_connections
  db_name    = digitalocean_database_db.daybook.name
  user       = digitalocean_database_user.daybook.name
}

resource "digitalocean_database_firewall" "this" {
  cluster_id = digitalocean_database_cluster.this.id

  rule {
    type  = "k8s"
    value = var.cluster_id
  }
}
