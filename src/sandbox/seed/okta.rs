use axum::http::Method;
use serde_json::{Value, json};

use super::hand::Hand;
use super::shape::{Policy, Rule, Server, ServiceApp};
use super::{Listed, Seed};
use crate::sandbox::SandboxError;

const SERVERS: &str = "/api/v1/authorizationServers";
pub(super) const SERVER: &str = "server";
pub(super) const CLIENT: &str = "client";

/// Clients before servers, as policies name them.
pub(super) async fn plant(hand: &mut Hand, seed: &Seed) -> Result<(), SandboxError> {
    for Listed(client) in &seed.clients {
        plant_client(hand, client).await?;
    }
    let path = format!("{SERVERS}?limit=200");
    let there = hand.send("servers", Method::GET, &path, None).await?;
    for server in there.as_array().into_iter().flatten() {
        let text = |key: &str| server.get(key).and_then(Value::as_str).unwrap_or_default();
        hand.know(SERVER, text("name"), text("id"));
    }
    for Listed(server) in &seed.servers {
        plant_server(hand, server).await?;
    }
    Ok(())
}

async fn plant_client(hand: &mut Hand, client: &ServiceApp) -> Result<(), SandboxError> {
    let mut credentials = json!({ "token_endpoint_auth_method": "client_secret_basic" });
    if let Some(id) = &client.client_id {
        credentials["client_id"] = json!(id);
    }
    if let Some(secret) = &client.client_secret {
        credentials["client_secret"] = json!(secret);
    }
    let body = json!({
        "name": "oidc_client",
        "label": client.name,
        "signOnMode": "OPENID_CONNECT",
        "credentials": { "oauthClient": credentials },
        "settings": { "oauthClient": {
            "application_type": "service",
            "grant_types": ["client_credentials"],
            "response_types": ["token"],
        } },
    });
    let id = hand
        .make("application", &client.name, "/api/v1/apps", &body)
        .await?;
    // the client's id is the application's where none is given
    let client_id = client.client_id.clone().unwrap_or(id);
    hand.know(CLIENT, &client.name, &client_id);
    Ok(())
}

async fn plant_server(hand: &mut Hand, server: &Server) -> Result<(), SandboxError> {
    let id = if let Some(id) = hand.id(SERVER, &server.name) {
        id.to_owned()
    } else {
        let mut audiences = server.audiences.clone();
        if audiences.is_empty() {
            audiences.push(format!("api://{}", server.name));
        }
        let body = json!({
            "name": server.name,
            "description": server.description,
            "audiences": audiences,
        });
        hand.make(SERVER, &server.name, SERVERS, &body).await?
    };
    let base = format!("{SERVERS}/{id}");
    for Listed(scope) in &server.scopes {
        let publish = if scope.published {
            "ALL_CLIENTS"
        } else {
            "NO_CLIENTS"
        };
        let mut body = json!({
            "name": scope.name,
            "description": scope.description,
            "consent": scope.consent.as_deref().unwrap_or("IMPLICIT"),
            "default": scope.default,
            "metadataPublish": publish,
        });
        if let Some(name) = &scope.display_name {
            body["displayName"] = json!(name);
        }
        let path = format!("{base}/scopes");
        hand.make("scope", &scope.name, &path, &body).await?;
    }
    for claim in &server.claims {
        let token = if claim.identity {
            "IDENTITY"
        } else {
            "RESOURCE"
        };
        let body = json!({
            "name": claim.name,
            "status": "ACTIVE",
            "claimType": token,
            "valueType": "EXPRESSION",
            "value": claim.value,
            "conditions": { "scopes": claim.scopes },
            "alwaysIncludeInToken": true,
        });
        let path = format!("{base}/claims");
        hand.make("claim", &claim.name, &path, &body).await?;
    }
    for Listed(policy) in &server.policies {
        plant_policy(hand, &base, policy).await?;
    }
    Ok(())
}

async fn plant_policy(hand: &mut Hand, base: &str, policy: &Policy) -> Result<(), SandboxError> {
    let entry = format!("policy `{}`", policy.name);
    let mut clients = Vec::new();
    for label in &policy.clients {
        clients.push(hand.named(&entry, CLIENT, label)?.to_owned());
    }
    if clients.is_empty() {
        clients.push("ALL_CLIENTS".to_owned());
    }
    let body = json!({
        "type": "OAUTH_AUTHORIZATION_POLICY",
        "status": "ACTIVE",
        "name": policy.name,
        "description": policy.name,
        "conditions": { "clients": { "include": clients } },
    });
    let path = format!("{base}/policies");
    let id = hand.make("policy", &policy.name, &path, &body).await?;
    let path = format!("{path}/{id}/rules");
    if policy.rules.is_empty() {
        let all = Rule::from("all scopes".to_owned());
        return plant_rule(hand, &path, &all).await;
    }
    for Listed(rule) in &policy.rules {
        plant_rule(hand, &path, rule).await?;
    }
    Ok(())
}

async fn plant_rule(hand: &mut Hand, path: &str, rule: &Rule) -> Result<(), SandboxError> {
    let or = |given: &[String], otherwise: &str| {
        if given.is_empty() {
            vec![otherwise.to_owned()]
        } else {
            given.to_vec()
        }
    };
    let body = json!({
        "type": "RESOURCE_ACCESS",
        "name": rule.name,
        "conditions": {
            "people": { "groups": { "include": ["EVERYONE"] } },
            "grantTypes": { "include": or(&rule.grant_types, "client_credentials") },
            "scopes": { "include": or(&rule.scopes, "*") },
        },
        "actions": { "token": {
            "accessTokenLifetimeMinutes": rule.access_token_minutes.unwrap_or(60),
        } },
    });
    hand.make("rule", &rule.name, path, &body).await?;
    Ok(())
}
