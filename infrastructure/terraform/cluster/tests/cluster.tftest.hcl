# Run with the file of production; nothing is reached.

mock_provider "digitalocean" {}

run "production_keeps_its_data" {
  command = plan

  assert {
    condition     = length(terraform_data.deletion_protection) == 1
    error_message = "A plan that destroys the database would not be refused."
  }
  assert {
    condition     = digitalocean_kubernetes_cluster.this.ha && var.cluster.postgresql_nodes > 1
    error_message = "There is no standby."
  }
  assert {
    condition     = length(digitalocean_container_registry.this) == 1
    error_message = "Nothing makes the registry."
  }
}

run "other_environments_use_its_registry" {
  command = plan

  variables {
    environment = "staging"
    cluster     = merge(var.cluster, { registry_tier = null, deletion_protection = false })
  }

  assert {
    condition     = length(digitalocean_container_registry.this) == 0 && output.registry == null
    error_message = "An account has one registry."
  }
  assert {
    condition     = length(terraform_data.deletion_protection) == 0
    error_message = "What is not protected could not be destroyed."
  }
}

run "fewer_nodes_at_most_than_at_least_are_refused" {
  command = plan

  variables {
    cluster = merge(var.cluster, { nodes_min = 9, nodes_max = 1 })
  }

  expect_failures = [var.cluster]
}

run "an_unknown_environment_is_refused" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "only_the_cluster_reaches_postgresql" {
  command = plan

  module {
    source = "../modules/postgresql"
  }
  variables {
    name             = "daybook-test-postgresql"
    size             = "db-s-1vcpu-2gb"
    nodes            = 1
    pool_connections = 5
    backup_hour      = 1
    maintenance_day  = "sunday"
    maintenance_hour = "03:00"
    cluster_id       = "the-cluster"
  }

  assert {
    condition     = [for rule in digitalocean_database_firewall.this.rule : "${rule.type} ${rule.value}"] == ["k8s the-cluster"]
    error_message = "Somebody else may connect."
  }
  assert {
    condition     = digitalocean_database_connection_pool.queries.mode == "transaction"
    error_message = "Queries could not share connections."
  }
}

run "development_is_applied" {
  variables {
    environment = "development"
    cluster     = merge(var.cluster, { deletion_protection = false })
  }
}

run "state_of_another_environment_is_refused" {
  command = plan

  variables {
    environment = "staging"
  }

  expect_failures = [terraform_data.environment]
}
