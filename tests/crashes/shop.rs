use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::common::Test;

/// The address of the only application.
pub const APP: &str = "konnect.app.mobile";
const KEPT: &str = ".dcrsync/clients.sops.yaml";

/// A shop whose application's secrets are watched.
pub struct Shop {
    pub test: Test,
    /// Each client secret that was ever in the file.
    kept: BTreeSet<String>,
}

impl Shop {
    /// Applied, so that a story can begin after that.
    pub fn settled() -> Self {
        let test = Test::settled();
        let kept = BTreeSet::new();
        Self { test, kept }
    }

    /// The client secret that is in the file.
    pub fn kept(&self) -> Option<String> {
        let path = ["clients", "mobile", "client_secret"];
        self.test.opened(KEPT, &path)
    }

    /// Remembers what is in the file now.
    pub fn remember(&mut self) {
        let kept = self.kept();
        self.kept.extend(kept);
    }

    /// One application, one client; what is in the file gets a token and opens the gateway.
    #[track_caller]
    pub fn opens(&self, told: &str) {
        let verified = self.test.quietly(&["verify"]);
        assert_eq!(verified.code, Some(0), "{told}: {}", verified.all());
        let vendors = self.test.vendors();
        assert_eq!(vendors.konnect_apps(), ["mobile"], "{told}");
        assert!(!vendors.client_secrets().is_empty(), "{told}");
    }

    /// The secrets that were never in the file.
    pub fn unkept(&mut self) -> Vec<String> {
        self.remember();
        let secrets = self.test.vendors().client_secrets();
        let values = secrets
            .iter()
            .map(|one| one["client_secret"].as_str().unwrap());
        let unkept = values.filter(|value| !self.kept.contains(*value));
        unkept.map(str::to_owned).collect()
    }

    /// How many secrets there are; each was in the file once, and the one that is there now is among them.
    #[track_caller]
    pub fn secrets(&mut self, told: &str) -> usize {
        self.remember();
        let secrets = self.test.vendors().client_secrets();
        let values: Vec<&str> = secrets
            .iter()
            .map(|one| one["client_secret"].as_str().unwrap())
            .collect();
        for value in &values {
            assert!(self.kept.contains(*value), "{told}: one was never kept");
        }
        let kept = self.kept().expect("a secret is kept");
        assert!(values.contains(&kept.as_str()), "{told}");
        values.len()
    }

    /// What killed runs left lying about.
    pub fn litter(&self) -> Vec<String> {
        let mut files = self.test.files();
        let wanted = [KEPT, "dcrsync.yaml", "secrets.sops.yaml"];
        files.retain(|name| !wanted.contains(&name.as_str()));
        files
    }

    /// Takes the application away, by the hands of an administrator, with its client and its file.
    pub fn forget_app(&mut self) {
        let vendors = self.test.vendors();
        let portals = vendors.konnect("GET", "/v3/portals", &Value::Null);
        for portal in portals["data"].as_array().unwrap() {
            let apps = format!(
                "/v3/portals/{}/applications",
                portal["id"].as_str().unwrap()
            );
            let list = vendors.konnect("GET", &apps, &Value::Null);
            for app in list["data"].as_array().unwrap() {
                let id = app["id"].as_str().unwrap();
                vendors.konnect("DELETE", &format!("{apps}/{id}"), &Value::Null);
            }
        }
        let clients = vendors.okta("GET", "/api/v1/apps", &Value::Null);
        for client in clients.as_array().unwrap() {
            let path = format!("/api/v1/apps/{}", client["id"].as_str().unwrap());
            vendors.okta("POST", &format!("{path}/lifecycle/deactivate"), &json!({}));
            vendors.okta("DELETE", &path, &Value::Null);
        }
        let folder = self.test.path(".dcrsync");
        if folder.exists() {
            std::fs::remove_dir_all(folder).unwrap();
        }
        self.kept.clear();
    }
}
