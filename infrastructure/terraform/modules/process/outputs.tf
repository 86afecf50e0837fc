output "labels" {
  description = "What its pods are found by."
  value       = local.labels
}
