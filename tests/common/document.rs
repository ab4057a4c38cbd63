//! The document of the stories. `{okta}` and its like give way to the sandbox's addresses.

/// The whole job: scopes, claim, policy, provider, strategy, publication, application.
pub const DOCUMENT: &str = "\
version: 1
name: shop
secrets:
  files: [secrets.sops.yaml]
okta:
  org_url: {okta}
  token: { sops: okta.token }
  authorization_servers:
    default:
      scopes:
        orders.read: { description: Read orders }
        orders.write: { description: Place orders }
      claims:
        client_id: { value: app.clientId, token: access }
      policies:
        portal apps:
          clients: all
          rules:
            machines: { grant_types: [client_credentials], scopes: [orders.read, orders.write] }
konnect:
  base_url: {konnect}
  portal_url: {portal}
  token: { sops: konnect.token }
  dcr_providers:
    okta:
      type: okta
      authorization_server: default
      dcr_token: { sops: okta.dcr_token }
  auth_strategies:
    okta-oidc:
      display_name: Okta
      dcr_provider: okta
      scopes: [orders.read, orders.write]
      credential_claims: [client_id]
      auth_methods: [client_credentials, bearer]
  publications:
    orders: { portal: developer-portal, auth_strategy: okta-oidc, visibility: public }
  apps:
    mobile:
      portal: developer-portal
      owner: { developer: dev@example.com }
      auth_strategy: okta-oidc
      apis: [orders]
      login: { sops: portal.password }
      credentials: { sops: clients.mobile, in: .dcrsync/clients.sops.yaml }
verify:
  orders: { app: mobile, url: '{gateway}/orders' }
";
