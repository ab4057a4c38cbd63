# Each Okta kind that dcrsync knows, by Okta's own provider. Turn 2 changes something of each.
terraform {
  required_providers {
    okta = { source = "okta/okta" }
  }
}

variable "turn" {
  type = number
}

locals {
  text = "turn ${var.turn}"
}

resource "okta_auth_server" "orders" {
  name        = "orders"
  description = local.text
  audiences   = ["api://orders"]
}

resource "okta_auth_server_scope" "read" {
  auth_server_id   = okta_auth_server.orders.id
  name             = "orders.read"
  display_name     = "Read orders"
  description      = local.text
  consent          = "IMPLICIT"
  metadata_publish = "ALL_CLIENTS"
}

resource "okta_auth_server_claim" "client" {
  auth_server_id = okta_auth_server.orders.id
  name           = "client"
  claim_type     = "RESOURCE"
  value_type     = "EXPRESSION"
  value          = var.turn == 1 ? "app.clientId" : "app.label"
  scopes         = [okta_auth_server_scope.read.name]
}

resource "okta_app_oauth" "backend" {
  label                      = "backend ${var.turn}"
  type                       = "service"
  grant_types                = ["client_credentials"]
  response_types             = ["token"]
  token_endpoint_auth_method = "client_secret_basic"
}

resource "okta_auth_server_policy" "machines" {
  auth_server_id   = okta_auth_server.orders.id
  name             = "machines"
  description      = local.text
  priority         = 1
  status           = "ACTIVE"
  client_whitelist = [okta_app_oauth.backend.client_id]
}

resource "okta_auth_server_policy_rule" "credentials" {
  auth_server_id                = okta_auth_server.orders.id
  policy_id                     = okta_auth_server_policy.machines.id
  name                          = "credentials"
  priority                      = 1
  status                        = "ACTIVE"
  grant_type_whitelist          = ["client_credentials"]
  scope_whitelist               = [okta_auth_server_scope.read.name]
  access_token_lifetime_minutes = 5 * var.turn
}

output "imports" {
  value = {
    "okta_auth_server.orders"                  = okta_auth_server.orders.id
    "okta_auth_server_scope.read"              = "${okta_auth_server.orders.id}/${okta_auth_server_scope.read.id}"
    "okta_auth_server_claim.client"            = "${okta_auth_server.orders.id}/${okta_auth_server_claim.client.id}"
    "okta_app_oauth.backend"                   = okta_app_oauth.backend.id
    "okta_auth_server_policy.machines"         = "${okta_auth_server.orders.id}/${okta_auth_server_policy.machines.id}"
    "okta_auth_server_policy_rule.credentials" = "${okta_auth_server.orders.id}/${okta_auth_server_policy.machines.id}/${okta_auth_server_policy_rule.credentials.id}"
  }
}
