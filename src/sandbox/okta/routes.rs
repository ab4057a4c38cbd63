use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post, put};

use super::OktaState;
use super::app::{apps, clients, grants, id_token, jwks, roles, secrets};
use super::http::{
    Context, admin_change, admin_look, no_method, no_route, open_change, open_look, preflight,
};
use super::log::logs;
use super::oauth::{client_keys, discovery, introspect, org_token, token};
use super::org;
use super::server::{claims, keys, policies, rules, scopes, servers, trusts};
use crate::sandbox::shared::Shared;

/// Serves one org.
pub(in crate::sandbox) fn router(state: Shared<OktaState>) -> Router {
    let context = Context::new(state);
    Router::new()
        .nest("/api/v1/authorizationServers", server_routes())
        .nest("/api/v1/apps", app_routes())
        .merge(org_routes())
        .merge(oauth_routes())
        .merge(client_routes(&context))
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .with_state(context)
}

fn server_routes() -> Router<Context> {
    let server = get(admin_look(servers::read))
        .put(admin_change(servers::replace))
        .delete(admin_change(servers::delete));
    let scope = get(admin_look(scopes::read))
        .put(admin_change(scopes::replace))
        .delete(admin_change(scopes::delete));
    let claim = get(admin_look(claims::read))
        .put(admin_change(claims::replace))
        .delete(admin_change(claims::delete));
    Router::new()
        .route(
            "/",
            get(admin_look(servers::list)).post(admin_change(servers::create)),
        )
        .route("/{server}", server)
        .route(
            "/{server}/lifecycle/activate",
            post(admin_change(servers::activate)),
        )
        .route(
            "/{server}/lifecycle/deactivate",
            post(admin_change(servers::deactivate)),
        )
        .route(
            "/{server}/scopes",
            get(admin_look(scopes::list)).post(admin_change(scopes::create)),
        )
        .route("/{server}/scopes/{scope}", scope)
        .route(
            "/{server}/claims",
            get(admin_look(claims::list)).post(admin_change(claims::create)),
        )
        .route("/{server}/claims/{claim}", claim)
        .route("/{server}/credentials/keys", get(admin_change(keys::list)))
        .route(
            "/{server}/credentials/keys/{key}",
            get(admin_change(keys::read)),
        )
        .route(
            "/{server}/credentials/lifecycle/keyRotate",
            post(admin_change(keys::rotate)),
        )
        .route(
            "/{server}/associatedServers",
            get(admin_look(trusts::list)).post(admin_change(trusts::create)),
        )
        .route(
            "/{server}/associatedServers/{associated}",
            delete(admin_change(trusts::delete)),
        )
        .route("/{server}/clients", get(admin_look(keys::no_clients)))
        .route(
            "/{server}/clients/{client}/tokens",
            get(admin_look(keys::no_clients)).delete(admin_look(keys::revoke_nothing)),
        )
        .merge(policy_routes())
}

fn policy_routes() -> Router<Context> {
    let policy = get(admin_look(policies::read))
        .put(admin_change(policies::replace))
        .delete(admin_change(policies::delete));
    let rule = get(admin_look(rules::read))
        .put(admin_change(rules::replace))
        .delete(admin_change(rules::delete));
    let lifecycle = "/{server}/policies/{policy}/lifecycle";
    let of_rule = "/{server}/policies/{policy}/rules/{rule}";
    Router::new()
        .route(
            "/{server}/policies",
            get(admin_look(policies::list)).post(admin_change(policies::create)),
        )
        .route("/{server}/policies/{policy}", policy)
        .route(
            &format!("{lifecycle}/activate"),
            post(admin_change(policies::activate)),
        )
        .route(
            &format!("{lifecycle}/deactivate"),
            post(admin_change(policies::deactivate)),
        )
        .route(
            "/{server}/policies/{policy}/rules",
            get(admin_look(rules::list)).post(admin_change(rules::create)),
        )
        .route(of_rule, rule)
        .route(
            &format!("{of_rule}/lifecycle/activate"),
            post(admin_change(rules::activate)),
        )
        .route(
            &format!("{of_rule}/lifecycle/deactivate"),
            post(admin_change(rules::deactivate)),
        )
}

fn app_routes() -> Router<Context> {
    let app = get(admin_look(apps::read))
        .put(admin_change(apps::replace))
        .delete(admin_change(apps::delete));
    let secret = get(admin_look(secrets::read)).delete(admin_change(secrets::delete));
    let of_secret = "/{app}/credentials/secrets/{secret}";
    Router::new()
        .route(
            "/",
            get(admin_look(apps::list)).post(admin_change(apps::create)),
        )
        .route("/{app}", app)
        .route(
            "/{app}/lifecycle/activate",
            post(admin_change(apps::activate)),
        )
        .route(
            "/{app}/lifecycle/deactivate",
            post(admin_change(apps::deactivate)),
        )
        .route("/{app}/groups", get(admin_look(apps::nobody)))
        .route("/{app}/users", get(admin_look(apps::nobody)))
        .route(
            "/{app}/policies/{policy}",
            put(admin_change(apps::assign_policy)),
        )
        .route(
            "/{app}/credentials/secrets",
            get(admin_look(secrets::list)).post(admin_change(secrets::create)),
        )
        .route(of_secret, secret)
        .route(
            &format!("{of_secret}/lifecycle/activate"),
            post(admin_change(secrets::activate)),
        )
        .route(
            &format!("{of_secret}/lifecycle/deactivate"),
            post(admin_change(secrets::deactivate)),
        )
        .merge(trust_routes())
}

/// What an application proves itself with, and what it may then ask for.
fn trust_routes() -> Router<Context> {
    let key = get(admin_look(jwks::read)).delete(admin_change(jwks::delete));
    let grant = get(admin_look(grants::read)).delete(admin_change(grants::delete));
    let of_key = "/{app}/credentials/jwks/{key}";
    Router::new()
        .route(
            "/{app}/credentials/jwks",
            get(admin_look(jwks::list)).post(admin_change(jwks::create)),
        )
        .route(of_key, key)
        .route(
            &format!("{of_key}/lifecycle/activate"),
            post(admin_change(jwks::activate)),
        )
        .route(
            &format!("{of_key}/lifecycle/deactivate"),
            post(admin_change(jwks::deactivate)),
        )
        .route(
            "/{app}/grants",
            get(admin_look(grants::list)).post(admin_change(grants::create)),
        )
        .route("/{app}/grants/{grant}", grant)
}

fn org_routes() -> Router<Context> {
    let token = get(admin_look(org::read_token))
        .put(admin_change(org::replace_token))
        .delete(admin_change(org::delete_token));
    Router::new()
        .route(
            "/.well-known/okta-organization",
            get(open_look(|state, call| Ok(org::metadata(state, call)))),
        )
        .route(
            "/api/v1/users/me",
            get(admin_look(|state, call| Ok(org::me(state, call)))),
        )
        .route("/api/v1/logs", get(admin_look(logs::list)))
        .route("/api/v1/policies", get(admin_look(org::policies)))
        .route(
            "/api/v1/api-tokens",
            get(admin_look(|state, call| Ok(org::list_tokens(state, call)))),
        )
        .route("/api/v1/api-tokens/{token}", token)
        .route(
            "/api/v1/internal/apps/{app}/settings/oauth/idToken",
            get(admin_look(id_token::read)).post(admin_change(id_token::write)),
        )
}

/// What clients authenticate themselves at; their keys may have to be fetched first.
fn client_routes(context: &Context) -> Router<Context> {
    Router::new()
        .route(
            "/oauth2/v1/token",
            post(open_change(org_token::mint)).options(preflight),
        )
        .route("/oauth2/v1/introspect", post(open_look(introspect::org)))
        .route(
            "/oauth2/{server}/v1/token",
            post(open_change(token::mint)).options(preflight),
        )
        .route(
            "/oauth2/{server}/v1/introspect",
            post(open_look(introspect::introspect)),
        )
        .route_layer(from_fn_with_state(context.clone(), client_keys::fetch))
}

fn oauth_routes() -> Router<Context> {
    let client = get(admin_look(clients::read))
        .put(admin_change(clients::replace))
        .delete(admin_change(clients::delete));
    let oauth_document = "oauth-authorization-server";
    Router::new()
        .route(
            "/oauth2/v1/clients",
            get(admin_look(clients::list)).post(admin_change(clients::create)),
        )
        .route("/oauth2/v1/clients/{client}", client)
        .route(
            "/oauth2/v1/clients/{client}/lifecycle/newSecret",
            post(admin_change(clients::new_secret)),
        )
        .route(
            "/oauth2/v1/clients/{client}/roles",
            get(admin_look(roles::list)).post(admin_change(roles::create)),
        )
        .route(
            "/oauth2/v1/clients/{client}/roles/{role}",
            get(admin_look(roles::read)).delete(admin_change(roles::delete)),
        )
        .route("/oauth2/v1/keys", get(open_change(discovery::org_keys)))
        .route(
            "/oauth2/{server}/v1/keys",
            get(open_change(discovery::keys)),
        )
        .route(
            &format!("/oauth2/{{server}}/.well-known/{oauth_document}"),
            get(open_look(discovery::oauth)),
        )
        .route(
            &format!("/.well-known/{oauth_document}/oauth2/{{server}}"),
            get(open_look(discovery::oauth)),
        )
        .route(
            "/oauth2/{server}/.well-known/openid-configuration",
            get(open_look(discovery::oidc)),
        )
        .route(
            &format!("/.well-known/{oauth_document}"),
            get(open_look(|_, call| Ok(discovery::org_oauth(call)))),
        )
        .route(
            "/.well-known/openid-configuration",
            get(open_look(|_, call| Ok(discovery::org_oidc(call)))),
        )
}
