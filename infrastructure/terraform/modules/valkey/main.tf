# Valkey for the queue of jobs and drafts of forms, reached from one Kubernetes cluster only.

terraform {
  required_providers {
    digitalocean = {
      source = "digitalocean/digitalocean"
    }
  }
}

resource "digitalocean_database_cluster" "this" {
  name            = var.name
  engine          = "valkey"
  version         = "8"
  region          = var.region
  size            = var.size
  node_count      = var.nodes
  eviction_policy = "noeviction" # a queue that is full says so

  maintenance_window {
    day  = var.maintenance_day
    hour = var.maintenance_hour
  }
}

resource "digitalocean_database_firewall" "this" {
  cluster_id = digitalocean_database_cluster.this.id

  rule {
    type  = "k8s"
    value = var.cluster_id
  }
}
