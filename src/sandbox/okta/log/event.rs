use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::history::Event;

impl Event {
    /// What the API shows, in the order of keys of Okta's examples.
    pub(super) fn wire(&self, org: &str) -> Value {
        let outcome = match &self.refused {
            None => json!({ "result": "SUCCESS", "reason": null }),
            Some(reason) => json!({ "result": "FAILURE", "reason": reason }),
        };
        let targets: Vec<Value> = self
            .targets
            .iter()
            .map(|target| {
                json!({
                    "id": target.id,
                    "type": target.kind,
                    "alternateId": target.id,
                    "displayName": target.name,
                    "detailEntry": null,
                })
            })
            .collect();
        let agent = json!({
            "rawUserAgent": self.user_agent,
            "os": "Unknown",
            "browser": "UNKNOWN",
        });
        let mut detail = json!({});
        if let Some(detail) = detail.as_object_mut().filter(|_| !self.token_id.is_empty()) {
            let id = Value::from(self.token_id.clone());
            detail.insert("requestApiTokenId".to_owned(), id);
        }
        json!({
            "actor": {
                "id": self.actor.id,
                "type": self.actor.kind,
                "alternateId": self.actor.login,
                "displayName": self.actor.name,
                "detailEntry": null,
            },
            "client": {
                "userAgent": agent,
                "zone": "null",
                "device": "Unknown",
                "id": null,
                "ipAddress": self.ip,
                "geographicalContext": null,
            },
            "device": null,
            "authenticationContext": {
                "authenticationProvider": null,
                "credentialProvider": null,
                "credentialType": null,
                "issuer": null,
                "interface": null,
                "authenticationStep": 0,
                "externalSessionId": format!("trs{}", self.request_id),
            },
            "displayMessage": message(&self.kind),
            "eventType": self.kind,
            "outcome": outcome,
            "published": self.published.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
            "securityContext": {
                "asNumber": null,
                "asOrg": null,
                "isp": null,
                "domain": null,
                "isProxy": null,
            },
            "severity": if self.refused.is_some() { "WARN" } else { "INFO" },
            "debugContext": {
                "debugData": {
                    "requestId": self.request_id,
                    "requestUri": self.path,
                    "url": self.path,
                },
            },
            "legacyEventType": null,
            "transaction": { "type": "WEB", "id": self.request_id, "detail": detail },
            "uuid": self.uuid(org),
            "version": "0",
            "request": {
                "ipChain": [{
                    "ip": self.ip,
                    "geographicalContext": null,
                    "version": "V4",
                    "source": null,
                }],
            },
            "target": targets,
        })
    }

    /// The same at each reading: consumers know an event again by it.
    fn uuid(&self, org: &str) -> String {
        let digest = Sha256::digest(format!("{org} {} {}", self.number, self.request_id));
        let mut bytes = [0_u8; 16];
        for (byte, random) in bytes.iter_mut().zip(digest) {
            *byte = random;
        }
        uuid::Builder::from_random_bytes(bytes)
            .into_uuid()
            .to_string()
    }
}

/// A sentence for people.
fn message(kind: &str) -> String {
    let subject = [
        ("oauth2.as.", "authorization server"),
        ("oauth2.scope.", "scope"),
        ("oauth2.claim.", "claim"),
        ("policy.rule.", "policy rule"),
        ("policy.lifecycle.", "policy"),
        ("application.lifecycle.", "application"),
        (
            "application.policy.sign_on.",
            "sign-on policy of the application",
        ),
        ("app.oauth2.client.lifecycle.", "OAuth client"),
        (
            "app.oauth2.credentials.lifecycle.",
            "OAuth client credentials",
        ),
        ("app.oauth2.admin.consent.", "consent of an admin"),
        (
            "app.oauth2.as.token.",
            "OAuth token of an authorization server",
        ),
        ("app.oauth2.token.", "OAuth token"),
        ("system.api_token.", "API token"),
    ];
    subject
        .iter()
        .find_map(|(start, subject)| {
            let verb = kind.strip_prefix(start)?.replace(['.', '_'], " ");
            Some(format!("{subject}: {verb}"))
        })
        .unwrap_or_else(|| kind.to_owned())
}
