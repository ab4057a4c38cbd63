use axum::http::Method;
use serde_json::{Value, json};

use super::hand::{Hand, refused};
use super::okta::{CLIENT, SERVER};
use super::shape::{Api, Application, Portal, Provider, Publication, Strategy, Team};
use super::{Listed, Seed};
use crate::sandbox::SandboxError;

pub(super) const API: &str = "API";
pub(super) const DEVELOPER: &str = "developer";
pub(super) const PORTAL: &str = "portal";
pub(super) const STRATEGY: &str = "auth strategy";
pub(super) const TEAM: &str = "team";
const PROVIDER: &str = "DCR provider";

/// What the other vendor knows: its origin, its token, and the ids of what was made there.
pub(super) struct Okta<'a> {
    pub(super) origin: &'a str,
    pub(super) token: &'a str,
    pub(super) hand: &'a Hand,
}

impl Okta<'_> {
    fn issuer(&self, entry: &str, server: &str) -> Result<String, SandboxError> {
        // the built-in server is known to all by this name, whatever its id
        let id = match server {
            "default" => server,
            _ => self.hand.named(entry, SERVER, server)?,
        };
        Ok(format!("{}/oauth2/{id}", self.origin))
    }
}

/// In the order in which entries need each other; portals, then developers, are there already.
pub(super) async fn plant(
    hand: &mut Hand,
    okta: &Okta<'_>,
    seed: &Seed,
) -> Result<(), SandboxError> {
    for provider in &seed.providers {
        plant_provider(hand, okta, provider).await?;
    }
    for strategy in &seed.strategies {
        plant_strategy(hand, okta, strategy).await?;
    }
    for Listed(api) in &seed.apis {
        plant_api(hand, api).await?;
    }
    for team in &seed.teams {
        plant_team(hand, team).await?;
    }
    for publication in &seed.publications {
        plant_publication(hand, publication).await?;
    }
    for application in &seed.applications {
        plant_application(hand, okta, application).await?;
    }
    Ok(())
}

/// Portals, which developers need.
pub(super) async fn plant_portal(hand: &mut Hand, portal: &Portal) -> Result<(), SandboxError> {
    let body = json!({
        "auto_approve_applications": portal.auto_approve_applications,
        "auto_approve_developers": portal.auto_approve_developers,
    });
    let entry = format!("portal `{}`", portal.name);
    let id = hand.named(&entry, PORTAL, &portal.name)?;
    let path = format!("/v3/portals/{id}");
    hand.send(&entry, Method::PATCH, &path, Some(&body)).await?;
    Ok(())
}

async fn plant_provider(
    hand: &mut Hand,
    okta: &Okta<'_>,
    provider: &Provider,
) -> Result<(), SandboxError> {
    let entry = format!("DCR provider `{}`", provider.name);
    let body = json!({
        "provider_type": "okta",
        "name": provider.name,
        "display_name": provider.name,
        "issuer": okta.issuer(&entry, &provider.server)?,
        "dcr_config": { "dcr_token": okta.token },
    });
    hand.make(PROVIDER, &provider.name, "/v2/dcr-providers", &body)
        .await?;
    Ok(())
}

async fn plant_strategy(
    hand: &mut Hand,
    okta: &Okta<'_>,
    strategy: &Strategy,
) -> Result<(), SandboxError> {
    let entry = format!("auth strategy `{}`", strategy.name);
    let or = |given: &[String], otherwise: &[&str]| match given {
        [] => otherwise.iter().map(|&text| text.to_owned()).collect(),
        given => given.to_vec(),
    };
    let body = if strategy.key_names.is_empty() {
        let provider = match &strategy.provider {
            None => Value::Null,
            Some(name) => json!(hand.named(&entry, PROVIDER, name)?),
        };
        json!({
            "strategy_type": "openid_connect",
            "name": strategy.name,
            "display_name": strategy.name,
            "dcr_provider_id": provider,
            "configs": { "openid-connect": {
                "issuer": okta.issuer(&entry, &strategy.server)?,
                "scopes": strategy.scopes,
                "credential_claim": or(&strategy.credential_claim, &["client_id"]),
                "auth_methods": or(&strategy.auth_methods, &["client_credentials", "bearer"]),
            } },
        })
    } else {
        json!({
            "strategy_type": "key_auth",
            "name": strategy.name,
            "display_name": strategy.name,
            "configs": { "key-auth": { "key_names": strategy.key_names } },
        })
    };
    let path = "/v2/application-auth-strategies";
    hand.make(STRATEGY, &strategy.name, path, &body).await?;
    Ok(())
}

async fn plant_api(hand: &mut Hand, api: &Api) -> Result<(), SandboxError> {
    if hand.id(API, &api.name).is_some() && api.version.is_none() {
        return Ok(());
    }
    let mut body = json!({ "name": api.name, "version": api.version });
    if let Some(slug) = &api.slug {
        body["slug"] = json!(slug);
    }
    hand.make(API, &api.name, "/v3/apis", &body).await?;
    Ok(())
}

async fn plant_team(hand: &mut Hand, team: &Team) -> Result<(), SandboxError> {
    let entry = format!("team `{}`", team.name);
    let below = |name: &str| below(&team.portal, name);
    let id = hand.named(&entry, TEAM, &below(&team.name))?.to_owned();
    let portal = hand.named(&entry, PORTAL, &team.portal)?;
    let path = format!("/v3/portals/{portal}/teams/{id}");
    let body = json!({ "can_own_applications": true });
    hand.send(&entry, Method::PATCH, &path, Some(&body)).await?;
    for email in &team.developers {
        let member = hand.named(&entry, DEVELOPER, &below(email))?;
        let (path, body) = (format!("{path}/developers"), json!({ "id": member }));
        hand.send(&entry, Method::POST, &path, Some(&body)).await?;
    }
    Ok(())
}

async fn plant_publication(hand: &mut Hand, publication: &Publication) -> Result<(), SandboxError> {
    let entry = format!("publication of `{}`", publication.api);
    let api = hand.named(&entry, API, &publication.api)?;
    let portal = hand.named(&entry, PORTAL, &publication.portal)?;
    let mut body = json!({
        "visibility": "public",
        "auto_approve_registrations": publication.auto_approve,
    });
    if let Some(strategy) = &publication.strategy {
        body["auth_strategy_ids"] = json!([hand.named(&entry, STRATEGY, strategy)?]);
    }
    let path = format!("/v3/apis/{api}/publications/{portal}");
    hand.send(&entry, Method::PUT, &path, Some(&body)).await?;
    Ok(())
}

async fn plant_application(
    hand: &mut Hand,
    okta: &Okta<'_>,
    application: &Application,
) -> Result<(), SandboxError> {
    let entry = format!("application `{}`", application.name);
    let portal = hand.named(&entry, PORTAL, &application.portal)?;
    let path = format!("/v3/portals/{portal}/applications");
    let owner = below(&application.portal, &application.owner);
    let owner = match (hand.id(DEVELOPER, &owner), hand.id(TEAM, &owner)) {
        (Some(id), _) => json!({ "type": "developer", "id": id }),
        (None, Some(id)) => json!({ "type": "team", "id": id }),
        (None, None) => {
            let reason = format!("there is no developer or team `{}`", application.owner);
            return Err(refused(&entry, &reason));
        }
    };
    let mut body = json!({ "name": application.name, "owner": owner });
    if let Some(strategy) = &application.strategy {
        body["auth_strategy_id"] = json!(hand.named(&entry, STRATEGY, strategy)?);
    }
    if let Some(client) = &application.client {
        body["dcr_client_id"] = json!(okta.hand.named(&entry, CLIENT, client)?);
    }
    let id = hand
        .make("application", &application.name, &path, &body)
        .await?;
    for api in &application.apis {
        let api = hand.named(&entry, API, api)?;
        let body = json!({ "api_id": api, "status": "approved" });
        let path = format!("{path}/{id}/registrations");
        hand.send(&entry, Method::POST, &path, Some(&body)).await?;
    }
    Ok(())
}

/// The name of what is unique only in its portal.
pub(super) fn below(portal: &str, name: &str) -> String {
    format!("{portal}/{name}")
}
