//! What stands between here and the vendors: proxies, certificates, patience and budgets, as a
//! document and its environment say.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::common::{Test, Vendors};

/// Names that lead nowhere but through a proxy (RFC 6761).
const OKTA: &str = "okta.shop.invalid";
const KONNECT: &str = "konnect.shop.invalid";

const DOCUMENT: &str = "\
version: 1
name: shop
secrets: { files: [secrets.sops.yaml] }
okta:
  org_url: {at okta}
  token: { sops: okta.token }
  ca_file: ca.pem
  authorization_servers:
    default: { scopes: { orders.read: {}, orders.write: {} } }
konnect:
  base_url: {at konnect}
  token: { sops: konnect.token }
  ca_file: ca.pem
  auth_strategies:
    keys: { strategy_type: key_auth, display_name: Keys, key_names: [apikey] }
";

/// Vendors that speak https, and a document that trusts their authority.
fn secure(okta: &str, konnect: &str) -> Test {
    let vendors = Vendors::with(&["--tls", "--tls-name", OKTA, "--tls-name", KONNECT]);
    let document = DOCUMENT
        .replace("{at okta}", okta)
        .replace("{at konnect}", konnect);
    let ca = vendors.ca.clone().expect("a sandbox with TLS has one");
    let test = Test::new().meets(vendors).config(&document);
    std::fs::copy(ca, test.path("ca.pem")).unwrap();
    test
}

/// An HTTP proxy that opens tunnels, and notes to where and with which words.
struct Proxy {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Starts one that knows these names.
    fn start(names: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        let names: Vec<(String, String)> = names
            .iter()
            .map(|(name, origin)| {
                let at = origin.split_once("://").unwrap().1;
                (format!("{name}:443"), at.to_owned())
            })
            .collect();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (names, noted) = (names.clone(), Arc::clone(&noted));
                std::thread::spawn(move || tunnel(client.unwrap(), &names, &noted));
            }
        });
        Self { url, asked }
    }

    /// The first lines of all requests so far, sorted, each once.
    fn asked(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .asked
            .lock()
            .unwrap()
            .iter()
            .map(|head| head.lines().next().unwrap().to_owned())
            .collect();
        lines.sort();
        lines.dedup();
        lines
    }

    /// Everything that the proxy could read.
    fn read(&self) -> String {
        self.asked.lock().unwrap().concat()
    }
}

fn tunnel(client: TcpStream, names: &[(String, String)], noted: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(client.try_clone().unwrap());
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap_or_default() == 0 {
            return;
        }
    }
    noted.lock().unwrap().push(head.clone());
    let target = head.split(' ').nth(1).unwrap_or_default();
    let known = names.iter().find(|(name, _)| name == target);
    let mut answers = client;
    let Some(server) = known.and_then(|(_, at)| TcpStream::connect(at).ok()) else {
        let _ = answers.write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
        return;
    };
    let _ = answers.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
    let mut back = server.try_clone().unwrap();
    let up = std::thread::spawn(move || {
        let mut server = server;
        let _ = std::io::copy(&mut reader, &mut server);
        let _ = server.shutdown(std::net::Shutdown::Write);
    });
    let _ = std::io::copy(&mut back, &mut answers);
    let _ = answers.shutdown(std::net::Shutdown::Both);
    let _ = up.join();
}

fn through_a_proxy() -> (Test, Proxy) {
    let test = secure(&format!("https://{OKTA}"), &format!("https://{KONNECT}"));
    let vendors = test.vendors();
    let proxy = Proxy::start(&[(OKTA, &vendors.okta), (KONNECT, &vendors.konnect)]);
    (test.env("HTTPS_PROXY", &proxy.url), proxy)
}

#[test]
fn a_proxy_opens_tunnels_and_reads_no_token() {
    let (test, proxy) = through_a_proxy();
    let _ = test.quietly(&["apply", "--auto-approve"]).code(0);
    let run = test.quietly(&["plan"]).code(0);
    assert!(run.stdout.contains("No changes"), "{}", run.stdout);
    assert_eq!(
        proxy.asked(),
        [
            format!("CONNECT {KONNECT}:443 HTTP/1.1"),
            format!("CONNECT {OKTA}:443 HTTP/1.1")
        ]
    );
    let read = proxy.read();
    let vendors = test.vendors();
    for token in [&vendors.okta_token, &vendors.konnect_token] {
        assert!(!read.contains(token.as_str()), "{read}");
    }
    assert_eq!(vendors.writes().len(), 3, "{:?}", vendors.writes());
}

#[test]
fn what_no_proxy_names_is_asked_without_it() {
    let (test, proxy) = through_a_proxy();
    let test = test.env("NO_PROXY", OKTA);
    test.edit("name: shop\n", "name: shop\ntimeouts: { give_up: 1s }\n");
    // that name leads nowhere
    let run = test.quietly(&["plan"]).code(4);
    assert!(
        run.stderr.contains("cannot connect to Okta"),
        "{}",
        run.stderr
    );
    assert_eq!(proxy.asked(), [format!("CONNECT {KONNECT}:443 HTTP/1.1")]);
}

#[test]
fn a_proxy_that_refuses_is_told_with_a_way_out() {
    let test = secure(&format!("https://{OKTA}"), &format!("https://{KONNECT}"));
    let proxy = Proxy::start(&[]);
    let test = test.env("HTTPS_PROXY", &proxy.url);
    let run = test.quietly(&["plan"]).code(4);
    assert!(run.stderr.contains("proxy settings"), "{}", run.stderr);
    assert_eq!(test.vendors().requests().len(), 0);
}

#[test]
fn an_authority_of_ones_own_is_trusted_where_the_document_names_it() {
    let test = secure("{okta}", "{konnect}");
    let _ = test.quietly(&["apply", "--auto-approve"]).code(0);
    assert_eq!(test.vendors().writes().len(), 3);
    // without it Okta's certificate is nobody's
    test.vendors().forget();
    test.edit(
        "token: { sops: okta.token }\n  ca_file: ca.pem",
        "token: { sops: okta.token }",
    );
    let run = test.quietly(&["plan"]).code(4);
    assert!(run.stderr.contains("ca_file"), "{}", run.stderr);
    let asked = test.vendors().requests();
    assert!(asked.iter().all(|it| it["vendor"] != "okta"), "{asked:?}");
    // nor does a file without any help
    test.write("ca.pem", "nothing\n");
    let run = test.quietly(&["plan"]);
    assert_ne!(run.code, Some(0));
    assert!(run.all().contains("ca.pem"), "{}", run.all());
}

#[test]
fn the_document_says_how_long_is_waited() {
    let test = Test::shop();
    test.edit(
        "name: shop\n",
        "name: shop\ntimeouts: { first_byte: 100ms, answer: 200ms, give_up: 700ms }\n",
    );
    let hang = json!([{ "vendor": "okta", "times": 99, "effect": "hang" }]);
    test.vendors().fault(&hang);
    let run = test.quietly(&["plan"]).code(4);
    // the usual ten seconds for a first byte would make it one try in ten
    assert!(run.stderr.contains("tries in 1 s"), "{}", run.stderr);
    assert_eq!(test.vendors().writes(), [""; 0]);
}

/// The seconds that a plan of many scopes foretells under these budgets.
fn foretold(test: &Test, okta: &str, konnect: &str) -> u64 {
    let head = |vendor: &str, share: &str| {
        if share.is_empty() {
            format!("{vendor}:\n")
        } else {
            format!("{vendor}:\n  budget: {share}\n")
        }
    };
    let mut document = DOCUMENT
        .replace("  ca_file: ca.pem\n", "")
        .replace("{at okta}", "{okta}")
        .replace("{at konnect}", "{konnect}")
        .replace("okta:\n", &head("okta", okta))
        .replace("konnect:\n", &head("konnect", konnect));
    let scopes: Vec<String> = (0..100).map(|number| format!("s{number}: {{}}")).collect();
    document = document.replace("orders.read: {}", &scopes.join(", "));
    test.write("dcrsync.yaml", &document);
    let run = test.quietly(&["plan", "--output", "json"]).code(0);
    run.json()["cost"]["seconds"].as_u64().unwrap()
}

#[test]
fn each_vendor_has_the_share_that_the_document_gives_it() {
    let test = Test::new().meets(Vendors::start());
    let limits = json!({ "/api/v1": 60 });
    test.vendors().limit(&limits);
    let whole = foretold(&test, "100%", "");
    let half = foretold(&test, "", "");
    let tenth = foretold(&test, "10%", "");
    let other = foretold(&test, "100%", "10%");
    println!("whole {whole}, half {half}, tenth {tenth}, other {other}");
    // 101 writes: two windows of 60, four of 30, seventeen of 6
    assert!((60..120).contains(&whole), "{whole}");
    assert!((180..240).contains(&half), "{half}");
    assert!((960..=1140).contains(&tenth), "{tenth}");
    // Konnect's share is Konnect's
    assert!((60..120).contains(&other), "{other}");
}
