terraform {
  required_version = "~> 1.11"

  # State is kept in DigitalOcean Spaces; bucket and key are given at init (README.md). It holds passwords.
  backend "s3" {
    endpoints                   = { s3 = "https://fra1.digitaloceanspaces.com" }
    region                      = "us-east-1" # Spaces wants one and does not look at it
    skip_credentials_validation = true
    skip_metadata_api_check     = true
    skip_region_validation      = true
    skip_requesting_account_id  = true
    skip_s3_checksum            = true
  }

  required_providers {
    digitalocean = {
      source  = "digitalocean/digitalocean"
      version = "~> 2.71"
    }
  }
}

# The token is read from DIGITALOCEAN_TOKEN.
provider "digitalocean" {}
