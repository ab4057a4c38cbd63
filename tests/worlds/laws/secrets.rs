//! What the credentials files hold gets a token.

use std::path::Path;

use dcrsync::secrets::Environment;
use dcrsync::secrets::sops::{Keyring, SopsFile};
use serde_json::Value as Json;

use crate::stage::Stage;

/// Proves the credentials of each application that has some of ours; tells what does not work.
pub(crate) async fn works(stage: &Stage, http: &reqwest::Client) -> Vec<String> {
    let mut wrong = Vec::new();
    let konnect = &stage.document["konnect"];
    for (name, app) in konnect["apps"].as_object().into_iter().flatten() {
        let (Some(file), Some(path)) = (
            app["credentials"]["in"].as_str(),
            app["credentials"]["sops"].as_str(),
        ) else {
            continue;
        };
        if app["state"] == "absent" {
            continue;
        }
        let leaf = |leaf: &str| held(stage, &stage.file(file), &format!("{path}.{leaf}"));
        let (Some(id), Some(secret)) = (leaf("client_id"), leaf("client_secret")) else {
            wrong.push(format!("no credentials of {name} are kept"));
            continue;
        };
        let provider = &konnect["dcr_providers"]["main"]["authorization_server"];
        let server = provider.as_str().unwrap();
        let found = stage.picture().await;
        let found = found.id("okta.authorization_server", server);
        let origin = &stage.sandbox.origins.okta;
        let url = format!("{origin}/oauth2/{found}/v1/token");
        let form = [("grant_type", "client_credentials"), ("scope", "a")];
        let asked = http.post(url).basic_auth(&id, Some(&secret)).form(&form);
        let answer = asked.send().await.unwrap();
        let status = answer.status();
        let body: Json = answer.json().await.unwrap_or_default();
        if !status.is_success() || !body["access_token"].is_string() {
            wrong.push(format!(
                "the credentials of {name} get no token: {status} {body}"
            ));
        }
    }
    wrong
}

/// What a file holds at a dotted path, decrypted.
fn held(stage: &Stage, file: &Path, path: &str) -> Option<String> {
    let bytes = std::fs::read(file).ok()?;
    let nobody = Environment::from_iter([("HOME", "/nowhere")]);
    let keyring = Keyring::new(nobody, vec![stage.file("team.agekey")]);
    let opened = SopsFile::open(file, &bytes, &keyring).unwrap();
    let leaves = opened.documents().first()?.leaves();
    let leaf = leaves.iter().find(|(at, _)| at.join(".") == path);
    let value = leaf.and_then(|(_, leaf)| *leaf)?;
    Some(value.value.to_text().expose().to_owned())
}
