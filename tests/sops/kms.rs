//! A file for AWS KMS only, with a KMS that runs here: `moto_server` of `moto[server,kms]`.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use dcrsync::base::Secret;
use dcrsync::secrets::sops::{Keyring, SopsFile, set};
use serde_json::{Value, json};

use crate::compare::compare;
use crate::{Variables, decrypted, tools};

#[test]
fn a_file_for_a_cloud_is_read_with_the_key_service_of_sops() {
    let (Some(sops), Some(moto)) = (tools::sops(), Moto::start()) else {
        tools::skipped("AWS KMS", "sops or moto_server is not installed");
        return;
    };
    let arn = moto.new_key();
    let home = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let variables: Variables = vec![
        ("HOME", home.path().into()),
        ("PATH", tools::path(&[sops.parent().unwrap()])),
        (
            "AWS_ENDPOINT_URL",
            format!("http://127.0.0.1:{}", moto.port).into(),
        ),
        ("AWS_ACCESS_KEY_ID", "x".into()),
        ("AWS_SECRET_ACCESS_KEY", "x".into()),
        ("AWS_REGION", "us-east-1".into()),
    ];
    let plain = folder.path().join("plain.yaml");
    fs::write(&plain, "a: { token: 00abc }\nn: 5\n").unwrap();
    let file = folder.path().join("kms.yaml");
    let run = Command::new(&sops)
        .args([
            "encrypt",
            "--kms",
            &arn,
            "--encryption-context",
            "app:portal",
            "--output",
        ])
        .arg(&file)
        .arg(&plain)
        .env_clear()
        .envs(variables.iter().cloned())
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let bytes = fs::read(&file).unwrap();
    let keyring = Keyring::new(variables.iter().cloned().collect(), Vec::new());
    let opened = SopsFile::open(&file, &bytes, &keyring).unwrap_or_else(|error| panic!("{error}"));
    compare(
        &opened.documents()[0],
        &json!({ "a": { "token": "00abc" }, "n": 5 }),
        "$",
    )
    .unwrap();

    let secret = Secret::new("00new");
    let now = "2027-01-02T03:04:05Z".parse().unwrap();
    let edited = set(&file, &bytes, &keyring, &[("a.token", &secret)], now);
    fs::write(&file, edited.unwrap().unwrap()).unwrap();
    assert_eq!(decrypted(&sops, &file, &variables)["a"]["token"], "00new");

    // the same without the program, and with it but without the cloud
    let mut without = variables.clone();
    without[1].1 = "/nowhere".into();
    let error = SopsFile::open(
        &file,
        &bytes,
        &Keyring::new(without.into_iter().collect(), Vec::new()),
    );
    let told = error.err().unwrap().to_string();
    assert!(
        told.contains(&arn) && told.contains("`sops` is not installed"),
        "{told}"
    );
    drop(moto);
    let error = SopsFile::open(&file, &bytes, &keyring);
    let told = error.err().unwrap().to_string();
    assert!(told.contains("`sops` refused: "), "{told}");
}

struct Moto {
    child: Child,
    port: u16,
}

impl Moto {
    fn start() -> Option<Self> {
        let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let cache =
            cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
        let ours = cache.join("dcrsync/venv/bin/moto_server");
        let program = if ours.is_file() {
            ours
        } else {
            "moto_server".into()
        };
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut child = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        for _ in 0..600 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(Self { child, port });
            }
            if child.try_wait().unwrap().is_some() {
                return None;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = child.kill();
        panic!("moto_server does not start");
    }

    /// The name of a new key; one request needs no client.
    fn new_key(&self) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let request = format!(
            "POST / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/x-amz-json-1.1\r\n\
             X-Amz-Target: TrentService.CreateKey\r\nContent-Length: 2\r\nConnection: close\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=x/20270102/us-east-1/kms/aws4_request, \
             SignedHeaders=host, Signature=0\r\n\r\n{{}}",
            self.port
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        let body: Value = serde_json::from_str(body.trim()).unwrap_or_else(|_| panic!("{answer}"));
        body["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
