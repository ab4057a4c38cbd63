use data_encoding::BASE64;
use reqwest::Method;
use serde_json::json;
use sha2::Digest;

use super::stage::Stage;
use crate::sandbox::Vendor;

async fn page(stage: &Stage, vendor: Vendor) -> (String, String) {
    let url = format!("{}/", stage.sandbox.origins.of(vendor));
    let answer = stage.client.get(url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let policy = answer.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    (answer.text().await.unwrap(), policy)
}

#[tokio::test]
async fn each_port_shows_what_is_there() {
    let stage = Stage::new().await;
    for (vendor, shown) in [
        (Vendor::Okta, "Authorization servers (1)"),
        (Vendor::Konnect, "developer-portal"),
        (Vendor::Portal, "dev@example.com"),
        (Vendor::Gateway, "/orders"),
    ] {
        let (text, _) = page(&stage, vendor).await;
        assert!(text.contains(shown), "{text}");
    }
}

#[tokio::test]
async fn a_name_cannot_become_markup() {
    let stage = Stage::new().await;
    let name = r#"<script>alert("1")</script>"#;
    stage.add_server(name).await.unwrap();
    let (text, _) = page(&stage, Vendor::Okta).await;
    assert!(!text.contains("<script"));
    assert!(
        text.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;"),
        "{text}"
    );
}

/// The policy allows the page's own style by its hash, and nothing else whatever.
#[tokio::test]
async fn the_policy_lets_its_own_style_in_and_nothing_else() {
    let stage = Stage::new().await;
    let (text, policy) = page(&stage, Vendor::Konnect).await;
    let (_, rest) = text.split_once("<style>").unwrap();
    let (style, _) = rest.split_once("</style>").unwrap();
    let hash = BASE64.encode(&sha2::Sha256::digest(style.as_bytes()));
    assert!(policy.starts_with("default-src 'none'; "));
    assert!(policy.contains(&format!("style-src 'sha256-{hash}'")));
    assert!(!policy.contains("unsafe"));
    assert!(!text.contains("style=") && !text.contains("src="));
}

#[tokio::test]
async fn no_secret_is_on_a_page() {
    let stage = Stage::new().await;
    let body = json!({
        "provider_type": "okta",
        "name": "okta",
        "issuer": "https://acme.okta.com/oauth2/default",
        "dcr_config": { "dcr_token": "very-secret" },
    });
    let request = stage.request(Vendor::Konnect, Method::POST, "/v2/dcr-providers");
    assert_eq!(request.json(&body).send().await.unwrap().status(), 201);
    for vendor in Vendor::ALL {
        let (text, _) = page(&stage, vendor).await;
        for secret in [
            "very-secret",
            &stage.sandbox.okta_token,
            &stage.sandbox.konnect_token,
        ] {
            assert!(!text.contains(secret));
        }
    }
}
