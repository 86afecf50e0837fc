# Whom pods may talk to: names, the managed databases, and what is given.

terraform {
  required_providers {
    kubernetes = {
      source = "hashicorp/kubernetes"
    }
  }
}

locals {
  private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"]
}

resource "kubernetes_network_policy_v1" "this" {
  metadata {
    name      = var.name
    namespace = var.namespace
  }
  spec {
    pod_selector {
      match_labels = var.labels
    }
    policy_types = ["Ingress", "Egress"]

    # From anywhere: the load balancer comes by way of any node.
    dynamic "ingress" {
      for_each = var.http_port[*]
      content {
        ports {
          port     = tostring(ingress.value)
          protocol = "TCP"
        }
      }
    }

    # A scraper; probes come from the node, which no policy keeps out.
    dynamic "ingress" {
      for_each = var.admin_port[*]
      content {
        from {
          namespace_selector {
            match_labels = { "kubernetes.io/metadata.name" = "monitoring" }
          }
        }
        ports {
          port     = ingress.value
          protocol = "TCP"
        }
      }
    }

    egress {
      to {
        namespace_selector {
          match_labels = { "kubernetes.io/metadata.name" = "kube-system" }
        }
      }
      ports {
        port     = "53"
        protocol = "UDP"
      }
      ports {
        port     = "53"
        protocol = "TCP"
      }
    }
    # PostgreSQL, its pool, Valkey: DigitalOcean has them at these ports of its private network.
    egress {
      to {
        ip_block {
          cidr = "10.0.0.0/8"
        }
      }
      ports {
        port     = "25060"
        end_port = 25061
        protocol = "TCP"
      }
    }
    # Files of a day and mail come from and go to the outside, never to what is private.
    dynamic "egress" {
      for_each = toset([for port in var.public_ports : tostring(port)])
      content {
        to {
          ip_block {
            cidr   = "0.0.0.0/0"
            except = local.private
          }
        }
        ports {
          port     = egress.value
          protocol = "TCP"
        }
      }
    }
  }
}
