//! Secrets never leave: each secret is a canary, every command, output form, log level and error path
//! runs, and whatever was printed or written is searched for the canaries in every usual spelling.

#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test may
// in a test binary nothing is outside
#![allow(unreachable_pub)]

mod common;

#[path = "canary/daemon.rs"]
mod daemon;
#[path = "canary/every_command.rs"]
mod every_command;
#[path = "canary/search.rs"]
mod search;

use common::{DOCUMENT, Test, Vendors, files};
use search::Search;
use serde_json::{Value, json};

/// Each is what a real one looks like; the password has all that must be escaped somewhere.
const OKTA: &str = "00CanaryOktaApiTokenQ7xRkT2mVbW9cZdYfGhJkLp";
const DCR: &str = "00CanaryDcrTokenH4sNvB8tXwE3uQyKzMfRjPgLdSa";
const KONNECT: &str = "kpat_CanaryKonnectZ5hWqXcV8bNmTrKyPdGfJsL2";
const PASSWORD: &str = "Can@ry pass/w\u{f6}rd+\"quoted\"\\&=%7?";
const WRONG: &str = "00CanaryWrongTokenB6nMzXqWvTkRyPjHgFdSaLc";

/// Everything that was printed so far, and by what.
struct Watch {
    test: Test,
    search: Search,
    seen: usize,
}

impl Watch {
    /// The shop with canaries, applied in the sandbox, which takes the document's secrets as they are.
    fn start() -> Self {
        let mut test = Test::new().config(
            &DOCUMENT
                .replace("{okta}", "https://acme.okta.com")
                .replace("base_url: {konnect}", "region: us")
                .replace("{portal}", "https://portal.example")
                .replace("{gateway}", "https://gateway.example"),
        );
        for (path, value) in [
            ("okta.token", OKTA),
            ("okta.dcr_token", DCR),
            ("konnect.token", KONNECT),
            ("portal.password", PASSWORD),
        ] {
            test.secret(path, value);
        }
        let search = Search::new([OKTA, DCR, KONNECT, PASSWORD, WRONG]);
        let seen = 0;
        Self { test, search, seen }
    }

    /// Runs a command and searches what it printed.
    #[track_caller]
    fn run(&mut self, args: &[&str]) -> (Option<i32>, String) {
        let run = self.test.quietly(args);
        let all = run.all();
        self.search.through(&args.join(" "), all.as_bytes());
        self.seen += 1;
        (run.code, all)
    }

    /// The same with all forms of logs.
    #[track_caller]
    fn loudly(&mut self, args: &[&str]) -> Option<i32> {
        for log in [&["-vv"][..], &["-vvv", "--log-format", "json"]] {
            self.run(&[args, log].concat());
        }
        self.run(args).0
    }

    /// Searches every file but those that are there to keep secrets.
    #[track_caller]
    fn files(&mut self) {
        for name in files(self.test.root()) {
            let keeps = name.ends_with(".sops.yaml") || name.contains("sandbox.json");
            // encrypted, so not even there
            let text = std::fs::read(self.test.root().join(&name)).unwrap();
            if !keeps || name.ends_with(".sops.yaml") {
                self.search.through(&name, &text);
            }
        }
    }

    /// The secret that the portal issued.
    fn issued(&self) -> String {
        let path = ["clients", "mobile", "client_secret"];
        let issued = self.test.opened(".dcrsync/clients.sops.yaml", &path);
        issued.expect("the secret is kept")
    }

    /// Takes the secret that may just have been issued for one more canary, and searches for it.
    fn issued_by(&mut self, command: &str, printed: &str) {
        if self.test.path(".dcrsync/clients.sops.yaml").exists() {
            let issued = self.issued();
            self.search.add(&issued);
            self.search.through(command, printed.as_bytes());
        }
    }

    /// Searches what the sandbox tells of this project's world: its journal, its log, its page.
    fn sandbox_tells_nothing(&mut self) {
        let vendors = self.serve();
        for path in [
            "/",
            "/_sandbox/requests",
            "/_sandbox/audit",
            "/_sandbox/faults",
        ] {
            let text = vendors.text(path);
            assert!(!text.is_empty(), "{path} tells nothing at all");
            self.search.through(path, text.as_bytes());
        }
    }

    /// Serves the world of the sandbox in a process of its own, and leads the document there.
    fn serve(&mut self) -> Vendors {
        let state = self.test.path(".dcrsync/sandbox.json");
        let vendors = Vendors::with(&["--state", state.to_str().unwrap()]);
        let document = DOCUMENT
            .replace("{okta}", &vendors.okta)
            .replace("{konnect}", &vendors.konnect)
            .replace("{portal}", &vendors.portal)
            .replace("{gateway}", &vendors.gateway);
        self.test.write("dcrsync.yaml", &document);
        vendors
    }
}

#[test]
fn in_the_sandbox() {
    let mut watch = Watch::start();
    for form in ["text", "json", "markdown", "github"] {
        let plan = ["plan", "--sandbox", "--output", form];
        assert_eq!(watch.loudly(&plan), Some(0), "{form}");
    }
    let plan = ["plan", "--sandbox", "--out", "plan.json"];
    assert_eq!(watch.loudly(&plan), Some(0));
    watch.files();
    let apply = ["apply", "--sandbox", "plan.json", "--auto-approve", "-vvv"];
    let reports = ["--report", "applied.json", "--junit", "applied.xml"];
    let (code, all) = watch.run(&[&apply[..], &reports].concat());
    assert_eq!(code, Some(0), "{all}");
    let issued = watch.issued();
    watch.search.add(&issued);
    watch.search.through("the first apply", all.as_bytes());
    for args in [
        &["verify", "--sandbox"][..],
        &["verify", "--sandbox", "--output", "json"],
        &["apply", "--sandbox", "--auto-approve", "--output", "json"],
        &["validate"],
        &["validate", "--output", "json"],
        &["schema"],
        &["schema", "--report"],
        &["completions", "bash"],
        &["man"],
    ] {
        assert_eq!(watch.loudly(args), Some(0), "{args:?}");
    }
    watch.files();
    watch.search.assert_nothing_found();
    assert!(watch.seen > 30, "{} commands", watch.seen);
}

#[test]
fn where_the_vendors_repeat_what_was_sent() {
    let mut watch = Watch::start();
    let (code, all) = watch.run(&["apply", "--sandbox", "--auto-approve"]);
    assert_eq!(code, Some(0), "{all}");
    let issued = watch.issued();
    watch.search.add(&issued);
    let vendors = watch.serve();
    // each write of the document fails with an answer that says all it ever heard
    watch.test.secret("okta.dcr_token", WRONG);
    watch.test.edit("Read orders", "Read all orders");
    // `DCR` is none of the document's any more
    let said = [OKTA, KONNECT, PASSWORD, WRONG, &issued];
    for code in [400, 401, 403, 409, 422, 500] {
        let echo = echo(code, &said);
        vendors.fault(&json!([
            { "method": "PUT", "times": 99, "effect": { "status": echo } },
            { "method": "PATCH", "times": 99, "effect": { "status": echo } },
        ]));
        let apply = ["apply", "--auto-approve", "--output"];
        // what a server's trouble says is asked for again, which takes its time
        let forms = if code == 500 {
            &["json"][..]
        } else {
            &["text", "json"]
        };
        for form in forms {
            let reports = ["--report", "failed.json", "--junit", "failed.xml"];
            let (ended, all) = watch.run(&[&apply[..], &[form, "-vvv"], &reports].concat());
            // each overwrites the one before
            watch.files();
            assert!(
                watch.test.read("failed.json").contains("(sensitive)"),
                "{code}"
            );
            assert_ne!(ended, Some(0), "{all}");
            assert!(all.contains("(sensitive)"), "{code}: {all}");
        }
        vendors.heal();
    }
    // a rotation's first write says it, too
    let credentials = json!({ "method": "POST", "path": "credentials", "times": 99,
        "effect": { "status": echo(400, &said) } });
    vendors.fault(&json!([credentials]));
    for form in ["text", "json"] {
        let rotate = ["rotate", "konnect.app.mobile", "--auto-approve", "--output"];
        let reports = ["--report", "rotated.json", "--junit", "rotated.xml"];
        let (ended, all) = watch.run(&[&rotate[..], &[form, "-vvv"], &reports].concat());
        watch.files();
        assert_eq!(ended, Some(1), "{all}");
        let goes_on = "Run `dcrsync rotate konnect.app.mobile` again";
        assert_eq!(all.contains(goes_on), form == "text", "{all}");
        for told in [
            &all,
            &watch.test.read("rotated.json"),
            &watch.test.read("rotated.xml"),
        ] {
            assert!(told.contains("(sensitive)"), "{form}: {told}");
        }
    }
    vendors.heal();
    for at in ["okta", "konnect", "gateway"] {
        // a plan sends no client's secret, so nobody could repeat it
        let heard = if at == "gateway" {
            said.len()
        } else {
            said.len() - 1
        };
        let said = said.get(..heard).unwrap();
        for (effect, times) in [
            (json!({ "status": echo(400, said) }), 99),
            (json!({ "status": echo(401, said) }), 99),
            (json!({ "status": echo(403, said) }), 99),
            (json!({ "status": echo(503, said) }), 1),
            (json!("truncate"), 1),
            (json!("html"), 99),
        ] {
            vendors.fault(&json!([{ "vendor": at, "times": times, "effect": effect }]));
            let command = if at == "gateway" { "verify" } else { "plan" };
            let (ended, all) = watch.run(&[command, "-vvv", "--log-format", "json"]);
            // any page may be the API's answer, and what happens once is asked for again
            let passes = at == "gateway" && effect == "html" || times == 1;
            assert!(ended != Some(0) || passes, "{at} {effect}: {all}");
            vendors.heal();
        }
    }
    watch.files();
    watch.search.assert_nothing_found();
}

fn echo(code: u16, said: &[&str]) -> Value {
    let all = said.join(" and ");
    let mail: Vec<String> = said.iter().map(|one| search::percent(one)).collect();
    let basic: Vec<String> = said
        .iter()
        .map(|one| search::base64(&format!("0oa1234567890abcdefg:{one}")))
        .collect();
    json!({ "code": code, "body": {
        "errorCode": "E0000001",
        "errorSummary": format!("you sent {all}"),
        "errorCauses": [{ "errorSummary": format!("form: {}", mail.join("&")) }],
        "status": code,
        "title": "Bad Request",
        "message": format!("login {}", basic.join(", ")),
        "detail": format!("heard {all}"),
        "invalid_parameters": [{ "field": said.first(), "reason": format!("login {}", basic.join(", ")) }],
    } })
}

#[test]
fn where_the_login_is_refused() {
    let mut watch = Watch::start();
    let (code, all) = watch.run(&["apply", "--sandbox", "--auto-approve"]);
    assert_eq!(code, Some(0), "{all}");
    let issued = watch.issued();
    watch.search.add(&issued);
    let vendors = watch.serve();
    for (path, right) in [("okta.token", OKTA), ("konnect.token", KONNECT)] {
        watch.test.secret(path, WRONG);
        for command in [&["plan"][..], &["verify"], &["apply", "--auto-approve"]] {
            assert_eq!(watch.loudly(command), Some(4), "{command:?}");
        }
        watch.test.secret(path, right);
    }
    watch.test.secret("portal.password", WRONG);
    watch.test.edit("    mobile:\n", "    second:\n      portal: developer-portal\n      owner: { developer: dev@example.com }\n      auth_strategy: okta-oidc\n      login: { sops: portal.password }\n      credentials: { sops: clients.second, in: .dcrsync/clients.sops.yaml }\n    mobile:\n");
    let (code, all) = watch.run(&["apply", "--auto-approve", "-vvv"]);
    assert_ne!(code, Some(0), "{all}");
    drop(vendors);
    watch.files();
    watch.search.assert_nothing_found();
}

#[test]
fn where_a_secret_is_written_into_the_document() {
    let mut watch = Watch::start();
    watch
        .test
        .edit("token: { sops: okta.token }", &format!("token: {OKTA}"));
    watch
        .test
        .edit("{ sops: okta.dcr_token }", &format!("{{ value: {DCR} }}"));
    watch.test.edit(
        "login: { sops: portal.password }",
        &format!("login: {}", Value::from(PASSWORD)),
    );
    for args in [
        &["validate"][..],
        &["validate", "--output", "json"],
        &["validate", "--output", "github"],
        &["plan", "--sandbox"],
        &["apply", "--auto-approve"],
        &["verify"],
    ] {
        assert_eq!(watch.loudly(args), Some(1), "{args:?}");
    }
    watch.search.assert_nothing_found();
}

#[test]
fn where_a_sops_file_is_damaged() {
    let mut watch = Watch::start();
    let text = watch.test.read("secrets.sops.yaml");
    // opened by the right key, with a value in clear where none belongs, and with one cut off
    let clear = text.replacen("okta:\n", &format!("okta:\n    token_x: {DCR}\n"), 1);
    let cut = text.get(..text.len() / 2).unwrap();
    for broken in [
        clear.as_str(),
        cut,
        "okta: [",
        &format!("okta: {{ token: {OKTA} }}"),
    ] {
        std::fs::write(watch.test.path("secrets.sops.yaml"), broken).unwrap();
        assert_eq!(watch.loudly(&["plan", "--sandbox"]), Some(1), "{broken}");
    }
    watch.search.assert_nothing_found();
}
