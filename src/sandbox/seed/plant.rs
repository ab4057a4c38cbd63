use std::collections::HashMap;

use super::hand::Hand;
use super::konnect::{API, DEVELOPER, Okta, PORTAL, STRATEGY, TEAM, below};
use super::{DEFAULT_PASSWORD, Listed, Seed};
use crate::sandbox::SandboxError;
use crate::sandbox::konnect::{ADMIN_TOKEN, SeededPassword};
use crate::sandbox::world::World;

/// Makes a seed's world. Okta has to listen already: an application with a DCR provider is
/// registered there.
pub(in crate::sandbox) async fn plant(world: &World, seed: &Seed) -> Result<(), SandboxError> {
    let token = world.okta.read(|state| state.admin_token().to_owned());
    let router = crate::sandbox::okta::router(world.okta.clone());
    let mut at_okta = Hand::new(router, &format!("SSWS {token}"))?;
    super::okta::plant(&mut at_okta, seed).await?;
    keys(world, seed);

    let router = crate::sandbox::konnect::router(world.konnect.clone());
    let mut at_konnect = Hand::new(router, &format!("Bearer {ADMIN_TOKEN}"))?;
    people(world, seed);
    learn(world, &mut at_konnect);
    for Listed(portal) in &seed.portals {
        super::konnect::plant_portal(&mut at_konnect, portal).await?;
    }
    let okta = Okta {
        origin: world.common.origins.get().map_or("", |all| &all.okta),
        token: &token,
        hand: &at_okta,
    };
    super::konnect::plant(&mut at_konnect, &okta, seed).await?;
    world.touched.notify_one();
    Ok(())
}

/// Ids of signing keys: no admin can choose one.
fn keys(world: &World, seed: &Seed) {
    world.okta.write(|state| {
        for Listed(server) in &seed.servers {
            if let Some(kid) = &server.signing_key {
                state.seed_signing_key(&server.name, kid);
            }
        }
    });
}

/// Portals, developers and teams: an admin can make developers, but not give them passwords.
fn people(world: &World, seed: &Seed) {
    // hashing is slow on purpose; once for each password is enough for throw-away ones
    let mut passwords: HashMap<&str, SeededPassword> = HashMap::new();
    for developer in &seed.developers {
        let password = developer.password.as_deref().unwrap_or(DEFAULT_PASSWORD);
        passwords
            .entry(password)
            .or_insert_with(|| SeededPassword::new(password));
    }
    world.konnect.write(|state| {
        for Listed(portal) in &seed.portals {
            state.seed_portal(&portal.name);
        }
        for developer in &seed.developers {
            let password = developer.password.as_deref().unwrap_or(DEFAULT_PASSWORD);
            if let Some(password) = passwords.get(password) {
                state.seed_developer_hashed(&developer.portal, &developer.email, password);
            }
        }
        for team in &seed.teams {
            state.seed_team_of(&team.portal, &team.name, team.developers.is_empty());
        }
    });
}

/// The ids of what is there.
fn learn(world: &World, hand: &mut Hand) {
    world.konnect.read(|state| {
        for portal in state.portals.values() {
            hand.know(PORTAL, &portal.name, &portal.id.to_string());
        }
        let name_of = |portal| state.portals.get(&portal).map_or("", |p| p.name.as_str());
        for developer in state.developers.values() {
            let name = below(name_of(developer.portal), &developer.email);
            hand.know(DEVELOPER, &name, &developer.id.to_string());
        }
        for team in state.teams() {
            let name = below(name_of(team.portal), &team.name);
            hand.know(TEAM, &name, &team.id.to_string());
        }
        for strategy in state.strategies.values() {
            hand.know(STRATEGY, &strategy.name, &strategy.id.to_string());
        }
        for api in state.apis.values() {
            hand.know(API, &api.name, &api.id.to_string());
        }
    });
}
