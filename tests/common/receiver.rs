use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::Sha256;

/// A service that takes alerts: a plain socket, so that nothing of ours reads what ours wrote.
pub struct Receiver {
    origin: String,
    answer: Arc<AtomicU16>,
    heard: Arc<Mutex<Vec<Heard>>>,
}

/// One message as it arrived.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Its headers, with lower case names.
    pub headers: BTreeMap<String, String>,
    /// Its body.
    pub body: Vec<u8>,
    /// Whether it was answered 200, so that it is not to come again.
    pub taken: bool,
}

impl Heard {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("an alert is JSON")
    }

    /// `fired drift/okta.scope.default/orders.read`.
    pub fn title(&self) -> String {
        let event = self.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        format!(
            "{} {}",
            text(&event["data"]["turn"]),
            text(&event["subject"])
        )
    }

    /// Tells whether this key signed it, by the text of Standard Webhooks.
    pub fn is_signed_by(&self, key: &[u8]) -> bool {
        let header = |name: &str| self.headers.get(name).cloned().unwrap_or_default();
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(header("webhook-id").as_bytes());
        mac.update(b".");
        mac.update(header("webhook-timestamp").as_bytes());
        mac.update(b".");
        mac.update(&self.body);
        let wanted = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        header("webhook-signature")
            .split(' ')
            .any(|one| one == wanted)
    }
}

impl Receiver {
    /// Listens on a free port of this machine, as long as the test binary lives.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let receiver = Self {
            origin,
            answer: Arc::new(AtomicU16::new(200)),
            heard: Arc::default(),
        };
        let (answer, heard) = (receiver.answer.clone(), receiver.heard.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, heard) = (answer.clone(), heard.clone());
                // a sender that dies in the middle of a message is what some tests are about
                std::thread::spawn(move || serve(stream, &answer, &heard));
            }
        });
        receiver
    }

    /// Where it takes alerts.
    pub fn url(&self) -> String {
        format!("{}/hook", self.origin)
    }

    /// Answers with this status from now on.
    pub fn answer(&self, status: u16) {
        self.answer.store(status, Ordering::SeqCst);
    }

    /// Everything so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// The titles of what was taken so far.
    pub fn titles(&self) -> Vec<String> {
        let heard = self.heard();
        let taken = heard.iter().filter(|heard| heard.taken);
        taken.map(Heard::title).collect()
    }

    /// Waits until so many messages were taken.
    #[track_caller]
    pub fn until(&self, count: usize) -> Vec<Heard> {
        let since = Instant::now();
        loop {
            let taken: Vec<Heard> = self.heard().into_iter().filter(|it| it.taken).collect();
            if taken.len() >= count {
                return taken;
            }
            assert!(
                since.elapsed() < Duration::from_mins(1),
                "only {} of {count} messages came: {:?}",
                taken.len(),
                self.titles()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Reads one request after the other from a connection.
fn serve(stream: TcpStream, answer: &AtomicU16, heard: &Mutex<Vec<Heard>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut stream = stream;
    loop {
        let mut headers = BTreeMap::new();
        let mut line = String::new();
        (reader.read_line(&mut line).ok()? > 0).then_some(())?;
        loop {
            let mut line = String::new();
            (reader.read_line(&mut line).ok()? > 0).then_some(())?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length");
        let length = length.map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let status = answer.load(Ordering::SeqCst);
        heard.lock().unwrap().push(Heard {
            headers,
            body,
            taken: status == 200,
        });
        let reply = format!("HTTP/1.1 {status} As Asked\r\ncontent-length: 0\r\n\r\n");
        stream.write_all(reply.as_bytes()).ok()?;
    }
}
