# What runs of Daybook in a cluster of ../cluster: schema first, then the processes.

locals {
  name      = "daybook-${var.environment}"
  namespace = kubernetes_namespace_v1.daybook.metadata[0].name

  # Certificates are checked against the authority of the database cluster, whose file PGSSLROOTCERT names.
  postgresql = data.digitalocean_database_cluster.postgresql
  user       = data.digitalocean_database_user.daybook
  pool       = data.digitalocean_database_connection_pool.queries
  address    = "${local.postgresql.private_host}:${local.postgresql.port}/daybook?sslmode=verify-ca"
  direct     = "postgresql://${local.user.name}:${urlencode(local.user.password)}@${local.address}"
  owner      = "postgresql://${local.postgresql.user}:${urlencode(local.postgresql.password)}@${local.address}"
  pooled = join("", [
    "postgresql://${local.user.name}:${urlencode(local.user.password)}",
    "@${local.pool.private_host}:${local.pool.port}/${local.pool.name}?sslmode=verify-ca",
  ])

  settings = merge(var.apps.settings, { DAYBOOK_PUBLIC_URL = "https://${var.apps.hostname}" })

  # The variable that names a file, and what the file holds.
  database = {
    DATABASE_URL_FILE = local.direct
    PGSSLROOTCERT     = data.digitalocean_database_ca.postgresql.certificate
  }
  queue      = { REDIS_URL_FILE = data.digitalocean_database_cluster.valkey.private_uri }
  queries    = { DAYBOOK_QUERIES_URL_FILE = local.pooled }
  signing    = { DAYBOOK_SIGNING_KEY = var.signing_keys }
  mail       = { DAYBOOK_SMTP_URL_FILE = var.smtp_url }
  etl        = { for source in var.etl_source[*] : "DAYBOOK_ETL_SOURCE_FILE" => source }
  worker_for = { cpu = var.apps.worker_cpu, memory = var.apps.worker_memory }
}

data "digitalocean_kubernetes_cluster" "this" {
  name = local.name
}

data "digitalocean_database_cluster" "postgresql" {
  name = "${local.name}-postgresql"
}

data "digitalocean_database_ca" "postgresql" {
  cluster_id = local.postgresql.id
}

data "digitalocean_database_user" "daybook" {
  cluster_id = local.postgresql.id
  name       = "daybook"
}

data "digitalocean_database_connection_pool" "queries" {
  cluster_id = local.postgresql.id
  name       = "queries"
}

data "digitalocean_database_cluster" "valkey" {
  name = "${local.name}-valkey"
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

resource "kubernetes_namespace_v1" "daybook" {
  metadata {
    name = "daybook"
    labels = {
      "pod-security.kubernetes.io/enforce" = "restricted"
    }
  }
}

# What no other policy allows is refused, in both directions.
resource "kubernetes_network_policy_v1" "nothing" {
  metadata {
    name      = "nothing"
    namespace = local.namespace
  }
  spec {
    pod_selector {}
    policy_types = ["Ingress", "Egress"]
  }
}

# Processes own nothing. What the user of theirs owned, in books from before there were roles, goes to who migrates.
module "grant" {
  source = "../modules/task"

  name      = "grant"
  namespace = local.namespace
  image     = var.image
  command = ["python", "-c", <<-EOT
    import os, pathlib, psycopg
    url = pathlib.Path(os.environ["DATABASE_URL_FILE"]).read_text()
    psycopg.connect(url, autocommit=True).execute("""
        DO 'BEGIN
            IF EXISTS (SELECT FROM pg_namespace WHERE nspowner = $$daybook$$::regrole) THEN
                GRANT daybook TO CURRENT_USER;
                REASSIGN OWNED BY daybook TO CURRENT_USER;
                REVOKE CREATE ON DATABASE daybook FROM daybook;
                REVOKE daybook FROM CURRENT_USER;
            END IF;
        END'
    """)
  EOT
  ]
  secret_files = merge(local.database, { DATABASE_URL_FILE = local.owner })
  resources    = local.worker_for
}

# Once for each image; nothing of that image starts before it is done.
module "migrate" {
  source     = "../modules/task"
  depends_on = [module.grant]

  name         = "migrate"
  namespace    = local.namespace
  image        = var.image
  command      = ["daybook", "migrate"]
  secret_files = merge(local.database, { DAYBOOK_MIGRATE_URL_FILE = local.owner })
  resources    = local.worker_for
}

module "verify" {
  source     = "../modules/task"
  depends_on = [module.migrate]

  name         = "verify"
  namespace    = local.namespace
  image        = var.image
  command      = ["daybook", "projections", "verify"]
  schedule     = var.apps.verify_at
  secret_files = merge(local.database, local.queue)
  resources    = local.worker_for
}

module "api" {
  source     = "../modules/process"
  depends_on = [module.migrate]

  name      = "api"
  namespace = local.namespace
  image     = var.image
  replicas  = { min = var.apps.api_min, max = var.apps.api_max }
  resources = { cpu = var.apps.api_cpu, memory = var.apps.api_memory }
  http_port = 8000
  # The load balancer goes on sending to a pod that is to end until it has looked again. There are several pods, so one
  # worker in each is enough, and connections are counted by it.
  settings = merge(local.settings, {
    DAYBOOK_PORT        = "8000"
    DAYBOOK_API_WORKERS = "1"
    DAYBOOK_DRAIN_S     = "15"
  })
  secret_files = merge(local.database, local.queries, local.queue, local.signing)
}

module "projector" {
  source     = "../modules/process"
  depends_on = [module.migrate]

  name         = "projector"
  namespace    = local.namespace
  image        = var.image
  replicas     = { min = var.apps.projectors, max = var.apps.projectors }
  resources    = local.worker_for
  settings     = local.settings
  secret_files = merge(local.database, local.queue)
}

module "worker" {
  source     = "../modules/process"
  depends_on = [module.migrate]

  name         = "worker"
  namespace    = local.namespace
  image        = var.image
  replicas     = { min = var.apps.workers, max = var.apps.workers }
  resources    = local.worker_for
  settings     = local.settings
  secret_files = merge(local.database, local.queue, local.mail, local.etl)
  public_ports = [443, var.apps.smtp_port]
}
