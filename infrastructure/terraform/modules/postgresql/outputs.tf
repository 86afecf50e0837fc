output "id" {
  description = "Id of the database cluster."
  value       = digitalocean_database_cluster.this.id
}

output "urn" {
  description = "Its name in a project."
  value       = digitalocean_database_cluster.this.urn
}
