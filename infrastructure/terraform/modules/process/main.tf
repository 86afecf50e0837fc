# A process of Daybook that is kept running: its settings and secrets, pods, how many, and whom they may talk to.

terraform {
  required_providers {
    kubernetes = {
      source = "hashicorp/kubernetes"
    }
  }
}

locals {
  labels   = { "app.kubernetes.io/name" = "daybook", "app.kubernetes.io/component" = var.name }
  folder   = "/run/secrets/daybook"
  writable = { tmp = "/tmp", home = "/var/lib/daybook" } # nothing else is: what is in them goes with the pod
  told     = { DAYBOOK_ADMIN_HOST = "0.0.0.0", DAYBOOK_ADMIN_PORT = local.admin }
  scaled   = var.replicas.max > var.replicas.min
  admin    = "9400" # health and metrics, without a token
}

resource "kubernetes_config_map_v1" "this" {
  metadata {
    name      = var.name
    namespace = var.namespace
  }
  data = merge(var.settings, local.told, { for name in keys(var.secret_files) : name => "${local.folder}/${name}" })
}

resource "kubernetes_secret_v1" "this" {
  metadata {
    name      = var.name
    namespace = var.namespace
  }
  data = var.secret_files
}

resource "kubernetes_deployment_v1" "this" {
  metadata {
    name      = var.name
    namespace = var.namespace
    labels    = local.labels
  }
  spec {
    replicas = local.scaled ? null : var.replicas.min # or the autoscaler's to say
    selector {
      match_labels = local.labels
    }
    strategy {
      rolling_update {
        max_surge       = "1"
        max_unavailable = "0"
      }
    }
    template {
      metadata {
        labels = local.labels
        annotations = {
          # Pods read both when they start: they are started anew when one changes.
          "daybook/settings" = sha256(jsonencode(kubernetes_config_map_v1.this.data))
          "daybook/secrets"  = nonsensitive(sha256(jsonencode(var.secret_files)))
        }
      }
      spec {
        automount_service_account_token  = false
        enable_service_links             = false
        termination_grace_period_seconds = 60

        security_context {
          run_as_non_root = true
          run_as_user     = "10001"
          run_as_group    = "10001"
          fs_group        = "10001"
          seccomp_profile {
            type = "RuntimeDefault"
          }
        }
        topology_spread_constraint {
          max_skew           = 1
          topology_key       = "kubernetes.io/hostname"
          when_unsatisfiable = "ScheduleAnyway"
          label_selector {
            match_labels = local.labels
          }
        }

        container {
          name              = var.name
          image             = var.image
          image_pull_policy = "Always"
          command           = ["daybook", var.name]

          env_from {
            config_map_ref {
              name = kubernetes_config_map_v1.this.metadata[0].name
            }
          }
          security_context {
            allow_privilege_escalation = false
            read_only_root_filesystem  = true
            capabilities {
              drop = ["ALL"]
            }
          }
          # Memory is not lent: a pod that is over its share is the one that goes.
          resources {
            requests = var.resources
            limits   = { cpu = "2", memory = var.resources.memory }
          }
          volume_mount {
            name       = "secrets"
            mount_path = local.folder
            read_only  = true
          }
          dynamic "volume_mount" {
            for_each = local.writable
            content {
              name       = volume_mount.key
              mount_path = volume_mount.value
            }
          }

          dynamic "port" {
            for_each = var.http_port[*]
            content {
              name           = "http"
              container_port = port.value
            }
          }
          port {
            name           = "admin"
            container_port = local.admin
          }
          startup_probe {
            period_seconds    = 2
            failure_threshold = 60
            http_get {
              path = "/health/live"
              port = "admin"
            }
          }
          liveness_probe {
            period_seconds    = 10
            timeout_seconds   = 5
            failure_threshold = 6
            http_get {
              path = "/health/live"
              port = "admin"
            }
          }
          readiness_probe {
            period_seconds  = 5
            timeout_seconds = 10
            http_get {
              path = "/health/ready"
              port = "admin"
            }
          }
        }

        volume {
          name = "secrets"
          secret {
            secret_name  = kubernetes_secret_v1.this.metadata[0].name
            default_mode = "0440"
          }
        }
        dynamic "volume" {
          for_each = local.writable
          content {
            name = volume.key
            empty_dir {
              size_limit = "8Gi"
            }
          }
        }
      }
    }
  }
}

resource "kubernetes_horizontal_pod_autoscaler_v2" "this" {
  count = local.scaled ? 1 : 0

  metadata {
    name      = var.name
    namespace = var.namespace
  }
  spec {
    min_replicas = var.replicas.min
    max_replicas = var.replicas.max
    scale_target_ref {
      api_version = "apps/v1"
      kind        = "Deployment"
      name        = kubernetes_deployment_v1.this.metadata[0].name
    }
    metric {
      type = "Resource"
      resource {
        name = "cpu"
        target {
          type                = "Utilization"
          average_utilization = 70
        }
      }
    }
  }
}

resource "kubernetes_pod_disruption_budget_v1" "this" {
  metadata {
    name      = var.name
    namespace = var.namespace
  }
  spec {
    max_unavailable = "1" # a single replica must not hold up the upgrade of its node
    selector {
      match_labels = local.labels
    }
  }
}

module "network" {
  source = "../network"

  name         = var.name
  namespace    = var.namespace
  labels       = local.labels
  http_port    = var.http_port
  admin_port   = local.admin
  public_ports = var.public_ports
}
