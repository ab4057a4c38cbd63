//! The searcher: finds a secret in whatever spelling it may have left.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Shorter pieces of a secret are found in innocent texts.
const PIECE: usize = 12;

/// What is searched for, and where it was found.
pub struct Search {
    needles: Vec<(String, String)>,
    found: Vec<String>,
}

impl Search {
    /// Searches for these.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut search = Self {
            needles: Vec::new(),
            found: Vec::new(),
        };
        for secret in secrets {
            search.add(secret);
        }
        search
    }

    /// Searches for one more.
    pub fn add(&mut self, secret: &str) {
        for (spelling, text) in spellings(secret) {
            self.needles.push((text, format!("`{secret}` {spelling}")));
        }
    }

    /// Searches a text; `place` says where it is from.
    pub fn through(&mut self, place: &str, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        let found = self.needles.iter().find_map(|(needle, name)| {
            let at = text.find(needle.as_str())?;
            let line = text.get(..at).map_or(0, |before| before.lines().count());
            Some(format!("{name} in `{place}`, line {line}"))
        });
        self.found.extend(found);
    }

    /// Fails with all places.
    #[track_caller]
    pub fn assert_nothing_found(&self) {
        assert!(self.found.is_empty(), "{}", self.found.join("\n"));
    }
}

/// A secret as itself, in pieces, escaped and encoded.
fn spellings(secret: &str) -> Vec<(&'static str, String)> {
    let json = |text: &str| {
        let quoted = serde_json::to_string(text).unwrap();
        quoted.trim_matches('"').to_owned()
    };
    let ascii: String = json(secret)
        .chars()
        .map(|one| match one {
            one if one.is_ascii() => one.to_string(),
            one => format!("\\u{:04x}", u32::from(one)),
        })
        .collect();
    let hex = |upper: bool| {
        let bytes = secret.bytes();
        bytes
            .map(|byte| {
                if upper {
                    format!("{byte:02X}")
                } else {
                    format!("{byte:02x}")
                }
            })
            .collect::<String>()
    };
    let mut all = vec![
        ("as it is", secret.to_owned()),
        ("in JSON", json(secret)),
        ("in JSON in JSON", json(&json(secret))),
        ("in ASCII JSON", ascii),
        (
            "in Debug",
            format!("{secret:?}").trim_matches('"').to_owned(),
        ),
        ("in a URL", percent(secret)),
        ("in a URL, lower case", percent(secret).to_lowercase()),
        ("in a form", percent(secret).replace("%20", "+")),
        (
            "in HTML",
            secret.replace('&', "&amp;").replace('"', "&quot;"),
        ),
        ("in hex", hex(false)),
        ("in upper-case hex", hex(true)),
        ("backwards", secret.chars().rev().collect()),
    ];
    let letters: Vec<char> = secret.chars().collect();
    for piece in letters.windows(PIECE) {
        all.push(("in pieces", piece.iter().collect()));
    }
    // within a longer text base64 begins at any of three places
    for shift in 0..3 {
        let shifted = [&b"\0\0"[..shift], secret.as_bytes()].concat();
        let whole = STANDARD.encode(&shifted);
        let begin = [0, 2, 3][shift];
        let end = shifted.len() / 3 * 4;
        let inner = whole.get(begin..end).unwrap().to_owned();
        all.push((
            "in base64 for URLs",
            inner.replace('+', "-").replace('/', "_"),
        ));
        all.push(("in base64", inner));
    }
    all
}

/// Percent-encoded but for letters and digits.
pub fn percent(text: &str) -> String {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| match byte {
            byte if unreserved(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// In base64.
pub fn base64(text: &str) -> String {
    STANDARD.encode(text)
}

/// The searcher must be able to find: each of these is a leak.
#[test]
fn a_leak_is_found() {
    let secret = "Can@ry pass/w\u{f6}rd+\"quoted\"\\&=%7?";
    let id = |text: &str| format!("0oa1234567890:{text}");
    for leak in [
        format!("the password is {secret}!"),
        serde_json::json!({ "error": { "login": secret } }).to_string(),
        format!("{:?}", Some(secret)),
        format!("https://host/?password={}", percent(secret)),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        format!("Basic {}", base64(&id(secret))),
        format!("Basic {}", base64(&id(&format!("a{secret}")))),
        base64(&id(&format!("ab{secret}z"))),
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(secret),
        data_encoding::HEXLOWER.encode(secret.as_bytes()),
        format!(
            "begins with {}…",
            secret.chars().take(PIECE).collect::<String>()
        ),
        format!("ends with {}", secret.chars().skip(8).collect::<String>()),
    ] {
        let mut search = Search::new([secret]);
        search.through("a leak", leak.as_bytes());
        assert!(!search.found.is_empty(), "not found in {leak}");
        assert!(std::panic::catch_unwind(|| search.assert_nothing_found()).is_err());
    }
    let mut search = Search::new([secret]);
    search.through("an innocent text", b"login: (sensitive), 32 characters");
    search.assert_nothing_found();
}
