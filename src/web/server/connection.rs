use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::Request;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use super::Ends;
use super::lines::{Answer, Line};
use super::patient::Patient;

/// How long the handshake may take, and how long a request's head: also the next one on the same line.
const HEAD: Duration = Duration::from_secs(10);

/// How long a peer may take to read a part of an answer.
const READING: Duration = Duration::from_secs(20);

/// The longest head of a request, in bytes.
const HEAD_BYTES: usize = 16 * 1024;

/// One peer.
pub(super) struct Connection {
    pub(super) ends: Ends,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) router: Router,
    pub(super) line: Arc<Line>,
    pub(super) closed: watch::Receiver<bool>,
}

impl Connection {
    /// Answers what the peer asks until it goes, or has to.
    pub(super) async fn serve(self, stream: TcpStream) {
        let line = Arc::clone(&self.line);
        tokio::select! {
            () = line.cut() => tracing::debug!("a line of the page was cut for a newcomer"),
            () = self.talk(Patient::new(stream, READING)) => {}
        }
    }

    async fn talk(self, stream: Patient<TcpStream>) {
        let Some(tls) = self.tls.clone() else {
            return self.http(stream).await;
        };
        match timeout(HEAD, tls.accept(stream)).await {
            Ok(Ok(stream)) => self.http(stream).await,
            Ok(Err(error)) => tracing::debug!(%error, "a handshake with the page failed"),
            Err(_) => tracing::debug!("a handshake with the page took too long"),
        }
    }

    async fn http<S: AsyncRead + AsyncWrite + Unpin>(self, stream: S) {
        let Self {
            ends,
            router,
            line,
            mut closed,
            ..
        } = self;
        let service = service_fn(move |request: Request<Incoming>| {
            let answer = line.answer();
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ends);
            let answered = router.clone().oneshot(request);
            async move {
                let response = answered.await?;
                Ok::<_, Infallible>(response.map(|body| Held { body, answer }))
            }
        });
        let mut connection = std::pin::pin!(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD)
                .max_header_size(HEAD_BYTES)
                .max_buf_size(2 * HEAD_BYTES)
                .serve_connection(TokioIo::new(stream), service)
        );
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = told(&mut closed) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection to the page ended");
        }
    }
}

/// Ends when the process does.
async fn told(closed: &mut watch::Receiver<bool>) {
    // an error means that the server is gone, which ends it as well
    let _ = closed.wait_for(|closed| *closed).await;
}

/// The body of an answer, with the note that it is under way.
struct Held {
    body: Body,
    #[allow(dead_code, reason = "its drop is what counts")]
    answer: Answer,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
