//! One operation of a contract, and what a request to it must keep.

use std::fmt;

use dcrsync::sandbox::Vendor;
use serde_json::{Map, Value as Json};
use url::form_urlencoded;

use super::body::Body;
use super::book::{Book, SheetId};
use super::hearing::Sent;
use super::schema::resolved;

/// One operation: `konnect GET /v3/portals/{portalId}`.
pub(super) struct Operation {
    vendor: Vendor,
    method: String,
    template: String,
    parameters: Vec<Parameter>,
    body: Option<Body>,
}

struct Parameter {
    name: String,
    place: Place,
    required: bool,
    /// Written as `name[member]=value`.
    deep: bool,
    sheet: SheetId,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Path,
    Query,
}

impl Operation {
    /// All operations of a contract; `sheet` is given each schema that is needed.
    pub(super) fn all(
        vendor: Vendor,
        contract: &Json,
        sheet: &mut impl FnMut(&Json) -> SheetId,
    ) -> Vec<Self> {
        let mut all = Vec::new();
        for (template, item) in contract["paths"].as_object().unwrap() {
            for method in ["get", "post", "put", "patch", "delete"] {
                let Some(operation) = item.get(method) else {
                    continue;
                };
                let declared = [item, operation].into_iter().filter_map(|place| {
                    let declared = place.get("parameters")?.as_array()?;
                    Some(declared.iter())
                });
                all.push(Self {
                    vendor,
                    method: method.to_uppercase(),
                    template: template.clone(),
                    parameters: declared
                        .flatten()
                        .filter_map(|one| Parameter::read(resolved(contract, one), sheet))
                        .collect(),
                    body: operation
                        .get("requestBody")
                        .map(|body| Body::read(contract, resolved(contract, body), sheet)),
                });
            }
        }
        all
    }

    /// Whether a request means this operation, or one of the same form.
    pub(super) fn fits(&self, sent: &Sent) -> bool {
        let (path, template) = (segments(path_of(sent)), segments(&self.template));
        self.vendor == sent.vendor
            && self.method == sent.method
            && path.len() == template.len()
            && template
                .iter()
                .zip(&path)
                .all(|(template, segment)| is_placeholder(template) || template == segment)
    }

    /// Its path, with placeholders.
    pub(super) fn template(&self) -> &str {
        &self.template
    }

    /// How many segments are open; of two operations that fit, the plainer one is meant.
    pub(super) fn placeholders(&self) -> usize {
        let template = segments(&self.template);
        template.iter().filter(|part| is_placeholder(part)).count()
    }

    /// What is wrong with a request.
    pub(super) fn faults(&self, sent: &Sent, book: &Book) -> Vec<String> {
        let mut faults = self.path_faults(sent, book);
        faults.extend(self.query_faults(sent, book));
        match &self.body {
            Some(body) => faults.extend(body.faults(sent, book)),
            None if sent.body.is_empty() && sent.content_type.is_none() => {}
            None => faults.push("a body where none belongs".to_owned()),
        }
        faults
    }

    fn path_faults(&self, sent: &Sent, book: &Book) -> Vec<String> {
        let mut faults = Vec::new();
        for (template, segment) in segments(&self.template).iter().zip(segments(path_of(sent))) {
            let declared = self.parameters.iter().find(|parameter| {
                parameter.place == Place::Path && *template == format!("{{{}}}", parameter.name)
            });
            if let Some(parameter) = declared {
                faults.extend(parameter.fault(&Json::from(decoded(segment)), book));
            }
        }
        faults
    }

    fn query_faults(&self, sent: &Sent, book: &Book) -> Vec<String> {
        let query = sent.path.split_once('?').map_or("", |(_, query)| query);
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let mut faults = Vec::new();
        let declared = || {
            self.parameters
                .iter()
                .filter(|parameter| parameter.place == Place::Query)
        };
        for (name, _) in &pairs {
            if !declared().any(|parameter| parameter.takes(name)) {
                faults.push(format!("the parameter `{name}` is not in the contract"));
            }
        }
        for parameter in declared() {
            match parameter.value(&pairs) {
                Some(value) => faults.extend(parameter.fault(&value, book)),
                None if parameter.required => {
                    faults.push(format!("the parameter `{}` is missing", parameter.name));
                }
                None => {}
            }
        }
        faults
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.vendor, self.method, self.template)
    }
}

impl Parameter {
    /// Headers are left out: those that contracts name are for other clients than ours.
    fn read(json: &Json, sheet: &mut impl FnMut(&Json) -> SheetId) -> Option<Self> {
        let place = match json["in"].as_str().unwrap() {
            "path" => Place::Path,
            "query" => Place::Query,
            _ => return None,
        };
        Some(Self {
            name: json["name"].as_str().unwrap().to_owned(),
            place,
            required: json["required"] == true,
            deep: json["style"] == "deepObject",
            sheet: sheet(&json["schema"]),
        })
    }

    fn takes(&self, name: &str) -> bool {
        let inner = name.strip_prefix(&self.name);
        match inner {
            Some("") => !self.deep,
            Some(inner) => self.deep && inner.starts_with('[') && inner.ends_with(']'),
            None => false,
        }
    }

    /// What the query says for it.
    fn value(&self, pairs: &[(String, String)]) -> Option<Json> {
        let mut own = pairs.iter().filter(|(name, _)| self.takes(name)).peekable();
        own.peek()?;
        if !self.deep {
            let values: Vec<Json> = own.map(|(_, value)| Json::from(value.as_str())).collect();
            return Some(match <[Json; 1]>::try_from(values) {
                Ok([one]) => one,
                Err(several) => Json::from(several),
            });
        }
        let mut whole = Json::Object(Map::new());
        for (name, value) in own {
            let inner = &name[self.name.len()..];
            let mut place = &mut whole;
            for key in inner.trim_matches(['[', ']']).split("][") {
                place = &mut place[key];
            }
            *place = Json::from(value.as_str());
        }
        Some(whole)
    }

    /// Text on the line is a text, a number or a truth value, as the schema will have it.
    fn fault(&self, value: &Json, book: &Book) -> Option<String> {
        let wrong = book.check(self.sheet, value).err()?;
        if book.check(self.sheet, &typed(value)).is_ok() {
            return None;
        }
        Some(format!("the parameter `{}` is {value}: {wrong}", self.name))
    }
}

/// The same with numbers and truth values in place of the texts that say them.
pub(super) fn typed(value: &Json) -> Json {
    match value {
        Json::String(text) => serde_json::from_str(text)
            .ok()
            .filter(|json: &Json| json.is_number() || json.is_boolean())
            .unwrap_or_else(|| value.clone()),
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), typed(value)))
            .collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) => value.clone(),
    }
}

fn path_of(sent: &Sent) -> &str {
    sent.path.split('?').next().unwrap()
}

fn segments(path: &str) -> Vec<&str> {
    path.split('/').collect()
}

fn is_placeholder(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}

fn decoded(segment: &str) -> String {
    // the form's decoding, in which a plus is a space
    let form = format!("={}", segment.replace('+', "%2B"));
    let (_, value) = form_urlencoded::parse(form.as_bytes()).next().unwrap();
    value.into_owned()
}
