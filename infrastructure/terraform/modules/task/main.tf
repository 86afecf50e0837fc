# A command of Daybook that runs and ends: once for each image, and awaited, or by a schedule.

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
  digest   = split("@sha256:", var.image)[1]
}

resource "kubernetes_secret_v1" "this" {
  metadata {
    name      = var.name
    namespace = var.namespace
  }
  data = var.secret_files
}

resource "kubernetes_job_v1" "this" {
  count = var.schedule == null ? 1 : 0

  metadata {
    name      = "${var.name}-${substr(local.digest, 0, 12)}"
    namespace = var.namespace
    labels    = local.labels
  }
  spec {
    backoff_limit           = 3
    active_deadline_seconds = 3600
    template {
      metadata {
        labels = local.labels
      }
      spec {
        automount_service_account_token = false
        enable_service_links            = false
        restart_policy                  = "Never"

        security_context {
          run_as_non_root = true
          run_as_user     = "10001"
          run_as_group    = "10001"
          fs_group        = "10001"
          seccomp_profile {
            type = "RuntimeDefault"
          }
        }

        container {
          name              = var.name
          image             = var.image
          image_pull_policy = "Always"
          command           = var.command

          dynamic "env" {
            for_each = toset(keys(var.secret_files))
            content {
              name  = env.value
              value = "${local.folder}/${env.value}"
            }
          }
          security_context {
            allow_privilege_escalation = false
            read_only_root_filesystem  = true
            capabilities {
              drop = ["ALL"]
            }
          }
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
              size_limit = "1Gi"
            }
          }
        }
      }
    }
  }

  wait_for_completion = true
  timeouts {
    create = "60m"
    update = "60m"
  }
  depends_on = [module.network]
}

resource "kubernetes_cron_job_v1" "this" {
  count = var.schedule == null ? 0 : 1

  metadata {
    name      = var.name
    namespace = var.namespace
    labels    = local.labels
  }
  spec {
    schedule           = var.schedule
    timezone           = "Etc/UTC"
    concurrency_policy = "Forbid"
    job_template {
      metadata {
        labels = local.labels
      }
      spec {
        backoff_limit = 0 # what it found stays found
        template {
          metadata {
            labels = local.labels
          }
          spec {
            automount_service_account_token = false
            enable_service_links            = false
            restart_policy                  = "Never"

            security_context {
              run_as_non_root = true
              run_as_user     = "10001"
              run_as_group    = "10001"
              fs_group        = "10001"
              seccomp_profile {
                type = "RuntimeDefault"
              }
            }

            container {
              name              = var.name
              image             = var.image
              image_pull_policy = "Always"
              command           = var.command

              dynamic "env" {
                for_each = toset(keys(var.secret_files))
                content {
                  name  = env.value
                  value = "${local.folder}/${env.value}"
                }
              }
              security_context {
                allow_privilege_escalation = false
                read_only_root_filesystem  = true
                capabilities {
                  drop = ["ALL"]
                }
              }
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
                  size_limit = "1Gi"
                }
              }
            }
          }
        }
      }
    }
  }
}

module "network" {
  source = "../network"

  name      = var.name
  namespace = var.namespace
  labels    = local.labels
}
