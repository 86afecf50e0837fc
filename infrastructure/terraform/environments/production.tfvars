environment = "production"
region      = "fra1"

cluster = {
  kubernetes_version  = "1.35"
  control_plane_ha    = true
  node_size           = "s-4vcpu-8gb"
  nodes_min           = 3
  nodes_max           = 6
  registry_tier       = "professional"
  postgresql_size     = "db-s-4vcpu-8gb"
  postgresql_nodes    = 2
  pool_connections    = 40
  backup_hour         = 1
  valkey_size         = "db-s-1vcpu-2gb"
  valkey_nodes        = 2
  maintenance_day     = "sunday"
  maintenance_hour    = "03:00"
  deletion_protection = true
}

apps = {
  domain        = "daybook.example"
  hostname      = "daybook.example"
  smtp_port     = 2525
  verify_at     = "0 2 * * 0"
  api_min       = 3
  api_max       = 6
  api_cpu       = "1"
  api_memory    = "1Gi"
  projectors    = 2
  worker_cpu    = "500m"
  worker_memory = "1Gi"
  workers       = 2
  settings = {
    DAYBOOK_LOG_LEVEL = "info"
    DAYBOOK_MAIL_FROM = "Daybook <daybook@daybook.example>"
    DAYBOOK_RAIL      = "sepa_file"
    DAYBOOK_ETL_ZONE  = "Europe/Berlin"
  }
}
