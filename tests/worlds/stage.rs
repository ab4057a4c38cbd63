//! Two emulated vendors, a folder with a document and its secrets, and a fresh engine for each run.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use dcrsync::base::{Address, Fingerprint, Secret};
use dcrsync::config::{Input, Vars};
use dcrsync::engine::{self, Addresses, Engine, Loaded};
use dcrsync::sandbox::{self, Entry, Hand, Named, Sandbox, Snapshot};
use dcrsync::secrets::{Environment, create_file, sops};
use dcrsync::vendor;
use reqwest::Method;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::clock::Hurried;
use crate::picture::Picture;

/// The day of all runs.
pub(crate) const TODAY: &str = "2026-11-23";

/// The `name` of the document, hence our owner mark.
pub(crate) const OURS: &str = "worlds";

const ENVIRONMENT: [(&str, &str); 7] = [
    ("OKTA_TOKEN", "00okta-admin-token-of-the-worlds"),
    ("KONNECT_TOKEN", "kpat_konnect-token-of-the-worlds"),
    ("DCR_TOKEN", "00okta-dcr-token-of-the-worlds"),
    ("DCR_TOKEN_2", "00okta-dcr-token-that-is-the-second"),
    ("OTHER_SECRET", "a_secret_of_another_provider"),
    ("OTHER_SECRET_2", "another_secret_of_that_provider"),
    ("PORTAL_PASSWORD", "password-of-the-developer"),
];

/// Turns of the runtime without a new request after which no server has one to read: it takes the line,
/// reads it, and notes the request, one turn each.
const LOOKS: u32 = 6;

/// The secrets of all documents.
pub(crate) fn environment() -> impl Iterator<Item = (&'static str, &'static str)> {
    ENVIRONMENT.into_iter()
}

/// The limits and the mood of one run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    pub(crate) take_over: bool,
    pub(crate) max_deletes: u32,
    /// Requests under way at once.
    pub(crate) lanes: usize,
    /// How long an answer is waited for.
    pub(crate) patience: Duration,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            take_over: false,
            max_deletes: 100,
            lanes: 10,
            patience: Duration::from_secs(20),
        }
    }
}

/// Where a document meets two vendors; used for many cases, one after another.
pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) okta: Hand,
    pub(crate) konnect: Hand,
    empty: Snapshot,
    folder: TempDir,
    pub(crate) document: Json,
    /// Takes the place of Konnect's address.
    pub(crate) konnect_at: Option<String>,
}

/// Reads a document, its head aside.
pub(crate) fn load(folder: &std::path::Path, document: &Json, manner: Manner) -> Loaded {
    let head = json!({
        "version": 1,
        "name": OURS,
        "secrets": { "files": ["secrets.sops.yaml"], "key_files": ["team.agekey"] },
        "okta": { "org_url": "https://acme.okta.com", "token": { "env": "OKTA_TOKEN" } },
        "konnect": { "region": "us", "token": { "env": "KONNECT_TOKEN" } },
        "guard": { "max_deletes": manner.max_deletes, "max_delete_share": "100%" },
        "budget": "100%",
    });
    let input = |file: &str, text: String| Input {
        name: folder.join(file).display().to_string(),
        text,
    };
    engine::load(
        vec![
            input("dcrsync.yaml", head.to_string()),
            input("world.yaml", document.to_string()),
        ],
        &Vars::default(),
    )
}

/// An age identity and a SOPS file made for it; making them once is enough.
fn vault() -> &'static (String, Vec<u8>) {
    static VAULT: OnceLock<(String, Vec<u8>)> = OnceLock::new();
    VAULT.get_or_init(|| {
        let (key, recipient) = sops::generate_identity();
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("secrets.sops.yaml");
        let unused = Secret::new("unused");
        create_file(&file, &[recipient], &[("unused", &unused)]).unwrap();
        (key.expose().to_owned(), std::fs::read(file).unwrap())
    })
}

/// Fast where the real one is slow on purpose: no law of these is about guessing.
fn quick_fingerprint(secret: &Secret, document: &str, address: &Address) -> Fingerprint {
    Fingerprint(quick_print(secret.expose(), document, address.as_str()))
}

fn quick_print(secret: &str, document: &str, address: &str) -> String {
    let digest = Sha256::digest(format!("{document}\n{address}\n{secret}"));
    let text = data_encoding::BASE32_NOPAD.encode(&digest);
    text.get(..26).unwrap_or_default().to_ascii_lowercase()
}

/// What a provider's label has to say of the secret of this variable.
pub(crate) fn fingerprint_of(variable: &str, address: &str) -> String {
    let secret = ENVIRONMENT.iter().find(|(name, _)| *name == variable);
    quick_print(secret.unwrap().1, OURS, address)
}

impl Stage {
    /// Fresh vendors with what documents only name.
    pub(crate) async fn new() -> Self {
        let sandbox = sandbox::start(sandbox::Options::default()).await.unwrap();
        let secrets: BTreeMap<_, _> = ENVIRONMENT.into_iter().collect();
        for name in ["OKTA_TOKEN", "DCR_TOKEN", "DCR_TOKEN_2"] {
            sandbox.accept_okta_token(secrets[name]);
        }
        sandbox.accept_konnect_token(secrets["KONNECT_TOKEN"]);
        let password = Secret::new(secrets["PORTAL_PASSWORD"]);
        let portal = "developer-portal".to_owned();
        sandbox.seed_named(&Named {
            portals: vec![portal.clone(), "their-portal".to_owned()],
            apis: vec![
                "orders".to_owned(),
                "billing".to_owned(),
                "theirs".to_owned(),
            ],
            developers: vec![
                (
                    portal.clone(),
                    "dev@example.com".to_owned(),
                    Some(password.clone()),
                ),
                (
                    portal.clone(),
                    "else@example.com".to_owned(),
                    Some(password),
                ),
            ],
            teams: vec![(portal, "crew".to_owned())],
            servers: Vec::new(),
        });
        let (okta, konnect) = (
            sandbox.okta_admin().unwrap(),
            sandbox.konnect_admin().unwrap(),
        );
        let old = json!({
            "name": "oidc_client", "label": "old client", "signOnMode": "OPENID_CONNECT",
            "credentials": { "oauthClient": { "client_id": "old-client-0001",
                "client_secret": "secret-of-the-old-client-0001",
                "token_endpoint_auth_method": "client_secret_basic" } },
            "settings": { "oauthClient": { "application_type": "service",
                "grant_types": ["client_credentials"], "response_types": ["token"] } },
        });
        let made = okta.send("old client", Method::POST, "/api/v1/apps", Some(&old));
        made.await.unwrap();
        // the key that signs is made once and for all
        okta.send("keys", Method::GET, "/oauth2/default/v1/keys", None)
            .await
            .unwrap();
        let empty = sandbox.snapshot();
        Self {
            sandbox,
            okta,
            konnect,
            empty,
            folder: folder(),
            document: json!({}),
            konnect_at: None,
        }
    }

    /// Goes back to the beginning.
    pub(crate) fn clear(&mut self) {
        self.sandbox.restore(&self.empty);
        self.folder = folder();
        self.document = json!({});
    }

    /// A file beside the document.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// An engine that knows nothing but the document and its folder, as a new process would.
    pub(crate) fn engine(&self, manner: Manner) -> Engine {
        let loaded = load(self.folder.path(), &self.document, manner);
        let checked = loaded.checked.unwrap_or_else(|| {
            let found: Vec<&str> = loaded.report.iter().map(|it| it.message.as_str()).collect();
            panic!("the document is refused: {found:?}\n{}", self.document)
        });
        let url = |origin: &str| url::Url::parse(origin).unwrap();
        let origins = &self.sandbox.origins;
        let pace = vendor::Pace {
            lanes: manner.lanes,
            total: manner.patience,
            ..vendor::Pace::default()
        };
        let options = engine::Options {
            environment: ENVIRONMENT.into_iter().collect::<Environment>(),
            addresses: Some(Addresses {
                okta: url(&origins.okta),
                konnect: url(self.konnect_at.as_ref().unwrap_or(&origins.konnect)),
                portal: url(&origins.portal),
                gateway: url(&origins.gateway),
                okta_token: Secret::new(self.sandbox.okta_token.as_str()),
            }),
            take_over: manner.take_over,
            fingerprint: quick_fingerprint,
            http: vendor::Options {
                clock: Arc::new(Hurried::default()),
                pace,
                ..vendor::Options::default()
            },
        };
        Engine::open(checked, &loaded.sources, options).unwrap()
    }

    /// What both vendors have, once nothing is under way any more.
    pub(crate) async fn picture(&self) -> Picture {
        self.quiet().await;
        Picture::take(&self.okta, &self.konnect).await
    }

    /// Waits until no request is being carried out: whoever dies leaves some behind.
    pub(crate) async fn quiet(&self) {
        let under_way = |entry: &Entry| {
            let never = matches!(entry.fault.as_deref(), Some("hang" | "reset"));
            entry.status.is_none() && !never
        };
        while self.sandbox.journal().iter().any(under_way) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// The same once somebody has died: what was sent and not yet read by the server is no request of
    /// the journal, and will be carried out all the same.
    pub(crate) async fn still(&self) {
        let mut last = self.last();
        let mut looks = 0;
        while looks < LOOKS {
            self.quiet().await;
            tokio::time::sleep(Duration::from_millis(1)).await;
            looks = if self.last() == last { looks + 1 } else { 0 };
            last = self.last();
        }
    }

    /// The number of the last request.
    pub(crate) fn last(&self) -> u64 {
        self.sandbox.journal().last().map_or(0, |entry| entry.n)
    }

    /// The requests after one of that number.
    pub(crate) fn since(&self, last: u64) -> Vec<Entry> {
        let mut entries = self.sandbox.journal();
        entries.retain(|entry| entry.n > last);
        entries
    }
}

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let (key, file) = vault();
    std::fs::write(folder.path().join("team.agekey"), key).unwrap();
    std::fs::write(folder.path().join("secrets.sops.yaml"), file).unwrap();
    folder
}
