//! What somebody can do to the page over a real socket; the daemon goes on after each.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};

use super::client::open_door;
use super::made_up;
use crate::status::Status;
use crate::web::{Ask, Page, serve};

/// Nothing here waits for time to pass but where it says so; this only ends a test that hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// A page at a port of this machine.
struct Served {
    at: SocketAddr,
    status: watch::Sender<Arc<Status>>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
    _asks: mpsc::Receiver<Ask>,
}

async fn served(tls: Option<Arc<ServerConfig>>) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (status, shown) = watch::channel(made_up::shared(made_up::drifted()));
    let (ask, asks) = mpsc::channel(4);
    let (stop, stopped) = oneshot::channel();
    let page = Page {
        status: shown,
        ask,
        door: open_door(),
    };
    let stopped = async move {
        let _ = stopped.await;
    };
    Served {
        at,
        status,
        stop,
        task: tokio::spawn(serve(listener, tls, page, stopped)),
        _asks: asks,
    }
}

impl Served {
    async fn open(&self) -> TcpStream {
        TcpStream::connect(self.at).await.unwrap()
    }

    /// What a usual client gets.
    async fn get(&self, path: &str) -> String {
        let host = self.at;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        answer(self.open().await, request.as_bytes()).await
    }

    async fn lives(&self) {
        let text = self.get("/").await;
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    }
}

/// Sends all and reads all; a peer that cuts the line early is no error.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &[u8]) -> String {
    let talk = async {
        let _ = stream.write_all(request).await;
        let mut text = Vec::new();
        match stream.read_to_end(&mut text).await {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            Err(error) => panic!("{error}"),
        }
        String::from_utf8_lossy(&text).into_owned()
    };
    timeout(PATIENCE, talk).await.expect("an answer, or an end")
}

#[tokio::test]
async fn a_thousand_lines_that_never_ask_lock_nobody_out() {
    let page = served(None).await;
    let mut lines = Vec::new();
    for number in 0..1_000 {
        let mut line = page.open().await;
        // some say nothing at all, some never come to an end
        if number % 2 == 0 {
            line.write_all(b"GET / HTTP/1.1\r\nHost: ").await.unwrap();
        }
        lines.push(line);
        if number % 200 == 0 {
            page.lives().await;
        }
    }
    for line in &mut lines {
        let _ = line.write_all(b"X-a: b\r\n").await;
    }
    page.lives().await;
    let mut cut = 0;
    for line in &mut lines {
        let mut byte = [0];
        let read = timeout(Duration::from_millis(1), line.read(&mut byte)).await;
        cut += usize::from(matches!(read, Ok(Ok(0) | Err(_))));
    }
    assert!(cut >= 1_000 - 256, "only {cut} lines were cut");
}

#[tokio::test]
async fn a_page_that_follows_outlives_lines_that_never_ask() {
    let page = served(None).await;
    let mut follower = page.open().await;
    let request = format!("GET /events HTTP/1.1\r\nHost: {}\r\n\r\n", page.at);
    follower.write_all(request.as_bytes()).await.unwrap();
    read_until(&mut follower, "data: ").await;

    let mut lines = Vec::new();
    for _ in 0..600 {
        lines.push(page.open().await);
    }
    page.lives().await;
    page.status
        .send_replace(made_up::shared(made_up::in_sync()));
    read_until(&mut follower, "data: ").await;
}

async fn read_until(stream: &mut TcpStream, text: &str) {
    let mut read = Vec::new();
    let reading = async {
        while !String::from_utf8_lossy(&read).contains(text) {
            let mut some = [0; 1024];
            let count = stream.read(&mut some).await.unwrap();
            assert!(count > 0, "the line was cut");
            read.extend_from_slice(&some[..count]);
        }
    };
    timeout(PATIENCE, reading).await.expect("the text arrives");
}

/// The only test that waits for real time: the limit of ten seconds for a head.
#[tokio::test]
async fn a_head_that_does_not_end_is_cut() {
    let page = served(None).await;
    let mut line = page.open().await;
    line.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    let text = answer(line, b"X-slow: yes\r\n").await;
    assert!(
        text.is_empty() || text.starts_with("HTTP/1.1 408"),
        "{text}"
    );
    page.lives().await;
}

#[tokio::test]
async fn long_heads_are_refused_early() {
    let page = served(None).await;
    let host = page.at;
    let long = "a".repeat(10 * 1024 * 1024);
    let many = "X-a: b\r\n".repeat(200_000);
    for (request, code) in [
        (
            format!("GET / HTTP/1.1\r\nHost: {host}\r\nX-long: {long}\r\n\r\n"),
            "431",
        ),
        (
            format!("GET / HTTP/1.1\r\nHost: {host}\r\n{many}\r\n"),
            "431",
        ),
        (format!("GET /{long} HTTP/1.1\r\nHost: {host}\r\n\r\n"), "4"),
    ] {
        let text = answer(page.open().await, request.as_bytes()).await;
        // a peer that is still writing when it is refused may see nothing but the end of the line
        assert!(
            text.is_empty() || text.starts_with(&format!("HTTP/1.1 {code}")),
            "{text:.80}"
        );
        page.lives().await;
    }
}

#[tokio::test]
async fn what_is_no_http_is_refused() {
    let page = served(None).await;
    for request in [
        &b"\x16\x03\x01\x02\x00\x01\x00"[..],
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"\x00\x00\x00\x00\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET http://rebound.example/ HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n",
        b"CONNECT rebound.example:443 HTTP/1.1\r\nHost: rebound.example:443\r\nConnection: close\r\n\r\n",
    ] {
        let mut stream = page.open().await;
        stream.write_all(request).await.unwrap();
        stream.shutdown().await.unwrap();
        let text = answer(stream, b"").await;
        assert!(text.is_empty() || text.starts_with("HTTP/1.1 4") || text.starts_with("HTTP/1.0 4"), "{text}");
        page.lives().await;
    }
}

#[tokio::test]
async fn tricky_paths_find_nothing_on_the_wire() {
    let page = served(None).await;
    for path in [
        "/../../etc/passwd",
        "/assets/%2e%2e/%2e%2e/Cargo.toml",
        "/./",
        "/..;/metrics",
        "/documents/%00",
    ] {
        let text = page.get(path).await;
        assert!(text.starts_with("HTTP/1.1 4"), "{path}: {text:.80}");
    }
}

#[tokio::test]
async fn it_ends_although_somebody_follows() {
    let page = served(None).await;
    let mut follower = page.open().await;
    let request = format!("GET /events HTTP/1.1\r\nHost: {}\r\n\r\n", page.at);
    follower.write_all(request.as_bytes()).await.unwrap();
    read_until(&mut follower, "data: ").await;
    let mut silent = page.open().await;
    silent.write_all(b"GET /").await.unwrap();

    page.stop.send(()).unwrap();
    timeout(PATIENCE, page.task)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    let mut rest = Vec::new();
    timeout(PATIENCE, follower.read_to_end(&mut rest))
        .await
        .unwrap()
        .unwrap();
    assert!(
        TcpStream::connect(page.at).await.is_err(),
        "nobody listens any more"
    );
}

#[tokio::test]
async fn https_is_spoken_where_there_is_a_certificate() {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let page = served(Some(Arc::new(config))).await;

    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    let silent = page.open().await;
    for _ in 0..2 {
        let stream = page.open().await;
        let stream = connector
            .connect("localhost".try_into().unwrap(), stream)
            .await
            .unwrap();
        let request = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        let text = answer(stream, request).await;
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
        let plain = page.get("/healthz").await;
        assert!(
            !plain.contains("200"),
            "plain HTTP is not answered: {plain}"
        );
    }
    drop(silent);
}
