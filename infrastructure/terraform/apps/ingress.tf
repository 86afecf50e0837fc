# The way in: DigitalOcean's load balancer ends TLS with a certificate that renews itself, so no controller of ours has to
# be run and kept up to date for one host (ADR 27).

locals {
  certificate_annotation = "service.beta.kubernetes.io/do-loadbalancer-certificate-id"
}

resource "digitalocean_certificate" "this" {
  name    = local.name
  type    = "lets_encrypt"
  domains = [var.apps.hostname]
}

resource "kubernetes_service_v1" "api" {
  metadata {
    name      = "api"
    namespace = local.namespace
    annotations = {
      "service.beta.kubernetes.io/do-loadbalancer-name"                   = local.name
      "service.beta.kubernetes.io/do-loadbalancer-protocol"               = "http"
      "service.beta.kubernetes.io/do-loadbalancer-tls-ports"              = "443"
      (local.certificate_annotation)                                      = digitalocean_certificate.this.uuid
      "service.beta.kubernetes.io/do-loadbalancer-redirect-http-to-https" = "true"
    }
  }
  spec {
    type     = "LoadBalancer"
    selector = module.api.labels
    port {
      name        = "http"
      port        = 80
      target_port = "http"
    }
    port {
      name        = "https"
      port        = 443
      target_port = "http"
    }
  }
  lifecycle {
    # A renewed certificate has a new id, which DigitalOcean writes here.
    ignore_changes = [metadata[0].annotations["service.beta.kubernetes.io/do-loadbalancer-certificate-id"]]
  }
}

resource "digitalocean_record" "this" {
  domain = var.apps.domain
  name   = var.apps.hostname == var.apps.domain ? "@" : trimsuffix(var.apps.hostname, ".${var.apps.domain}")
  type   = "A"
  ttl    = 300
  value  = kubernetes_service_v1.api.status[0].load_balancer[0].ingress[0].ip
}
