output "kubernetes_cluster" {
  description = "Name of the Kubernetes cluster: doctl kubernetes cluster kubeconfig save NAME."
  value       = digitalocean_kubernetes_cluster.this.name
}

output "postgresql_cluster" {
  description = "Id of the PostgreSQL cluster, for doctl databases."
  value       = module.postgresql.id
}

output "valkey_cluster" {
  description = "Id of the Valkey cluster, for doctl databases."
  value       = module.valkey.id
}

output "registry" {
  description = "Where images are pushed to; null where another environment has the registry."
  value       = one(digitalocean_container_registry.this[*].endpoint)
}
