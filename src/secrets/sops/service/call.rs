//! One call of gRPC over HTTP/2 (<https://grpc.io/docs/what-is-grpc/core-concepts/>).

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use zeroize::Zeroizing;

use crate::secrets::process::fit;

/// A key service in a cloud answers within seconds.
const PATIENCE: Duration = Duration::from_secs(30);
/// An answer is a key.
const LIMIT: usize = 1024 * 1024;

/// Where a key service listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// The path of a socket.
    Unix(String),
    /// Host and port.
    Tcp(String),
}

impl Address {
    /// Reads an address as sops takes it, such as `unix:///run/keys.sock` or `tcp://keys:5000`.
    pub(super) fn of(text: &str) -> Option<Self> {
        if let Some(path) = text.strip_prefix("unix://") {
            return Some(Self::Unix(path.to_owned()));
        }
        text.strip_prefix("tcp://")
            .map(|host| Self::Tcp(host.to_owned()))
    }
}

/// Calls a method with a message and returns the message it answers with.
pub(super) fn call(
    address: &Address,
    method: &str,
    message: &[u8],
) -> Result<Zeroizing<Vec<u8>>, String> {
    let path = format!("http://localhost/KeyService/{method}");
    let length = u32::try_from(message.len()).map_err(|_| "the key is too long")?;
    // not compressed, then its length
    let mut framed = Zeroizing::new(vec![0]);
    framed.extend(length.to_be_bytes());
    framed.extend(message);
    let address = address.clone();
    // a thread of its own, since the caller's may already be one of a runtime's
    let called = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| format!("cannot be called: {}", error.kind()))?;
        runtime.block_on(async {
            tokio::time::timeout(PATIENCE, connect(&address, &path, &framed))
                .await
                .map_err(|_| format!("did not answer within {} s", PATIENCE.as_secs()))?
        })
    });
    called
        .join()
        .unwrap_or_else(|_| Err("could not be called".to_owned()))
}

async fn connect(
    address: &Address,
    path: &str,
    framed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, String> {
    let refused = |error: std::io::Error| format!("does not answer: {}", error.kind());
    match address {
        Address::Tcp(host) => {
            let stream = TcpStream::connect(host).await.map_err(refused)?;
            exchange(stream, path, framed).await
        }
        #[cfg(unix)]
        Address::Unix(socket) => {
            let stream = tokio::net::UnixStream::connect(socket)
                .await
                .map_err(refused)?;
            exchange(stream, path, framed).await
        }
        #[cfg(not(unix))]
        Address::Unix(_) => Err("is a Unix socket".to_owned()),
    }
}

async fn exchange<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    path: &str,
    framed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, String> {
    let broken = |error: h2::Error| fit(&error.to_string());
    let (mut client, connection) = h2::client::handshake(stream).await.map_err(broken)?;
    let connection = tokio::spawn(connection);
    let request = Request::post(path)
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(())
        .map_err(|error| fit(&error.to_string()))?;
    let (response, mut body) = client.send_request(request, false).map_err(broken)?;
    body.send_data(Bytes::copy_from_slice(framed), true)
        .map_err(broken)?;
    let (head, mut stream) = response.await.map_err(broken)?.into_parts();
    let mut answer = Zeroizing::new(Vec::with_capacity(1024));
    while let Some(data) = stream.data().await {
        let data = data.map_err(broken)?;
        if answer.len() + data.len() > LIMIT {
            return Err("answered too much".to_owned());
        }
        answer.extend_from_slice(&data);
        stream
            .flow_control()
            .release_capacity(data.len())
            .map_err(broken)?;
    }
    let trailers = stream.trailers().await.map_err(broken)?;
    connection.abort();
    status(trailers.as_ref().unwrap_or(&head.headers))?;
    answer
        .get(5..)
        .map(|message| Zeroizing::new(message.to_vec()))
        .ok_or_else(|| "answered nothing".to_owned())
}

fn status(headers: &HeaderMap) -> Result<(), String> {
    let header = |name| {
        let value = headers.get(name).map(http::HeaderValue::as_bytes);
        value.map(String::from_utf8_lossy).unwrap_or_default()
    };
    if header("grpc-status") == "0" {
        return Ok(());
    }
    let message = header("grpc-message")
        .replace("%0A", " ")
        .replace("%25", "%");
    Err(format!("refused: {}", fit(&message)))
}
