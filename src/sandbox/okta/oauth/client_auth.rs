use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::app::App;
use super::super::http::{Call, Refusal, bearer_of};
use super::super::jose::Jws;
use super::super::state::{OktaState, Status};
use super::assertion;

/// A form parameter that was sent and is not empty.
pub(super) fn field<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    form.iter()
        .find(|(known, value)| known == name && !value.is_empty())
        .map(|(_, value)| value.as_str())
}

/// Finds the client that sent a request and proves that it is it (RFC 6749, 2.3.1). Basic and form are
/// taken for each other, as Okta does; who has a key must use it.
pub(super) fn authenticate<'a>(
    state: &'a OktaState,
    call: &Call,
    form: &[(String, String)],
) -> Result<&'a App, Refusal> {
    let basic = bearer_of(&call.headers, "Basic");
    let posted = field(form, "client_secret");
    let asserted = field(form, "client_assertion");
    let ways = [basic, posted, asserted].into_iter().flatten().count();
    if ways > 1 {
        return Err(Refusal::oauth_request(
            "invalid_request",
            "Cannot supply multiple client credentials. Use one of the following: \
             credentials in the Authorization header, credentials in the post body, or a client_assertion in the post body.",
        ));
    }
    if let Some(assertion) = asserted {
        return assertion::authenticate(state, call, form, assertion);
    }
    let (id, secret) = match (basic, posted) {
        (Some(basic), _) => decode(basic).ok_or_else(Refusal::invalid_client)?,
        (None, Some(secret)) => {
            let id = field(form, "client_id").ok_or_else(Refusal::invalid_client)?;
            (id.to_owned(), secret.to_owned())
        }
        (None, None) => {
            return Err(Refusal::oauth(
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "No client credentials found.",
            ));
        }
    };
    state
        .client(&id)
        .filter(|app| app.status == Status::Active && by_secret(app))
        .filter(|app| app.secrets.iter().any(|known| known.opens(&secret)))
        .ok_or_else(Refusal::invalid_client)
}

/// Who the sender says it is, whether that is true or not.
pub(super) fn claimed(call: &Call, form: &[(String, String)]) -> Option<String> {
    let basic = || Some(decode(bearer_of(&call.headers, "Basic")?)?.0);
    let signed = || {
        let jws = Jws::read(field(form, "client_assertion")?)?;
        Some(jws.text("sub")?.to_owned())
    };
    let told = field(form, "client_id").map(str::to_owned);
    told.or_else(basic).or_else(signed)
}

/// Who signs with its secret does not send it.
fn by_secret(app: &App) -> bool {
    App::has_secret(&app.auth_method) && app.auth_method != "client_secret_jwt"
}

/// Id and secret are form-encoded inside Basic (RFC 6749, 2.3.1).
fn decode(basic: &str) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(basic).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let plain = |text: &str| {
        let form = format!("x={text}");
        url::form_urlencoded::parse(form.as_bytes())
            .next()
            .map(|(_, value)| value.into_owned())
    };
    Some((plain(id)?, plain(secret)?))
}
