use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, WWW_AUTHENTICATE};
use serde_json::Value as Json;
use url::Url;

use crate::base::Scrubber;
use crate::vendor::{Answer, Call, Reason, Vendor, VendorError, konnect, okta, token};

/// An answer that did what was asked.
#[derive(Debug)]
pub(in crate::vendor) struct Reply {
    pub(in crate::vendor) status: u16,
    /// Where it came from.
    pub(in crate::vendor) url: Url,
    pub(in crate::vendor) headers: HeaderMap,
    /// [`Json::Null`] when there was no body.
    pub(in crate::vendor) body: Json,
}

/// An answer as it came in.
pub(super) struct Raw<'a> {
    pub(super) status: u16,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
    pub(super) request_id: Option<String>,
}

/// More of a vendor's text is not kept.
const LONGEST_TEXT: usize = 500;
/// More of something that is not JSON is not kept.
const FIRST_WORDS: usize = 120;

impl Raw<'_> {
    /// Reads the body of an answer that says it did what was asked.
    pub(super) fn json(&self, call: &Call, scrubber: &Scrubber) -> Result<Json, VendorError> {
        if self.body.is_empty() {
            return if call.writes() || self.status == 204 {
                Ok(Json::Null)
            } else {
                Err(self.not_json(call, scrubber))
            };
        }
        serde_json::from_slice(self.body).map_err(|source| {
            if source.is_eof() && self.is_json() {
                VendorError::Truncated {
                    call: Box::new(call.clone()),
                    status: self.status,
                    source: Box::new(source),
                }
            } else {
                self.not_json(call, scrubber)
            }
        })
    }

    /// Reads an answer that says it did not do what was asked.
    pub(super) fn failure(&self, call: &Call, scrubber: &Scrubber) -> VendorError {
        let boxed = Box::new(call.clone());
        let json: Option<Json> = serde_json::from_slice(self.body).ok();
        // A page that says 404 proves nothing about the object: the address may be wrong.
        if json.is_none() && !self.body.is_empty() && matches!(self.status, 404 | 405 | 409) {
            return self.not_json(call, scrubber);
        }
        let clean = |text: &str| clean(text, LONGEST_TEXT, scrubber);
        let answer = Box::new(self.answer(call, json.as_ref(), scrubber).map_texts(clean));
        let code = answer.code.as_deref().unwrap_or_default();
        match (self.status, call.vendor) {
            // The org lacks a feature; the token is fine.
            (401, Vendor::Okta) if code == "E0000015" => VendorError::Forbidden {
                call: boxed,
                answer,
                scope: None,
            },
            (401, _) => VendorError::Unauthorized {
                call: boxed,
                answer,
            },
            (403, Vendor::Okta) if code == "E0000005" => VendorError::Unauthorized {
                call: boxed,
                answer,
            },
            (403, _) => VendorError::Forbidden {
                call: boxed,
                scope: self.missing_scope().map(|scope| clean(&scope)),
                answer,
            },
            (404, _) => VendorError::NotFound {
                call: boxed,
                answer,
            },
            (409, _) => VendorError::Conflict {
                call: boxed,
                answer,
            },
            (400, vendor) if is_duplicate(vendor, &answer) && call.method != Method::GET => {
                VendorError::Conflict {
                    call: boxed,
                    answer,
                }
            }
            (429, _) => VendorError::RateLimited {
                call: boxed,
                answer,
            },
            (423 | 500.., _) => VendorError::Server {
                call: boxed,
                answer,
            },
            _ => VendorError::Refused {
                call: boxed,
                answer,
            },
        }
    }

    fn answer(&self, call: &Call, json: Option<&Json>, scrubber: &Scrubber) -> Answer {
        let mut answer = match (json, call.vendor) {
            (None, _) if self.body.is_empty() => Answer::default(),
            (None, _) => Answer {
                message: format!("it sent {}", self.received(scrubber)),
                ..Answer::default()
            },
            // A token endpoint of Okta answers in OAuth's form.
            (Some(json), Vendor::Okta) if json.get("error").is_some() => token::answer(json),
            (Some(json), Vendor::Okta) => okta::answer(json),
            (Some(json), Vendor::Konnect | Vendor::Portal) => konnect::answer(json),
            (Some(json), Vendor::Issuer | Vendor::Gateway) => token::answer(json),
        };
        if let (300..400, Some(to)) = (self.status, self.headers.get(LOCATION)) {
            let to = to.to_str().unwrap_or_default();
            // Without the query: it may carry a session.
            let to = to.split(['?', '#']).next().unwrap_or_default();
            "it redirects elsewhere, which is never followed".clone_into(&mut answer.message);
            answer.reasons = vec![Reason {
                field: Some("location".to_owned()),
                text: to.to_owned(),
            }];
        }
        answer.status = self.status;
        if let Some(id) = &self.request_id {
            answer.request_id = Some(id.clone());
        }
        answer
    }

    /// What an answer is that is not the vendor's JSON.
    pub(super) fn not_json(&self, call: &Call, scrubber: &Scrubber) -> VendorError {
        VendorError::NotJson {
            call: Box::new(call.clone()),
            status: self.status,
            received: self.received(scrubber),
        }
    }

    fn received(&self, scrubber: &Scrubber) -> String {
        if self.body.is_empty() {
            return "an empty body".to_owned();
        }
        let kind = self.content_type();
        let kind = if kind.is_empty() { "something" } else { kind };
        let kind = clean(kind, FIRST_WORDS, scrubber);
        let words = clean(&String::from_utf8_lossy(self.body), FIRST_WORDS, scrubber);
        format!("{kind} beginning with `{words}`")
    }

    fn content_type(&self) -> &str {
        let value = self.headers.get(CONTENT_TYPE);
        let text = value.and_then(|value| value.to_str().ok());
        let kind = text.unwrap_or_default().split(';').next();
        kind.unwrap_or_default().trim()
    }

    fn is_json(&self) -> bool {
        let kind = self.content_type();
        kind.is_empty() || kind.ends_with("json")
    }

    /// Reads `WWW-Authenticate: …, error="insufficient_scope", scope="…"` (RFC 6750, section 3).
    fn missing_scope(&self) -> Option<String> {
        self.headers
            .get_all(WWW_AUTHENTICATE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .filter(|text| text.contains("insufficient_scope"))
            .find_map(|text| {
                let (_, rest) = text.split_once("scope=\"")?;
                rest.split('"').next().map(str::to_owned)
            })
    }
}

/// Tells whether a 400 means that another object with this key exists; neither vendor has a status for it.
fn is_duplicate(vendor: Vendor, answer: &Answer) -> bool {
    match vendor {
        Vendor::Okta => {
            answer.code.as_deref() == Some("E0000001")
                && answer.says(&["already exist", "conflict", "must be unique", "duplicate"])
        }
        Vendor::Konnect | Vendor::Portal => answer.says(&[
            "already exist",
            "already in use",
            "already taken",
            "must be unique",
            "not unique",
            "unique constraint",
            "duplicate",
        ]),
        Vendor::Issuer | Vendor::Gateway => false,
    }
}

/// Takes secrets and control characters out, then cuts; in this order, so that no half secret stays.
fn clean(text: &str, longest: usize, scrubber: &Scrubber) -> String {
    let text = scrubber.scrub(text);
    let mut words = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    if let Some((at, _)) = words.char_indices().nth(longest) {
        words.truncate(at);
        words.push('…');
    }
    words
}
