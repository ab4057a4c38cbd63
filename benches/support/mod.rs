//! A sandbox in a process of its own, the world it is filled with, and what that process costs.

use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// A running `dcrsync sandbox`.
#[allow(dead_code)] // each program uses its own part of it
pub(crate) struct Server {
    child: Child,
    pub(crate) okta: String,
    pub(crate) konnect: String,
    pub(crate) portal: String,
    pub(crate) okta_token: String,
    pub(crate) konnect_token: String,
    /// From the start of the process to the line that says that all four ports listen.
    pub(crate) ready_after: Duration,
}

#[allow(dead_code)] // each program uses its own part of it
impl Server {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let before = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_dcrsync"))
            .args(["sandbox", "--json"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sandbox starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut line).expect("it tells");
        let line: Value = serde_json::from_str(&line).expect("a line of JSON");
        let text = |key: &str| line[key].as_str().expect("a text").to_owned();
        Self {
            child,
            okta: text("okta"),
            konnect: text("konnect"),
            portal: text("portal"),
            okta_token: text("okta_token"),
            konnect_token: text("konnect_token"),
            ready_after: before.elapsed(),
        }
    }

    /// Seconds of processor time so far, user's and system's.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        let stat = self.proc("stat");
        // the name in parentheses may hold spaces
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split(' ').collect();
        let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok());
        // user and system time, in the 100 ticks a second that Linux tells to everybody
        (ticks(12).unwrap_or(0.0) + ticks(13).unwrap_or(0.0)) / 100.0
    }

    /// Resident memory in MiB.
    pub(crate) fn resident(&self) -> f64 {
        let status = self.proc("status");
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
        kilobytes
            .and_then(|text| text.parse::<f64>().ok())
            .unwrap_or(0.0)
            / 1024.0
    }

    fn proc(&self, name: &str) -> String {
        let path = Path::new("/proc")
            .join(self.child.id().to_string())
            .join(name);
        std::fs::read_to_string(path).expect("Linux's /proc")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A seed of 5,000 objects, and the file that it is in.
#[allow(dead_code)] // each program uses its own part of it
pub(crate) fn world() -> tempfile::NamedTempFile {
    let mut seed = String::from("servers:\n");
    for server in 0..20 {
        write!(
            seed,
            "  - {{ name: server-{server}, policies: [machines], scopes: ["
        )
        .expect("a string");
        for scope in 0..40 {
            write!(seed, "s{server}.scope{scope}, ").expect("a string");
        }
        seed.push_str("], claims: [");
        for claim in 0..10 {
            write!(seed, "{{ name: claim{claim}, value: app.clientId }}, ").expect("a string");
        }
        seed.push_str("] }\n");
    }
    let list = |seed: &mut String, head: &str, count: usize, line: &dyn Fn(usize) -> String| {
        writeln!(seed, "{head}:").expect("a string");
        for n in 0..count {
            writeln!(seed, "  - {}", line(n)).expect("a string");
        }
    };
    list(&mut seed, "clients", 279, &|n| {
        format!(
            "{{ name: client-{n}, client_id: client-{n}, client_secret: secret-of-client-{n:08} }}"
        )
    });
    list(&mut seed, "portals", 5, &|n| {
        format!("{{ name: portal-{n} }}")
    });
    list(&mut seed, "apis", 1_000, &|n| {
        format!("{{ name: api-{n} }}")
    });
    list(&mut seed, "developers", 1_000, &|n| {
        format!("{{ portal: portal-{}, email: dev{n}@acme.example }}", n % 5)
    });
    list(&mut seed, "strategies", 76, &|n| {
        format!(
            "{{ name: strategy-{n}, server: server-{}, scopes: [] }}",
            n % 20
        )
    });
    list(&mut seed, "publications", 800, &|n| {
        format!(
            "{{ api: api-{n}, portal: portal-{}, strategy: strategy-{} }}",
            n % 5,
            n % 76
        )
    });
    list(&mut seed, "applications", 760, &|n| {
        format!(
            "{{ name: app-{n}, portal: portal-{}, owner: dev{n}@acme.example, strategy: strategy-{} }}",
            n % 5,
            n % 76
        )
    });
    let file = tempfile::Builder::new()
        .suffix(".yaml")
        .tempfile()
        .expect("a file");
    std::fs::write(file.path(), seed).expect("it is written");
    file
}
