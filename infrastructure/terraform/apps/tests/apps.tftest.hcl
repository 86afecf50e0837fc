# Run with the file of production; nothing is reached.

mock_provider "digitalocean" {
  mock_data "digitalocean_kubernetes_cluster" {
    defaults = {
      kube_config = [{ token = "a token", cluster_ca_certificate = "Y2VydGlmaWNhdGU=" }]
    }
  }
  mock_data "digitalocean_database_cluster" {
    defaults = {
      private_host = "private.example", port = 25060, user = "doadmin", password = "owner"
    }
  }
  mock_data "digitalocean_database_user" {
    defaults = { password = "p@ss/word" }
  }
  mock_data "digitalocean_database_connection_pool" {
    defaults = { private_host = "private.example", port = 25061 }
  }
}

mock_provider "kubernetes" {}

run "addresses_are_direct_but_for_queries" {
  command = plan

  assert {
    condition     = local.direct == "postgresql://daybook:p%40ss%2Fword@private.example:25060/daybook?sslmode=verify-ca"
    error_message = "DATABASE_URL is not the direct address: ${nonsensitive(local.direct)}"
  }
  assert {
    condition     = local.pooled == "postgresql://daybook:p%40ss%2Fword@private.example:25061/queries?sslmode=verify-ca"
    error_message = "Queries do not take the pool: ${nonsensitive(local.pooled)}"
  }
  assert {
    condition     = local.etl == { DAYBOOK_ETL_SOURCE_FILE = var.etl_source }
    error_message = "The worker does not know where files are."
  }
}

run "without_a_source_nothing_is_fetched" {
  command = plan

  variables {
    etl_source = null
  }

  assert {
    condition     = length(local.etl) == 0
    error_message = "An empty file would be a source."
  }
}

run "an_image_by_tag_is_refused" {
  command = plan

  variables {
    image = "registry.digitalocean.com/daybook/daybook:latest"
  }

  expect_failures = [var.image]
}

run "the_zone_itself_can_be_the_host" {
  command = plan

  override_resource {
    target          = kubernetes_service_v1.api
    override_during = plan
    values          = { status = [{ load_balancer = [{ ingress = [{ ip = "192.0.2.1" }] }] }] }
  }

  assert {
    condition     = digitalocean_record.this.name == "@" && digitalocean_record.this.value == "192.0.2.1"
    error_message = "The name does not lead to the load balancer."
  }
}

run "the_load_decides_where_there_is_a_choice" {
  command = plan

  module {
    source = "../modules/process"
  }
  variables {
    name         = "api"
    namespace    = "daybook"
    replicas     = { min = 2, max = 4 }
    resources    = { cpu = "1", memory = "1Gi" }
    settings     = { DAYBOOK_LOG_LEVEL = "info" }
    secret_files = { DATABASE_URL_FILE = "an address" }
  }

  assert {
    condition     = length(kubernetes_horizontal_pod_autoscaler_v2.this) == 1
    error_message = "Nothing scales it."
  }
  assert {
    condition = kubernetes_config_map_v1.this.data == tomap({
      DAYBOOK_LOG_LEVEL = "info", DATABASE_URL_FILE = "/run/secrets/daybook/DATABASE_URL_FILE"
    })
    error_message = "The settings are not what the process reads."
  }
}
