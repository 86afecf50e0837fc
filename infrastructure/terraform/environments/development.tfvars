environment = "development"
region      = "fra1"

cluster = {
  kubernetes_version  = "1.35"
  control_plane_ha    = false
  node_size           = "s-2vcpu-4gb"
  nodes_min           = 1
  nodes_max           = 2
  registry_tier       = null
  postgresql_size     = "db-s-1vcpu-2gb"
  postgresql_nodes    = 1
  pool_connections    = 5
  backup_hour         = 4
  valkey_size         = "db-s-1vcpu-1gb"
  valkey_nodes        = 1
  maintenance_day     = "monday"
  maintenance_hour    = "05:00"
  deletion_protection = false
}

apps = {
  domain        = "daybook.example"
  hostname      = "development.daybook.example"
  smtp_port     = 2525
  verify_at     = "0 3 * * *"
  api_min       = 1
  api_max       = 1
  api_cpu       = "250m"
  api_memory    = "512Mi"
  projectors    = 1
  worker_cpu    = "250m"
  worker_memory = "512Mi"
  workers       = 1
  settings = {
    DAYBOOK_LOG_LEVEL = "debug"
    DAYBOOK_MAIL_FROM = "Daybook development <development@daybook.example>"
    DAYBOOK_RAIL      = "simulated"
    DAYBOOK_ETL_ZONE  = "Europe/Berlin"
  }
}
