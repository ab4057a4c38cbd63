# Each Konnect kind that dcrsync knows and Kong's provider too. Turn 2 changes something of each.
terraform {
  required_providers {
    konnect = { source = "kong/konnect" }
  }
}

variable "turn" {
  type = number
}

variable "server_url" {
  type = string
}

provider "konnect" {
  server_url = var.server_url
}

locals {
  text   = "turn ${var.turn}"
  labels = { turn = tostring(var.turn) }
  issuer = "https://login.example.com/oauth2/default"
}

resource "konnect_dcr_provider" "okta" {
  okta = {
    name       = "okta"
    issuer     = local.issuer
    labels     = local.labels
    dcr_config = { dcr_token = "00-a-token-of-nobody" }
  }
}

resource "konnect_application_auth_strategy" "okta" {
  openid_connect = {
    name            = "okta"
    display_name    = local.text
    strategy_type   = "openid_connect"
    dcr_provider_id = konnect_dcr_provider.okta.id
    labels          = local.labels
    configs = {
      openid_connect = {
        issuer           = local.issuer
        credential_claim = ["client_id"]
        scopes           = ["orders.read", "orders.write"]
        auth_methods     = ["client_credentials", "bearer"]
      }
    }
  }
}

resource "konnect_application_auth_strategy" "keys" {
  key_auth = {
    name          = "keys"
    display_name  = local.text
    strategy_type = "key_auth"
    configs       = { key_auth = { key_names = ["x-key"] } }
  }
}

resource "konnect_portal" "partners" {
  name                                 = "partners"
  display_name                         = "Partners"
  description                          = local.text
  authentication_enabled               = true
  rbac_enabled                         = false
  auto_approve_applications            = var.turn == 2
  auto_approve_developers              = false
  default_api_visibility               = "public"
  default_page_visibility              = "private"
  default_application_auth_strategy_id = konnect_application_auth_strategy.keys.id
  labels                               = local.labels
  force_destroy                        = "true"
}

resource "konnect_api" "orders" {
  name        = "orders of partners"
  version     = "1.0.0"
  description = local.text
  labels      = local.labels
}

resource "konnect_api_publication" "orders" {
  api_id                     = konnect_api.orders.id
  portal_id                  = konnect_portal.partners.id
  auth_strategy_ids          = [konnect_application_auth_strategy.okta.id]
  auto_approve_registrations = false
  visibility                 = var.turn == 1 ? "private" : "public"
}

# the provider is left out: its secret is in no answer, so that whoever imports it has to send it again
output "imports" {
  value = {
    "konnect_application_auth_strategy.okta" = konnect_application_auth_strategy.okta.id
    "konnect_application_auth_strategy.keys" = konnect_application_auth_strategy.keys.id
    "konnect_portal.partners"                = konnect_portal.partners.id
    "konnect_api.orders"                     = konnect_api.orders.id
    "konnect_api_publication.orders" = jsonencode({
      api_id    = konnect_api.orders.id
      portal_id = konnect_portal.partners.id
    })
  }
}
