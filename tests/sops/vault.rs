//! A file for Vault's transit engine only, with an engine that runs here: it seals with a cipher of its own
//! and asks for the token, as <https://developer.hashicorp.com/vault/api-docs/secret/transit> says.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dcrsync::base::{CredentialStore, CredentialTarget, Credentials, FileId, Secret, Span};
use dcrsync::secrets::sops::{Keyring, SopsFile, set};
use dcrsync::secrets::{Environment, Secrets, SopsStore};
use serde_json::{Value, json};

use crate::compare::compare;
use crate::{Variables, decrypted, tools};

const TOKEN: &str = "hvs.a-token-of-the-tests";
const KEY: &str = "team/transit";

#[test]
fn a_file_for_vault_is_read_written_and_made_with_the_key_service_of_sops() {
    let Some(sops) = tools::sops() else {
        tools::skipped("Vault transit", "sops is not installed");
        return;
    };
    let port = serve();
    let home = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let uri = format!("http://127.0.0.1:{port}/v1/{KEY}/keys/portal");
    let variables: Variables = vec![
        ("HOME", home.path().into()),
        ("PATH", tools::path(&[sops.parent().unwrap()])),
        ("VAULT_TOKEN", TOKEN.into()),
    ];
    let file = folder.path().join("vault.yaml");
    encrypt(&sops, &uri, &file, &variables);
    let bytes = fs::read(&file).unwrap();
    let environment: Environment = variables.iter().cloned().collect();
    let keyring = Keyring::new(environment.clone(), Vec::new());
    let opened = SopsFile::open(&file, &bytes, &keyring).unwrap_or_else(|error| panic!("{error}"));
    let tree = json!({ "a": { "token": "00abc" }, "n": 5 });
    compare(&opened.documents()[0], &tree, "$").unwrap();

    let secret = Secret::new("00new");
    let now = "2027-01-02T03:04:05Z".parse().unwrap();
    let edited = set(&file, &bytes, &keyring, &[("a.token", &secret)], now);
    fs::write(&file, edited.unwrap().unwrap()).unwrap();
    assert_eq!(decrypted(&sops, &file, &variables)["a"]["token"], "00new");

    let rules = format!("creation_rules: [{{ hc_vault_transit_uri: '{uri}' }}]\n");
    fs::write(folder.path().join(".sops.yaml"), rules).unwrap();
    let kept = keep(folder.path(), environment);
    let client = &decrypted(&sops, &kept, &variables)["clients"]["mobile"];
    assert_eq!(client["client_secret"], "s3cr3t");

    // another token, which the engine turns away; it must not be told
    let mut other = variables.clone();
    other[2].1 = "hvs.CANARY-of-somebody-else".into();
    let keyring = Keyring::new(other.into_iter().collect(), Vec::new());
    let told = SopsFile::open(&file, &bytes, &keyring).err().unwrap();
    let told = format!("{told} {told:?}");
    assert!(told.contains("`sops` refused: "), "{told}");
    assert!(told.contains("permission denied"), "{told}");
    assert!(!told.contains("CANARY"), "{told}");
}

fn encrypt(sops: &Path, uri: &str, file: &Path, variables: &Variables) {
    let plain = file.with_file_name("plain.yaml");
    fs::write(&plain, "a: { token: 00abc }\nn: 5\n").unwrap();
    let run = Command::new(sops)
        .args(["encrypt", "--hc-vault-transit", uri, "--output"])
        .arg(file)
        .arg(&plain)
        .env_clear()
        .envs(variables.iter().cloned())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{told}");
}

/// Has credentials kept in a file that is not there yet.
fn keep(folder: &Path, environment: Environment) -> std::path::PathBuf {
    let secrets = Arc::new(Secrets::new(Vec::new(), Vec::new(), environment));
    let at = folder.to_owned();
    let store = SopsStore::new(secrets, move |_| at.clone());
    let span = Span {
        file: FileId(0),
        start: 0,
        end: 0,
    };
    let target = CredentialTarget {
        file: "clients.yaml".to_owned(),
        path: "clients.mobile".to_owned(),
        span,
    };
    let credentials = Credentials {
        client_id: "0oa1".to_owned(),
        client_secret: Secret::new("s3cr3t"),
    };
    store.put(&target, &credentials).unwrap();
    assert_eq!(store.get(&target).unwrap(), Some(credentials));
    folder.join("clients.yaml")
}

/// Serves the engine for as long as the test runs, and tells its port.
fn serve() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = answer(stream.unwrap());
        }
    });
    port
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let (mut length, mut token) = (0, String::new());
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "x-vault-token" => value.clone_into(&mut token),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let (status, told) = transit(&path, &token, &body);
    let told = told.to_string();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{told}",
        told.len()
    )
}

fn transit(path: &str, token: &str, body: &Value) -> (&'static str, Value) {
    if token != TOKEN {
        let denied = json!({ "errors": ["permission denied"] });
        return ("403 Forbidden", denied);
    }
    let action = path.strip_prefix("/v1/").and_then(|path| {
        let path = path.strip_prefix(KEY)?.strip_suffix("/portal")?;
        Some(path.trim_matches('/'))
    });
    let data = match action {
        Some("encrypt") => {
            let plain = STANDARD
                .decode(body["plaintext"].as_str().unwrap())
                .unwrap();
            json!({ "ciphertext": format!("vault:v1:{}", STANDARD.encode(sealed(&plain))) })
        }
        Some("decrypt") => {
            let text = body["ciphertext"].as_str().unwrap();
            let bytes = STANDARD.decode(text.strip_prefix("vault:v1:").unwrap());
            json!({ "plaintext": STANDARD.encode(sealed(&bytes.unwrap())) })
        }
        _ => return ("404 Not Found", json!({ "errors": [] })),
    };
    ("200 OK", json!({ "data": data }))
}

/// Its own inverse, and different at each place.
fn sealed(bytes: &[u8]) -> Vec<u8> {
    let pad = (0..=u8::MAX).rev().cycle();
    bytes
        .iter()
        .zip(pad)
        .map(|(byte, pad)| byte ^ pad)
        .collect()
}
