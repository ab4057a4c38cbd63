use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A server that reads each request and then does not answer it as HTTP wants.
pub(in crate::vendor) struct Broken {
    port: u16,
    requests: Arc<AtomicUsize>,
}

impl Broken {
    /// Sends these bytes to each connection and closes it; after `connections` of them nobody listens any more.
    pub(in crate::vendor) fn start(bytes: &'static [u8], connections: usize) -> Self {
        Self::serve(connections, move |stream| {
            let _ = stream.write_all(bytes);
        })
    }

    /// Takes requests and keeps silent.
    pub(in crate::vendor) fn silent() -> Self {
        Self::serve(usize::MAX, |stream| {
            // Blocks until the client gives up.
            let _ = stream.read(&mut [0; 1024]);
        })
    }

    /// Begins an answer and sends a blank of its body now and then, for ever.
    pub(in crate::vendor) fn dripping() -> Self {
        Self::serve(usize::MAX, |stream| {
            let head =
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n";
            let mut sent = stream.write_all(head);
            while sent.is_ok() {
                std::thread::sleep(std::time::Duration::from_millis(20));
                sent = stream.write_all(b" ");
            }
        })
    }

    fn serve(
        connections: usize,
        answer: impl Fn(&mut std::net::TcpStream) + Send + Sync + Copy + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        std::thread::spawn(move || {
            for _ in 0..connections {
                let Ok((mut stream, _)) = listener.accept() else {
                    return;
                };
                if stream.read(&mut [0; 8 << 10]).unwrap_or_default() > 0 {
                    counter.fetch_add(1, Ordering::SeqCst);
                }
                std::thread::spawn(move || answer(&mut stream));
            }
        });
        Self { port, requests }
    }

    pub(in crate::vendor) fn url(&self, scheme: &str) -> String {
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// Connections on which anything arrived.
    pub(in crate::vendor) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}
