environment = "staging"
region      = "fra1"

cluster = {
  kubernetes_version  = "1.35"
  control_plane_ha    = false
  node_size           = "s-2vcpu-4gb"
  nodes_min           = 2
  nodes_max           = 3
  registry_tier       = null
  postgresql_size     = "db-s-2vcpu-4gb"
  postgresql_nodes    = 2
  pool_connections    = 10
  backup_hour         = 3
  valkey_size         = "db-s-1vcpu-1gb"
  valkey_nodes        = 1
  maintenance_day     = "tuesday"
  maintenance_hour    = "05:00"
  deletion_protection = false
}

apps = {
  domain        = "daybook.example"
  hostname      = "staging.daybook.example"
  smtp_port     = 2525
  verify_at     = "0 3 * * *"
  api_min       = 2
  api_max       = 3
  api_cpu       = "500m"
  api_memory    = "512Mi"
  projectors    = 2
  worker_cpu    = "250m"
  worker_memory = "768Mi"
  workers       = 2
  settings = {
    DAYBOOK_LOG_LEVEL = "info"
    DAYBOOK_MAIL_FROM = "Daybook staging <staging@daybook.example>"
    DAYBOOK_RAIL      = "simulated"
    DAYBOOK_ETL_ZONE  = "Europe/Berlin"
  }
}
