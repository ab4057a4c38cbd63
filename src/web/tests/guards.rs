use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::client::{Client, TOKEN, basic_door, hostile, open_door, token_door};
use super::made_up::{self, SHOP};
use crate::web::{Ask, Door};

/// Every path that is there, and one that is not.
const PATHS: [&str; 8] = [
    "/",
    "/documents/shop",
    "/documents/nobody",
    "/events",
    "/metrics",
    "/api/v1/status",
    "/nothing",
    "/assets/none.css",
];

const OWN: (&str, &str) = ("sec-fetch-site", "same-origin");

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

#[tokio::test]
async fn only_our_own_names_are_answered() {
    let local = Client::new();
    let remote = Client::new().at("192.0.2.1:8711");
    let v6 = Client::new().at("[2001:db8::1]:8711");
    for (client, host, is_ours) in [
        (&local, "127.0.0.1:8711", true),
        (&local, "localhost:8711", true),
        (&local, "LOCALHOST:9000", true),
        (&local, "[::1]:8711", true),
        (&local, "status.example", true),
        (&local, "Status.Example:80", true),
        (&local, "ops.example:8443", true),
        (&local, "ops.example", false),
        (&local, "ops.example:8444", false),
        (&local, "rebound.example:8711", false),
        (&local, "127.0.0.1.rebound.example:8711", false),
        (&local, "localhost.rebound.example", false),
        (&local, "status.example.rebound.example", false),
        (&local, "ops@127.0.0.1:8711", false),
        (&local, "192.0.2.1:8711", false),
        (&local, "", false),
        (&remote, "192.0.2.1:8711", true),
        (&remote, "localhost:8711", false),
        (&remote, "127.0.0.1:8711", false),
        (&remote, "192.0.2.2:8711", false),
        (&v6, "[2001:db8::1]:8711", true),
        (&v6, "[2001:db8::2]:8711", false),
    ] {
        for path in ["/", "/healthz", "/metrics", "/nothing"] {
            let answer = client.get_with(path, &[("host", host)]).await;
            let refused = answer.status == StatusCode::MISDIRECTED_REQUEST;
            assert_eq!(refused, !is_ours, "{host} at {path}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn a_request_that_names_two_hosts_is_none() {
    let client = Client::new();
    let two = [("host", "127.0.0.1:8711"), ("host", "127.0.0.1:8711")];
    let answer = client.get_with("/", &two).await;
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
    let answer = client.get("http://rebound.example/").await;
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn nothing_but_probes_is_shown_without_the_secret() {
    for door in [token_door(), basic_door()] {
        let client = Client::with(made_up::drifted(), door.clone());
        let wrong_user = basic("nobody", TOKEN);
        let wrong_password = basic("ops", "wrong");
        let empty = basic("", "");
        for path in PATHS {
            for login in [
                "",
                "Bearer wrong",
                "Bearer ",
                "Bearer",
                "Basic !",
                &wrong_password,
                &empty,
            ] {
                let answer = client.get_with(path, &[("authorization", login)]).await;
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path} {login}");
                assert!(answer.headers.contains_key("www-authenticate"));
                assert!(!answer.text.contains(SHOP), "{path} tells names");
            }
        }
        for path in ["/healthz", "/readyz"] {
            assert_eq!(client.get(path).await.status, StatusCode::OK);
        }
        let posted = client
            .post("/documents/shop/check", &[OWN], "token=x")
            .await;
        assert_eq!(posted.status, StatusCode::UNAUTHORIZED);
        if matches!(door.access, Some(crate::web::Access::Basic { .. })) {
            let answer = client
                .get_with("/", &[("authorization", &wrong_user)])
                .await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        }
    }
}

#[tokio::test]
async fn the_secret_opens() {
    let by_token = Client::with(made_up::drifted(), token_door());
    for login in [
        format!("Bearer {TOKEN}"),
        format!("bearer  {TOKEN}"),
        basic("anybody", TOKEN),
    ] {
        let answer = by_token.get_with("/", &[("authorization", &login)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{login}");
    }
    let by_password = Client::with(made_up::drifted(), basic_door());
    let answer = by_password
        .get_with("/", &[("authorization", &basic("ops", TOKEN))])
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    let bearer = format!("Bearer {TOKEN}");
    let answer = by_password
        .get_with("/", &[("authorization", &bearer)])
        .await;
    assert_eq!(
        answer.status,
        StatusCode::UNAUTHORIZED,
        "the document asks for a name, too"
    );
}

#[tokio::test]
async fn a_post_of_another_page_is_refused() {
    let mut client = Client::new();
    let body = format!("token={}", client.form_token().await);
    for headers in [
        &[][..],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("origin", "null")],
        &[("origin", "http://rebound.example")],
        &[("origin", "http://127.0.0.1:9999")],
        &[("origin", "https://127.0.0.1:8711")],
        &[OWN, ("origin", "http://rebound.example")],
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "http://127.0.0.1:8711"),
        ],
    ] {
        let answer = client.post("/documents/shop/check", headers, &body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    assert!(client.asks.try_recv().is_err(), "nobody was asked");
}

#[tokio::test]
async fn the_button_needs_the_token_of_its_document() {
    let mut client = Client::new();
    let token = client.form_token().await;
    let other = Client::new().form_token().await;
    assert_ne!(token, other, "each process has its own");
    let wrong = [
        String::new(),
        "token=".to_owned(),
        "token=zz".to_owned(),
        format!("token={other}"),
        format!("token={}", &token[..62]),
        format!("other={token}"),
    ];
    for body in wrong {
        let answer = client.post("/documents/shop/check", &[OWN], &body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{body}");
    }
    let body = format!("token={token}");
    let answer = client
        .post("/documents/payments/check", &[OWN], &body)
        .await;
    assert_eq!(
        answer.status,
        StatusCode::FORBIDDEN,
        "it is for another document"
    );
    assert!(client.asks.try_recv().is_err(), "nobody was asked");
}

#[tokio::test]
async fn the_button_asks_for_a_look() {
    let mut client = Client::new();
    let body = format!("token={}", client.form_token().await);
    let null = ("origin", "null");
    let own = ("origin", "http://127.0.0.1:8711");
    for headers in [&[OWN][..], &[OWN, null], &[own], &[OWN, own]] {
        let answer = client.post("/documents/shop/check", headers, &body).await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{headers:?}: {}",
            answer.text
        );
        assert_eq!(answer.headers["location"], "/documents/shop?asked");
        let document = SHOP.to_owned();
        assert_eq!(client.asks.try_recv(), Ok(Ask::CheckNow { document }));
    }
    assert!(
        client
            .get("/documents/shop?asked")
            .await
            .text
            .contains("A check was asked for")
    );
    assert!(
        !client
            .get("/documents/shop")
            .await
            .text
            .contains("A check was asked for")
    );
}

#[tokio::test]
async fn a_wish_that_cannot_be_passed_on_says_so() {
    let mut client = Client::new();
    let body = format!("token={}", client.form_token().await);
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(
            client
                .post("/documents/shop/check", &[OWN], &body)
                .await
                .status,
        );
    }
    assert_eq!(
        statuses,
        [
            StatusCode::SEE_OTHER,
            StatusCode::SEE_OTHER,
            StatusCode::SERVICE_UNAVAILABLE
        ]
    );
    client.asks.close();
    let answer = client.post("/documents/shop/check", &[OWN], &body).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);

    let page = client.get("/documents/partners").await.text;
    assert!(page.contains("disabled"), "another replica works on it");
}

#[tokio::test]
async fn behind_a_proxy_the_origin_is_https() {
    let door = Door {
        behind_proxy: true,
        ..open_door()
    };
    let client = Client::with(made_up::drifted(), door);
    let body = format!("token={}", client.form_token().await);
    let host = ("host", "status.example");
    for (origin, status) in [
        ("https://status.example", StatusCode::SEE_OTHER),
        ("http://status.example", StatusCode::FORBIDDEN),
    ] {
        let headers = [host, ("origin", origin)];
        let answer = client.post("/documents/shop/check", &headers, &body).await;
        assert_eq!(answer.status, status, "{origin}");
    }
}

#[tokio::test]
async fn a_long_body_is_not_read() {
    let client = Client::new();
    let body = format!("token={}", "a".repeat(100_000));
    let answer = client.post("/documents/shop/check", &[OWN], &body).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn other_methods_and_tricky_paths_lead_nowhere() {
    let client = Client::new();
    for path in [
        "/../etc/passwd",
        "/%2e%2e/etc/passwd",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/../mod.rs",
        "/documents/..%2f..%2fetc%2fpasswd",
        "/documents/shop/",
        "/documents/shop%00",
        "/documents/",
        "//documents/shop",
        "/healthz/",
        "/METRICS",
        "/api/v1/status.json",
    ] {
        assert_eq!(
            client.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    assert_eq!(
        client.get("/documents/%ff").await.status,
        StatusCode::BAD_REQUEST
    );
    for method in ["DELETE", "PUT", "TRACE", "PATCH", "OPTIONS"] {
        let request = super::client::request(method, "/", &[OWN], "");
        let answer = client.send(request).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
}

#[tokio::test]
async fn every_answer_keeps_browsers_in() {
    let open = Client::new();
    let closed = Client::with(made_up::drifted(), token_door());
    for client in [&open, &closed] {
        for path in PATHS
            .iter()
            .chain(&["/healthz", "/readyz"])
            .filter(|it| **it != "/events")
        {
            for host in ["127.0.0.1:8711", "rebound.example"] {
                let headers = client.get_with(path, &[("host", host)]).await.headers;
                let policy = headers["content-security-policy"].to_str().unwrap();
                assert!(policy.starts_with("default-src 'none';"), "{path}");
                assert!(
                    !policy.contains("unsafe") && !policy.contains('*'),
                    "{path}"
                );
                assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
                assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
                assert_eq!(headers["cache-control"], "no-store", "{path}");
            }
        }
    }
}

/// Neither the login nor the form's key is anywhere in what the page says.
#[tokio::test]
async fn no_answer_holds_the_secret() {
    for door in [token_door(), basic_door()] {
        let client = Client::with(hostile(), door);
        let encoded = STANDARD.encode(TOKEN);
        let right = basic("ops", TOKEN);
        let bearer = format!("Bearer {TOKEN}");
        for path in PATHS.iter().filter(|it| **it != "/events") {
            for login in ["", "Bearer wrong", &right, &bearer] {
                let answer = client.get_with(path, &[("authorization", login)]).await;
                let all = format!("{:?}\n{}", answer.headers, answer.text);
                assert!(!all.contains(TOKEN) && !all.contains(&encoded), "{path}");
            }
        }
        assert!(!format!("{:?}", token_door()).contains(TOKEN));
    }
}
