use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// `dcrsync sandbox` in a process of its own, with a plain HTTP client; ended with the test.
#[derive(Debug)]
pub struct Vendors {
    child: Child,
    http: reqwest::Client,
    runtime: tokio::runtime::Runtime,
    /// Okta's origin.
    pub okta: String,
    /// Konnect's.
    pub konnect: String,
    /// The developer portal's.
    pub portal: String,
    /// The gateway's.
    pub gateway: String,
    /// The administrator's token at Okta.
    pub okta_token: String,
    /// The administrator's token at Konnect.
    pub konnect_token: String,
    /// The file with the authority to trust, where they speak https.
    pub ca: Option<String>,
}

const SCOPES: &str = "/api/v1/authorizationServers/default/scopes";

impl Vendors {
    /// Starts it and waits until all four listen.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// The same with options.
    pub fn with(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dcrsync"))
            .args(["sandbox", "--json"])
            .args(args)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        let ca = told["ca"].as_str().map(str::to_owned);
        let mut http = reqwest::Client::builder().no_proxy();
        if let Some(ca) = &ca {
            let pem = std::fs::read(ca).unwrap();
            http = http.tls_certs_merge(reqwest::Certificate::from_pem_bundle(&pem).unwrap());
        }
        let told = |key: &str| told[key].as_str().unwrap().to_owned();
        Self {
            child,
            http: http.build().unwrap(),
            ca,
            runtime: tokio::runtime::Runtime::new().unwrap(),
            okta: told("okta"),
            konnect: told("konnect"),
            portal: told("portal"),
            gateway: told("gateway"),
            okta_token: told("okta_token"),
            konnect_token: told("konnect_token"),
        }
    }

    /// Ends it at once, as a machine that is switched off.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it as a machine that is shut down, so that a state is kept.
    pub fn stop(&mut self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", "TERM", &id]).status();
        assert!(sent.unwrap().success(), "no signal could be sent");
        self.child.wait().unwrap();
    }

    /// Calls Okta as its administrator.
    #[track_caller]
    pub fn okta(&self, method: &str, path: &str, body: &Value) -> Value {
        let login = format!("SSWS {}", self.okta_token);
        self.call(method, &format!("{}{path}", self.okta), &login, body)
    }

    /// Calls Konnect as its administrator.
    #[track_caller]
    pub fn konnect(&self, method: &str, path: &str, body: &Value) -> Value {
        let login = format!("Bearer {}", self.konnect_token);
        self.call(method, &format!("{}{path}", self.konnect), &login, body)
    }

    #[track_caller]
    fn call(&self, method: &str, url: &str, login: &str, body: &Value) -> Value {
        self.call_from("127.0.0.1", method, url, login, body)
    }

    #[track_caller]
    fn call_from(&self, ip: &str, method: &str, url: &str, login: &str, body: &Value) -> Value {
        let mut request = self
            .http
            .request(method.parse().unwrap(), url)
            .header("x-forwarded-for", ip)
            .header("authorization", login);
        if !body.is_null() {
            request = request.json(body);
        }
        let (status, text) = self.runtime.block_on(async {
            let answer = request.send().await.unwrap();
            (answer.status(), answer.text().await.unwrap())
        });
        assert!(status.is_success(), "{method} {url}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// What Okta's port answers to anybody.
    pub fn text(&self, path: &str) -> String {
        let request = self.http.get(format!("{}{path}", self.okta));
        self.runtime
            .block_on(async { request.send().await.unwrap().text().await.unwrap() })
    }

    /// The one object of a list with this name.
    #[track_caller]
    pub fn named(list: &Value, name: &str) -> Value {
        let list = list.as_array().or_else(|| list["data"].as_array()).unwrap();
        let found: Vec<&Value> = list
            .iter()
            .filter(|object| object["name"] == name)
            .collect();
        assert_eq!(found.len(), 1, "objects with the name {name} in {list:?}");
        found[0].clone()
    }

    /// The names in a list, sorted.
    pub fn names(list: &Value) -> Vec<String> {
        let list = list.as_array().or_else(|| list["data"].as_array()).unwrap();
        let mut names: Vec<String> = list
            .iter()
            .map(|object| object["name"].as_str().unwrap_or_default().to_owned())
            .collect();
        names.sort();
        names
    }

    /// The names of the applications of the developer portal.
    #[track_caller]
    pub fn konnect_apps(&self) -> Vec<String> {
        let portals = self.konnect("GET", "/v3/portals", &Value::Null);
        let portal = Self::named(&portals, "developer-portal")["id"].clone();
        let path = format!("/v3/portals/{}/applications", portal.as_str().unwrap());
        Self::names(&self.konnect("GET", &path, &Value::Null))
    }

    /// Changes a scope by hand, as somebody in the admin console does.
    #[track_caller]
    pub fn edit_scope(&self, name: &str, changes: &Value) {
        self.edit_scope_from("127.0.0.1", name, changes);
    }

    /// The same from another machine.
    #[track_caller]
    pub fn edit_scope_from(&self, ip: &str, name: &str, changes: &Value) {
        let mut scope = self.scope(name);
        for (field, value) in changes.as_object().unwrap() {
            scope[field] = value.clone();
        }
        let url = format!("{}{SCOPES}/{}", self.okta, scope["id"].as_str().unwrap());
        let login = format!("SSWS {}", self.okta_token);
        self.call_from(ip, "PUT", &url, &login, &scope);
    }

    /// A scope of the server `default`, as Okta has it.
    #[track_caller]
    pub fn scope(&self, name: &str) -> Value {
        // a list has pages
        let path = format!("{SCOPES}?q={name}");
        Self::named(&self.okta("GET", &path, &Value::Null), name)
    }

    /// Sets limits, as `POST /_sandbox/limits` takes them.
    #[track_caller]
    pub fn limits(&self, limits: &Value) {
        self.call("POST", &self.control("limits"), "", limits);
    }

    /// Arms faults.
    #[track_caller]
    pub fn fault(&self, faults: &Value) {
        self.call("POST", &self.control("faults"), "", faults);
    }

    /// Sets Okta's rate limits, in requests a minute by bucket.
    #[track_caller]
    pub fn limit(&self, limits: &Value) {
        self.call("POST", &self.control("limits"), "", limits);
    }

    /// Takes all faults away.
    pub fn heal(&self) {
        self.call("DELETE", &self.control("faults"), "", &Value::Null);
    }

    fn control(&self, what: &str) -> String {
        format!("{}/_sandbox/{what}", self.okta)
    }

    /// All requests since the last [`forget`](Self::forget).
    pub fn requests(&self) -> Vec<Value> {
        let all = self.call("GET", &self.control("requests"), "", &Value::Null);
        all.as_array().unwrap().clone()
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        self.call("DELETE", &self.control("requests"), "", &Value::Null);
    }

    /// The requests that were no reads, as `okta PUT /path`.
    pub fn writes(&self) -> Vec<String> {
        let requests = self.requests();
        let writes = requests.iter().filter(|request| request["method"] != "GET");
        let text = |request: &Value, key: &str| request[key].as_str().unwrap().to_owned();
        writes
            .map(|request| {
                let [vendor, method, path] =
                    ["vendor", "method", "path"].map(|key| text(request, key));
                format!("{vendor} {method} {path}")
            })
            .collect()
    }

    /// The secrets of the only client in Okta, the oldest first.
    #[track_caller]
    pub fn client_secrets(&self) -> Vec<Value> {
        let apps = self.okta("GET", "/api/v1/apps", &Value::Null);
        let [app] = apps.as_array().unwrap().as_slice() else {
            let labels: Vec<&Value> = apps
                .as_array()
                .unwrap()
                .iter()
                .map(|app| &app["label"])
                .collect();
            panic!("one client is expected: {labels:?}");
        };
        let id = app["id"].as_str().unwrap();
        let path = format!("/api/v1/apps/{id}/credentials/secrets");
        let list = self.okta("GET", &path, &Value::Null);
        list.as_array().unwrap().clone()
    }

    /// Tells whether a fault has struck.
    pub fn has_struck(&self) -> bool {
        let requests = self.requests();
        requests.iter().any(|request| request["fault"].is_string())
    }

    /// Waits until a fault has struck.
    #[track_caller]
    pub fn until_struck(&self) {
        let since = Instant::now();
        while !self.has_struck() {
            assert!(since.elapsed() < Duration::from_secs(20), "no fault struck");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Vendors {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
