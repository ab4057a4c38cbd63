use serde_json::{Map, Value, json};

use super::super::http::{Answer, Call, Refusal, Reply};
use super::super::server::{ClaimType, KeyStatus, Publish, Server, SigningKey};
use super::super::state::{OktaState, Status};

const AUTH_METHODS: [&str; 5] = [
    "client_secret_basic",
    "client_secret_post",
    "client_secret_jwt",
    "private_key_jwt",
    "none",
];
const SIGNING: [&str; 9] = [
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512",
];
const DPOP_SIGNING: [&str; 6] = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];
const TOKEN_CLAIMS: [&str; 10] = [
    "ver", "jti", "iss", "aud", "iat", "exp", "cid", "uid", "scp", "sub",
];
/// The management scopes around authorization servers and applications, and those of OIDC.
const ORG_SCOPES: [&str; 18] = [
    "okta.authorizationServers.manage",
    "okta.authorizationServers.read",
    "okta.apps.manage",
    "okta.apps.read",
    "okta.appGrants.manage",
    "okta.appGrants.read",
    "okta.clients.manage",
    "okta.clients.register",
    "okta.clients.read",
    "okta.apiTokens.manage",
    "okta.apiTokens.read",
    "openid",
    "email",
    "profile",
    "address",
    "phone",
    "offline_access",
    "groups",
];

/// Which of the two documents is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Document {
    /// RFC 8414.
    Oauth,
    /// OIDC Discovery 1.0.
    Oidc,
}

/// Where the endpoints of a server are.
struct Places<'a> {
    issuer: String,
    base: String,
    origin: &'a str,
    /// The org's OAuth document names no keys: its access tokens are for Okta alone.
    keys: bool,
    org: bool,
}

fn server<'a>(state: &'a OktaState, call: &Call) -> Result<&'a Server, Refusal> {
    if let Some(client) = call.query("client_id")
        && state.client(&client).is_none()
    {
        return Err(Refusal::unknown_client_id());
    }
    let id = call.param("server");
    let server = state.server(id)?;
    if server.status == Status::Inactive {
        return Err(Refusal::not_found(id, "AuthorizationServer"));
    }
    Ok(server)
}

/// `GET /oauth2/{server}/.well-known/oauth-authorization-server`, also at the place RFC 8414 wants it.
pub(crate) fn oauth(state: &OktaState, call: &Call) -> Answer {
    custom(state, call, Document::Oauth)
}

/// `GET /oauth2/{server}/.well-known/openid-configuration`.
pub(crate) fn oidc(state: &OktaState, call: &Call) -> Answer {
    custom(state, call, Document::Oidc)
}

/// `GET /.well-known/oauth-authorization-server`.
pub(crate) fn org_oauth(call: &Call) -> Reply {
    org(call, Document::Oauth)
}

/// `GET /.well-known/openid-configuration`.
pub(crate) fn org_oidc(call: &Call) -> Reply {
    org(call, Document::Oidc)
}

fn custom(state: &OktaState, call: &Call, document: Document) -> Answer {
    let server = server(state, call)?;
    let issuer = server.issuer(&call.origin);
    let places = Places {
        base: format!("{issuer}/v1"),
        issuer,
        origin: &call.origin,
        keys: true,
        org: false,
    };
    let scopes: Vec<&str> = server
        .scopes
        .iter()
        .filter(|scope| scope.publish == Publish::AllClients)
        .map(|scope| scope.name.as_str())
        .collect();
    let kind = match document {
        Document::Oauth => ClaimType::Resource,
        Document::Oidc => ClaimType::Identity,
    };
    let mut claims: Vec<&str> = match document {
        Document::Oauth => TOKEN_CLAIMS.to_vec(),
        Document::Oidc => vec![
            "iss",
            "ver",
            "sub",
            "aud",
            "iat",
            "exp",
            "jti",
            "auth_time",
            "amr",
            "idp",
            "nonce",
            "at_hash",
            "c_hash",
        ],
    };
    for claim in &server.claims {
        if claim.kind == kind && !claims.contains(&claim.name.as_str()) {
            claims.push(&claim.name);
        }
    }
    Ok(Reply::ok(describe(&places, document, &scopes, &claims)))
}

fn org(call: &Call, document: Document) -> Reply {
    let places = Places {
        issuer: call.origin.clone(),
        base: format!("{}/oauth2/v1", call.origin),
        origin: &call.origin,
        keys: document == Document::Oidc,
        org: true,
    };
    let scopes: Vec<&str> = match document {
        Document::Oauth => ORG_SCOPES.to_vec(),
        Document::Oidc => ORG_SCOPES
            .into_iter()
            .filter(|scope| !scope.starts_with("okta."))
            .collect(),
    };
    Reply::ok(describe(&places, document, &scopes, &TOKEN_CLAIMS))
}

/// One document, in the recorded order of keys.
fn describe(places: &Places<'_>, document: Document, scopes: &[&str], claims: &[&str]) -> Value {
    let mut wire = Map::new();
    let mut add = |key: &str, value: Value| wire.insert(key.to_owned(), value);
    let at = |path: &str| Value::from(format!("{}/{path}", places.base));
    let oidc = document == Document::Oidc;
    add("issuer", places.issuer.clone().into());
    add("authorization_endpoint", at("authorize"));
    add("token_endpoint", at("token"));
    if oidc {
        add("userinfo_endpoint", at("userinfo"));
    }
    let registration = format!("{}/oauth2/v1/clients", places.origin);
    add("registration_endpoint", registration.into());
    if places.keys {
        add("jwks_uri", at("keys"));
    }
    let mut types = vec!["code", "token", "id_token", "code id_token"];
    types.extend(["code token", "id_token token", "code id_token token"]);
    if oidc {
        types.retain(|kind| *kind != "token");
    }
    add("response_types_supported", json!(types));
    let modes = ["query", "fragment", "form_post", "okta_post_message"];
    add("response_modes_supported", json!(modes));
    add("grant_types_supported", json!(grant_types(places.org)));
    add("subject_types_supported", json!(["public"]));
    if oidc {
        add("id_token_signing_alg_values_supported", json!(["RS256"]));
    }
    add("scopes_supported", json!(scopes));
    add("token_endpoint_auth_methods_supported", json!(AUTH_METHODS));
    add("claims_supported", json!(claims));
    add("code_challenge_methods_supported", json!(["S256"]));
    for (name, path) in [("introspection", "introspect"), ("revocation", "revoke")] {
        add(&format!("{name}_endpoint"), at(path));
        let methods = format!("{name}_endpoint_auth_methods_supported");
        add(&methods, json!(AUTH_METHODS));
    }
    add("end_session_endpoint", at("logout"));
    add("request_parameter_supported", true.into());
    add(
        "request_object_signing_alg_values_supported",
        json!(SIGNING),
    );
    add("device_authorization_endpoint", at("device/authorize"));
    add("pushed_authorization_request_endpoint", at("par"));
    add("dpop_signing_alg_values_supported", json!(DPOP_SIGNING));
    if places.org && !oidc {
        add("frontchannel_logout_supported", true.into());
        add("frontchannel_logout_session_supported", true.into());
        add(
            "identity_chaining_requested_token_types_supported",
            json!(["urn:ietf:params:oauth:token-type:id-jag"]),
        );
    }
    Value::Object(wire)
}

fn grant_types(org: bool) -> Vec<&'static str> {
    let mut grants = vec![
        "authorization_code",
        "implicit",
        "refresh_token",
        "password",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code",
    ];
    if org {
        grants.extend([
            "urn:okta:params:oauth:grant-type:otp",
            "http://auth0.com/oauth/grant-type/mfa-otp",
            "urn:okta:params:oauth:grant-type:oob",
            "http://auth0.com/oauth/grant-type/mfa-oob",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ]);
    }
    grants
}

/// `GET /oauth2/{server}/v1/keys`: the public halves (RFC 7517).
pub(crate) fn keys(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    let mut keys = Vec::new();
    for key in &mut server.keys {
        keys.push(key.jwk()?);
    }
    Ok(Reply::ok(json!({ "keys": keys })))
}

/// `GET /oauth2/v1/keys`: the one key, made when it is first needed.
pub(crate) fn org_keys(state: &mut OktaState, call: &Call) -> Answer {
    let key = state
        .org_key
        .get_or_insert_with(|| SigningKey::new(KeyStatus::Active, call.now));
    Ok(Reply::ok(json!({ "keys": [key.jwk()?] })))
}
