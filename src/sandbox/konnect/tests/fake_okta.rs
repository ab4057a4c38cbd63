//! A minimal identity provider of the tests' own: what Okta documents, and nothing more.

use std::sync::{Arc, Mutex};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

pub(in crate::sandbox) const TOKEN: &str = "00dcr-token";

#[derive(Clone)]
pub(in crate::sandbox) struct FakeOkta {
    pub(in crate::sandbox) origin: String,
    pub(in crate::sandbox) clients: Arc<Mutex<Vec<FakeClient>>>,
    key: Arc<Vec<u8>>,
    jwk: Value,
}

#[derive(Debug, Clone)]
pub(in crate::sandbox) struct FakeClient {
    pub(in crate::sandbox) id: String,
    pub(in crate::sandbox) registered_as: Value,
    pub(in crate::sandbox) secrets: Vec<FakeSecret>,
}

#[derive(Debug, Clone)]
pub(in crate::sandbox) struct FakeSecret {
    pub(in crate::sandbox) id: String,
    pub(in crate::sandbox) value: String,
    active: bool,
}

impl FakeOkta {
    pub(in crate::sandbox) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref()).unwrap();
        let point = pair.public_key().as_ref();
        let part = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let okta = Self {
            origin: format!("http://{}", listener.local_addr().unwrap()),
            clients: Arc::default(),
            key: Arc::new(pkcs8.as_ref().to_vec()),
            jwk: json!({
                "kty": "EC", "crv": "P-256", "kid": "k1", "use": "sig", "alg": "ES256",
                "x": part(&point[1..33]), "y": part(&point[33..65]),
            }),
        };
        let secrets = "/api/v1/apps/{client}/credentials/secrets";
        let router = Router::new()
            .route(
                "/oauth2/default/.well-known/openid-configuration",
                get(discovery),
            )
            .route("/oauth2/default/v1/keys", get(keys))
            .route("/oauth2/default/v1/token", post(token))
            .route("/oauth2/v1/clients", get(clients).post(register))
            .route("/oauth2/v1/clients/{client}", delete(unregister))
            .route(
                "/oauth2/v1/clients/{client}/lifecycle/newSecret",
                post(new_secret),
            )
            .route(secrets, get(list_secrets).post(add_secret))
            .route(&format!("{secrets}/{{secret}}"), delete(remove_secret))
            .route(
                &format!("{secrets}/{{secret}}/lifecycle/deactivate"),
                post(deactivate_secret),
            )
            .with_state(okta.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        okta
    }

    pub(in crate::sandbox) fn issuer(&self) -> String {
        format!("{}/oauth2/default", self.origin)
    }

    pub(in crate::sandbox) fn client(&self, id: &str) -> Option<FakeClient> {
        let clients = self.clients.lock().unwrap();
        clients.iter().find(|client| client.id == id).cloned()
    }

    /// A token as Okta makes it, with a claim `client_id` of `app.clientId`.
    pub(in crate::sandbox) fn token(&self, client: &str, expires_in: i64) -> String {
        let now = jiff::Timestamp::now().as_second();
        let claims = json!({
            "iss": self.issuer(), "aud": "api://default", "sub": client, "cid": client,
            "client_id": client, "scp": ["orders.read"], "iat": now, "exp": now + expires_in,
        });
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some("k1".to_owned());
        encode(&header, &claims, &EncodingKey::from_ec_der(&self.key)).unwrap()
    }
}

type Refusal = (StatusCode, Json<Value>);

fn authorized(headers: &HeaderMap) -> Result<(), Refusal> {
    let wanted = format!("SSWS {TOKEN}");
    if headers.get("authorization").and_then(|v| v.to_str().ok()) == Some(wanted.as_str()) {
        return Ok(());
    }
    let body = json!({ "errorCode": "E0000011", "errorSummary": "Invalid token provided" });
    Err((StatusCode::UNAUTHORIZED, Json(body)))
}

fn not_found() -> Refusal {
    (
        StatusCode::NOT_FOUND,
        Json(json!({ "errorCode": "E0000007" })),
    )
}

fn fresh(prefix: &str) -> String {
    format!("{prefix}{}", uuid::Uuid::new_v4().simple())
}

fn fresh_secret() -> FakeSecret {
    FakeSecret {
        id: fresh("ocs"),
        value: fresh("s"),
        active: true,
    }
}

async fn discovery(State(okta): State<FakeOkta>) -> Json<Value> {
    let issuer = okta.issuer();
    Json(json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}/v1/token"),
        "jwks_uri": format!("{issuer}/v1/keys"),
    }))
}

async fn keys(State(okta): State<FakeOkta>) -> Json<Value> {
    Json(json!({ "keys": [okta.jwk] }))
}

async fn token(
    State(okta): State<FakeOkta>,
    headers: HeaderMap,
    Form(form): Form<Vec<(String, String)>>,
) -> Result<Json<Value>, Refusal> {
    let has = |key: &str, value: &str| form.iter().any(|(k, v)| k == key && v == value);
    let invalid = || {
        let body = json!({ "error": "invalid_client" });
        (StatusCode::UNAUTHORIZED, Json(body))
    };
    assert!(has("grant_type", "client_credentials"), "{form:?}");
    assert!(has("scope", "orders.read orders.write"), "{form:?}");
    let basic = headers.get("authorization").ok_or_else(invalid)?;
    let basic = basic.to_str().unwrap().strip_prefix("Basic ").unwrap();
    let basic = String::from_utf8(BASE64_STANDARD.decode(basic).unwrap()).unwrap();
    let (id, secret) = basic.split_once(':').unwrap();
    let client = okta.client(id).ok_or_else(invalid)?;
    if !client.secrets.iter().any(|s| s.value == secret && s.active) {
        return Err(invalid());
    }
    Ok(Json(json!({
        "token_type": "Bearer", "expires_in": 3600, "access_token": okta.token(id, 3600),
    })))
}

async fn clients(headers: HeaderMap) -> Result<Json<Value>, Refusal> {
    authorized(&headers)?;
    Ok(Json(json!([])))
}

async fn register(
    State(okta): State<FakeOkta>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    authorized(&headers)?;
    if body["client_name"] == "refused" {
        let body = json!({ "error": "invalid_client_metadata", "error_description": "not that" });
        return Err((StatusCode::BAD_REQUEST, Json(body)));
    }
    let client = FakeClient {
        id: fresh("0oa"),
        registered_as: body.clone(),
        secrets: vec![fresh_secret()],
    };
    let mut answer = body;
    answer["client_id"] = json!(client.id);
    answer["client_secret"] = json!(client.secrets[0].value);
    okta.clients.lock().unwrap().push(client);
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn unregister(
    State(okta): State<FakeOkta>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    authorized(&headers)?;
    okta.client(&id).ok_or_else(not_found)?;
    okta.clients
        .lock()
        .unwrap()
        .retain(|client| client.id != id);
    Ok(StatusCode::NO_CONTENT)
}

/// Changes a client's secrets and answers what comes of it.
fn change<T>(
    okta: &FakeOkta,
    headers: &HeaderMap,
    id: &str,
    change: impl FnOnce(&mut FakeClient) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    authorized(headers)?;
    let mut clients = okta.clients.lock().unwrap();
    let client = clients.iter_mut().find(|client| client.id == id);
    change(client.ok_or_else(not_found)?)
}

async fn new_secret(
    State(okta): State<FakeOkta>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    change(&okta, &headers, &id, |client| {
        client.secrets = vec![fresh_secret()];
        let secret = &client.secrets[0].value;
        Ok(Json(
            json!({ "client_id": client.id, "client_secret": secret }),
        ))
    })
}

fn secret_view(secret: &FakeSecret) -> Value {
    json!({
        "id": secret.id, "client_secret": secret.value, "created": "2026-01-01T00:00:00.000Z",
        "status": if secret.active { "ACTIVE" } else { "INACTIVE" },
    })
}

async fn list_secrets(
    State(okta): State<FakeOkta>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    change(&okta, &headers, &id, |client| {
        let views: Vec<Value> = client.secrets.iter().map(secret_view).collect();
        Ok(Json(json!(views)))
    })
}

async fn add_secret(
    State(okta): State<FakeOkta>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    change(&okta, &headers, &id, |client| {
        assert!(client.secrets.len() < 2, "Okta refuses a third secret");
        let secret = fresh_secret();
        let view = secret_view(&secret);
        client.secrets.push(secret);
        Ok((StatusCode::CREATED, Json(view)))
    })
}

async fn deactivate_secret(
    State(okta): State<FakeOkta>,
    headers: HeaderMap,
    Path((id, secret)): Path<(String, String)>,
) -> Result<Json<Value>, Refusal> {
    change(&okta, &headers, &id, |client| {
        let secret = client.secrets.iter_mut().find(|s| s.id == secret);
        let secret = secret.ok_or_else(not_found)?;
        secret.active = false;
        Ok(Json(secret_view(secret)))
    })
}

async fn remove_secret(
    State(okta): State<FakeOkta>,
    headers: HeaderMap,
    Path((id, secret)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    change(&okta, &headers, &id, |client| {
        let inactive = |s: &FakeSecret| s.id == secret && !s.active;
        let place = client.secrets.iter().position(inactive);
        // Okta refuses to delete an active secret
        client.secrets.remove(place.ok_or_else(not_found)?);
        Ok(StatusCode::NO_CONTENT)
    })
}
