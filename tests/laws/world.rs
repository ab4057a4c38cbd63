//! A pair of emulated vendors, a folder with a document and its secrets, and a fresh engine per run.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use dcrsync::base::{Address, Fingerprint, Secret};
use dcrsync::config::{Input, Vars};
use dcrsync::engine::{
    self, Addresses, ApplyReport, Engine, EngineError, Loaded, Needs, Planned, Silent, Stop,
};
use dcrsync::plan::Step;
use dcrsync::sandbox::{self, Effect, Entry, Fault, Sandbox};
use dcrsync::secrets::{Environment, create_file, sops};
use dcrsync::{kinds, vendor};
use reqwest::Method;
use serde_json::Value as Json;
use tempfile::TempDir;

use crate::clock::Hurried;
use crate::contract::Hearing;
use crate::dump::{Dump, dump};

/// The day of all runs.
pub(crate) const TODAY: &str = "2026-11-23";

const HEAD: &str = "
version: 1
name: laws
secrets: { files: [secrets.sops.yaml], key_files: [team.agekey] }
okta: { org_url: https://acme.okta.com, token: { env: OKTA_TOKEN } }
konnect: { region: us, token: { env: KONNECT_TOKEN } }
guard: { max_deletes: 50, max_delete_share: 100% }
";

/// Secrets of the documents; the names are those of the kinds' examples.
const ENVIRONMENT: [(&str, &str); 5] = [
    ("OKTA_TOKEN", "00okta-admin-token-of-the-laws"),
    ("KONNECT_TOKEN", "kpat_konnect-token-of-the-laws"),
    ("DCR_TOKEN", "00okta-dcr-token-of-the-laws"),
    ("PORTAL_PASSWORD", "password-of-the-developer"),
    ("OTHER_SECRET", "a_secret_of_another_provider"),
];

/// Where one document meets two vendors.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    /// What our clients sent, judged by the vendors' contracts when the world ends.
    pub(crate) hearing: Hearing,
    folder: TempDir,
    body: String,
    name: String,
    take_over: bool,
    environment: BTreeMap<String, String>,
}

/// Reads a document without its head.
pub(crate) fn load(body: &str) -> Loaded {
    load_in(Path::new(""), "laws", body)
}

fn load_in(folder: &Path, name: &str, body: &str) -> Loaded {
    let input = |file: &str, text: String| Input {
        name: folder.join(file).display().to_string(),
        text,
    };
    let head = HEAD.replace("name: laws", &format!("name: {name}"));
    engine::load(
        vec![
            input("dcrsync.yaml", head),
            input("kinds.yaml", body.to_owned()),
        ],
        &Vars::default(),
    )
}

/// The real fingerprint, which is slow on purpose, made once for each secret and place.
fn fingerprint_once(secret: &Secret, document: &str, address: &Address) -> Fingerprint {
    static KNOWN: Mutex<BTreeMap<[String; 3], Fingerprint>> = Mutex::new(BTreeMap::new());
    let place = [secret.expose(), document, address.as_str()].map(str::to_owned);
    if let Some(known) = KNOWN.lock().unwrap().get(&place) {
        return known.clone();
    }
    let made = dcrsync::secrets::fingerprint(secret, document, address);
    KNOWN.lock().unwrap().insert(place, made.clone());
    made
}

/// A client that speaks to this machine in plain text, so that it reads no certificates.
pub(crate) fn plain_client() -> reqwest::Client {
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]);
    client.build().unwrap()
}

/// An age identity and a SOPS file made for it; making them once is enough.
fn vault() -> &'static (String, Vec<u8>) {
    static VAULT: OnceLock<(String, Vec<u8>)> = OnceLock::new();
    VAULT.get_or_init(|| {
        let (key, recipient) = sops::generate_identity();
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("secrets.sops.yaml");
        let password = Secret::new("unused");
        create_file(&file, &[recipient], &[("unused", &password)]).unwrap();
        (key.expose().to_owned(), std::fs::read(file).unwrap())
    })
}

impl World {
    /// Fresh vendors that have what the document only names, and nothing that it declares.
    pub(crate) async fn new(body: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let (key, file) = vault();
        std::fs::write(folder.path().join("team.agekey"), key).unwrap();
        std::fs::write(folder.path().join("secrets.sops.yaml"), file).unwrap();
        let hearing = Hearing::default();
        let options = sandbox::Options {
            tap: Some(hearing.tap()),
            ..sandbox::Options::default()
        };
        let world = Self {
            sandbox: sandbox::start(options).await.unwrap(),
            hearing,
            folder,
            body: body.to_owned(),
            name: "laws".to_owned(),
            take_over: false,
            environment: ENVIRONMENT
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        };
        world.seed();
        world
    }

    /// Fresh vendors to which the document has been applied.
    pub(crate) async fn settled(body: &str) -> Self {
        let world = Self::new(body).await;
        world.converge().await;
        world
    }

    /// The same vendors and folder, another document.
    pub(crate) fn says(&mut self, body: &str) -> &mut Self {
        body.clone_into(&mut self.body);
        self.seed();
        self
    }

    /// The same document under another `name`.
    pub(crate) fn named(&mut self, name: &str) -> &mut Self {
        name.clone_into(&mut self.name);
        self
    }

    pub(crate) fn taking_over(&mut self) -> &mut Self {
        self.take_over = true;
        self
    }

    pub(crate) fn not_taking_over(&mut self) -> &mut Self {
        self.take_over = false;
        self
    }

    /// Changes something at Konnect by hand.
    pub(crate) async fn patch_konnect(&self, path: &str, body: &Json) {
        let url = format!("{}{path}", self.sandbox.origins.konnect);
        let token = format!("Bearer {}", self.sandbox.konnect_token);
        self.by_hand(Method::PATCH, &url, token, body).await;
    }

    /// Makes or replaces something at Okta by hand.
    pub(crate) async fn write_okta(&self, method: Method, path: &str, body: &Json) -> Json {
        let url = format!("{}{path}", self.sandbox.origins.okta);
        let token = format!("SSWS {}", self.sandbox.okta_token);
        self.by_hand(method, &url, token, body).await
    }

    async fn by_hand(&self, method: Method, url: &str, token: String, body: &Json) -> Json {
        let client = plain_client();
        let request = client.request(method, url).header("authorization", token);
        let answer = request.json(body).send().await.unwrap();
        let status = answer.status();
        let said = answer.text().await.unwrap();
        assert!(status.is_success(), "{url}: {status} {said}");
        serde_json::from_str(&said).unwrap_or_default()
    }

    /// Changes a secret where the document takes it from.
    pub(crate) fn secret(&mut self, name: &str, value: &str) -> &mut Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self.seed();
        self
    }

    /// All secrets that the document's environment holds.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.environment.values().map(String::as_str)
    }

    /// A file beside the document.
    pub(crate) fn file(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// Tells the vendors the document's tokens, and makes what it only names.
    fn seed(&self) {
        let loaded = self.load();
        let checked = loaded.checked.unwrap_or_else(|| {
            panic!(
                "the document is refused: {:#?}\n{}",
                loaded.report, self.body
            )
        });
        let needs = Needs::of(&checked, &loaded.sources, &self.environment()).unwrap();
        for token in &needs.okta_tokens {
            self.sandbox.accept_okta_token(token.expose());
        }
        for token in &needs.konnect_tokens {
            self.sandbox.accept_konnect_token(token.expose());
        }
        self.sandbox.seed_named(&sandbox::Named {
            servers: needs.servers,
            portals: needs.portals,
            apis: needs.apis,
            developers: needs.developers,
            teams: needs.teams,
        });
    }

    fn load(&self) -> Loaded {
        load_in(self.folder.path(), &self.name, &self.body)
    }

    fn environment(&self) -> Environment {
        self.environment.iter().collect()
    }

    /// An engine that knows nothing but the document and its folder, as a new process would.
    pub(crate) fn engine(&self) -> Engine {
        self.engine_with(vendor::Options {
            clock: Arc::new(Hurried::default()),
            ..vendor::Options::default()
        })
    }

    /// The same, with clients of this behaviour.
    pub(crate) fn engine_with(&self, http: vendor::Options) -> Engine {
        let loaded = self.load();
        let url = |origin: &str| url::Url::parse(origin).unwrap();
        let origins = &self.sandbox.origins;
        let options = engine::Options {
            environment: self.environment(),
            addresses: Some(Addresses {
                okta: url(&origins.okta),
                konnect: url(&origins.konnect),
                portal: url(&origins.portal),
                gateway: url(&origins.gateway),
                okta_token: Secret::new(self.sandbox.okta_token.as_str()),
            }),
            take_over: self.take_over,
            fingerprint: fingerprint_once,
            http,
        };
        Engine::open(loaded.checked.unwrap(), &loaded.sources, options).unwrap()
    }

    /// The plan of a fresh process.
    pub(crate) async fn plan(&self) -> Planned {
        self.engine().plan(TODAY).await.unwrap()
    }

    /// Plans and applies in a fresh process.
    pub(crate) async fn run(&self) -> Result<ApplyReport, EngineError> {
        let engine = self.engine();
        let planned = engine.plan(TODAY).await?;
        engine.apply(&planned, &Silent, &Stop::default()).await
    }

    /// Plans, applies and proves in a fresh process; everything must be done then.
    pub(crate) async fn converge(&self) -> ApplyReport {
        let engine = self.engine();
        let planned = engine.plan(TODAY).await.unwrap();
        assert!(
            !planned.report.has_errors(),
            "the checks refuse: {:#?}",
            planned.report
        );
        let done = engine
            .apply(&planned, &Silent, &Stop::default())
            .await
            .unwrap();
        assert!(done.complete(), "not all was done: {:#?}", done.outcomes);
        let rest = engine.prove(&planned, &done, TODAY).await.unwrap();
        assert!(rest.is_empty(), "left over: {}", told(&rest.steps));
        done
    }

    /// A fresh process finds nothing to do.
    pub(crate) async fn is_settled(&self) {
        let planned = self.plan().await;
        assert!(
            planned.plan.is_empty(),
            "still to do: {}",
            told(&planned.plan.steps)
        );
        assert!(
            planned.plan.refusals.is_empty(),
            "{:?}",
            planned.plan.refusals
        );
    }

    /// The credentials of each application with a client of ours get a token that the gateway accepts.
    pub(crate) async fn verifies(&self) {
        let engine = self.engine();
        let planned = engine.plan(TODAY).await.unwrap();
        for verdict in engine.verify(&planned, None).await.unwrap() {
            assert!(verdict.passed(), "{verdict:#?}");
        }
    }

    /// Arms a fault for the nth request of the apply of a run in a fresh process; tells whether
    /// there was such a request.
    pub(crate) async fn disturbed(&self, nth: u32, effect: Effect) -> bool {
        let engine = self.engine();
        let planned = engine.plan(TODAY).await.unwrap();
        self.arm(nth, effect);
        let applied = engine.apply(&planned, &Silent, &Stop::default()).await;
        let struck = self.disarm().await;
        // a run that fails may do so; a run that goes on must not lie
        if let Ok(done) = applied
            && done.complete()
        {
            let rest = engine.prove(&planned, &done, TODAY).await.unwrap();
            assert!(rest.is_empty(), "left over: {}", told(&rest.steps));
        }
        struck
    }

    /// Kills a run at the nth request of its apply; tells whether there was such a request.
    ///
    /// `effect` is [`Effect::Hang`] for a death before the vendor did it, [`Effect::HangAfter`] for
    /// one after.
    pub(crate) async fn killed(&self, nth: u32, effect: Effect) -> bool {
        let engine = self.engine();
        let planned = engine.plan(TODAY).await.unwrap();
        let fault = Fault {
            nth: nth.try_into().unwrap(),
            ..Fault::new(effect)
        };
        self.killed_while(fault, async move {
            let _ = engine.apply(&planned, &Silent, &Stop::default()).await;
        })
        .await
    }

    /// The same for any work, at a request that the fault strikes.
    pub(crate) async fn killed_while(
        &self,
        fault: Fault,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> bool {
        let before = self.last();
        let committed = fault.effect == Effect::HangAfter;
        self.sandbox.arm([fault]);
        let task = tokio::spawn(work);
        let hangs = || {
            self.since(before)
                .iter()
                .any(|entry| entry.fault.is_some() && (!committed || entry.status.is_some()))
        };
        while !hangs() && !task.is_finished() {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        task.abort();
        let _ = task.await;
        self.disarm().await
    }

    fn arm(&self, nth: u32, effect: Effect) {
        self.sandbox.arm([Fault {
            nth: nth.try_into().unwrap(),
            ..Fault::new(effect)
        }]);
    }

    /// Sets rate limits, in requests a minute.
    pub(crate) async fn limits(&self, limits: &Json) {
        let url = format!("{}/_sandbox/limits", self.sandbox.origins.okta);
        let _ = self
            .by_hand(Method::POST, &url, String::new(), limits)
            .await;
    }

    /// Moves the sandbox's clock.
    pub(crate) async fn advance(&self, client: &reqwest::Client, seconds: u32) {
        let url = format!("{}/_sandbox/clock", self.sandbox.origins.okta);
        let body = serde_json::json!({ "advance_seconds": seconds });
        let answer = client.post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success());
    }

    /// Somebody else's read at Okta, refused or not.
    pub(crate) async fn other(&self, client: &reqwest::Client, path: &str) {
        let url = format!("{}{path}", self.sandbox.origins.okta);
        let login = format!("SSWS {}", self.sandbox.okta_token);
        let request = client.get(url).header("authorization", login);
        request.send().await.unwrap();
    }

    /// Takes all faults away; tells whether none was left.
    pub(crate) async fn disarm(&self) -> bool {
        let url = format!("{}/_sandbox/faults", self.sandbox.origins.okta);
        let client = plain_client();
        let armed: serde_json::Value = client.get(&url).send().await.unwrap().json().await.unwrap();
        client.delete(&url).send().await.unwrap();
        armed["armed"].as_array().unwrap().is_empty()
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

    /// The writes after a request of that number, `POST /v3/portals`.
    pub(crate) fn writes_since(&self, last: u64) -> Vec<String> {
        self.since(last)
            .iter()
            .filter(|entry| entry.method != "GET")
            .map(|entry| format!("{} {}", entry.method, entry.path))
            .collect()
    }

    /// Everything that both vendors have.
    pub(crate) async fn dump(&self) -> Dump {
        dump(&self.sandbox).await
    }
}

/// Steps as one reads them.
pub(crate) fn told(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        let _ = write!(text, "\n  {} {}", step.action, step.address);
        for field in &step.fields {
            let _ = write!(
                text,
                "\n    {}: {:?} -> {:?}",
                field.name, field.old, field.new
            );
        }
    }
    text
}

/// The address of a kind's object.
pub(crate) fn at(kind: &str, key: &str) -> Address {
    kinds::find(kind).unwrap().info().name.at(key)
}
