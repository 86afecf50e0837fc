output "url" {
  description = "Where Daybook answers."
  value       = "https://${var.apps.hostname}"
}

output "image" {
  description = "What runs: the value to go back to."
  value       = var.image
}
