//! A daemon that lives: its log, its page, its files and whom it tells.

use serde_json::json;

use crate::common::{Daemon, Receiver};
use crate::{DCR, KONNECT, OKTA, PASSWORD, Watch, echo};

const PAGE: &str = "CanaryPageTokenX7vRqWmNcTzKyHbLdPfGsJa4";
/// What follows `whsec_` is Base64.
const HOOK: &str = "whsec_Q2FuYXJ5SG9va0tleVpYVm5Na1FyVHdZcFNkRmdIag==";

impl Watch {
    /// Searches all that can be read of a daemon from outside.
    fn daemon_tells_nothing(&mut self, daemon: &Daemon) {
        for path in ["/", "/documents/shop", "/api/v1/status", "/metrics"] {
            let text = daemon.text(path);
            assert!(
                text.contains("shop"),
                "{path} does not tell of the document"
            );
            self.search.through(path, text.as_bytes());
        }
        self.search
            .through("the daemon's log", daemon.said().as_bytes());
        self.files();
    }
}

#[test]
fn tells_no_secret() {
    let mut watch = Watch::start();
    let (code, all) = watch.run(&["apply", "--sandbox", "--auto-approve"]);
    assert_eq!(code, Some(0), "{all}");
    let issued = watch.issued();
    let vendors = watch.serve();
    let receiver = Receiver::start();
    for (path, value) in [("hook.key", HOOK), ("page.token", PAGE)] {
        watch.test.secret(path, value);
        watch.search.add(value);
    }
    watch.search.add(&issued);
    let text = format!(
        "{}watch: {{ interval: 1h, events: 1s, mode: apply, access: {{ token: {{ sops: page.token }} }} }}\n\
         alerts:\n  - webhook: {{ url: {}, secret: {{ sops: hook.key }}, severity: info }}\n",
        watch.test.read("dcrsync.yaml"),
        receiver.url()
    );
    watch.test.write("dcrsync.yaml", &text);
    let said = [OKTA, DCR, KONNECT, PASSWORD, &issued];
    for form in [&["-vvv"][..], &["-vvv", "--log-format", "json"]] {
        let daemon = Daemon::start(&watch.test, form).with_token(PAGE);
        daemon.until("that all is well", |it| it["health"] == "in_sync");
        watch.daemon_tells_nothing(&daemon);
        // mended by a vendor that says all it ever heard
        vendors.fault(&json!([
            { "method": "PUT", "nth": 2, "times": 99, "effect": { "status": echo(400, &said) } }
        ]));
        vendors.edit_scope("orders.read", &json!({ "description": said.join(" and ") }));
        let failed = daemon.look();
        assert_eq!(failed["health"], "failed", "{failed:#}");
        watch.daemon_tells_nothing(&daemon);
        vendors.heal();
        // as does one that cannot be read
        vendors.fault(&json!([
            { "method": "GET", "path": "scopes", "times": 99, "effect": { "status": echo(403, &said) } }
        ]));
        let trouble = daemon.look()["trouble"].clone();
        assert!(
            trouble.as_str().unwrap().contains("(sensitive)"),
            "{trouble}"
        );
        watch.daemon_tells_nothing(&daemon);
        vendors.heal();
        vendors.edit_scope("orders.read", &json!({ "description": "Read orders" }));
        daemon.look();
        // a document that says a secret where none belongs
        let good = watch.test.read("dcrsync.yaml");
        watch
            .test
            .write("dcrsync.yaml", &good.replace("Read orders", OKTA));
        daemon.until("the new document", |it| it["last_run"]["trigger"] == "file");
        watch.test.write("dcrsync.yaml", &good);
        daemon.until("that all is well again", |it| it["health"] == "in_sync");
        watch.daemon_tells_nothing(&daemon);
        let run = daemon.stop().code(0);
        watch
            .search
            .through("the daemon's outputs", run.all().as_bytes());
        watch.files();
    }
    let heard = receiver.until(4);
    for heard in &heard {
        watch.search.through("an alert", &heard.body);
        for (name, value) in &heard.headers {
            watch.search.through(name, value.as_bytes());
        }
    }
    watch.search.assert_nothing_found();
}
