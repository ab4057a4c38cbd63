use super::SopsError;
use super::rules::{Form, Rule};
use super::yaml::{Kind, Node, Time};

/// The `sops` block of a file.
pub(super) struct Meta {
    pub(super) age: Vec<AgeEntry>,
    /// Key services besides age that also hold the data key, such as `pgp`.
    pub(super) others: Vec<&'static str>,
    /// Key groups, if there are several: the data key is split among them.
    pub(super) groups: usize,
    pub(super) rule: Rule,
    pub(super) mac_only_encrypted: bool,
    /// As sops formats it, since it is the additional data of the MAC.
    pub(super) lastmodified: String,
    pub(super) mac: Option<String>,
}

/// One recipient and the data key wrapped for it.
pub(super) struct AgeEntry {
    pub(super) recipient: String,
    /// An armored age file.
    pub(super) enc: String,
}

const OTHERS: [&str; 6] = ["pgp", "kms", "gcp_kms", "azure_kv", "hc_vault", "hckms"];

impl Meta {
    /// Reads the block of the first document.
    pub(super) fn read(documents: &[Node]) -> Result<Self, SopsError> {
        let block = documents
            .first()
            .and_then(|document| document.entry("sops"))
            .ok_or(SopsError::NotSops)?;
        let block = &block.value;
        if !matches!(block.kind, Kind::Map(_)) {
            return Err(bad("`sops` is not a mapping"));
        }
        let groups = list(block, "key_groups")?;
        let (keys, groups) = match (has_keys(block)?, groups.as_slice()) {
            (true, _) | (false, []) => (block, 1),
            (false, [only]) => (*only, 1),
            (false, [first, ..]) => (*first, groups.len()),
        };
        let mut others = Vec::new();
        for name in OTHERS {
            if !list(keys, name)?.is_empty() {
                others.push(name);
            }
        }
        let age = list(keys, "age")?
            .into_iter()
            .map(|entry| AgeEntry {
                recipient: text(entry, "recipient").unwrap_or_default().to_owned(),
                enc: text(entry, "enc").unwrap_or_default().to_owned(),
            })
            .collect();
        let lastmodified = text(block, "lastmodified")
            .and_then(|time| Time::from_rfc3339(time).or_else(|| Time::from_yaml(time)))
            .ok_or_else(|| bad("`lastmodified` is missing or no time"))?;
        Ok(Self {
            age,
            others,
            groups,
            rule: rule(block)?,
            mac_only_encrypted: switch(block, "mac_only_encrypted")?,
            lastmodified: lastmodified.rfc3339(),
            mac: text(block, "mac").map(str::to_owned),
        })
    }
}

fn bad(what: &str) -> SopsError {
    SopsError::BadMetadata {
        what: what.to_owned(),
    }
}

fn rule(block: &Node) -> Result<Rule, SopsError> {
    let mut rules = Form::ALL
        .into_iter()
        .filter_map(|form| text(block, form.name()).map(|text| Rule::new(form, text)));
    match (rules.next(), rules.next()) {
        (None, _) => Ok(Rule::default()),
        (Some(rule), None) => Ok(rule),
        (Some(one), Some(other)) => Err(bad(&format!(
            "`{}` and `{}` exclude each other",
            one.form().name(),
            other.form().name()
        ))),
    }
}

fn has_keys(block: &Node) -> Result<bool, SopsError> {
    for name in OTHERS.into_iter().chain(["age"]) {
        if !list(block, name)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whatever scalar stands there as text, as sops' lenient decoding has it; empty is absent.
fn text<'n>(block: &'n Node, name: &str) -> Option<&'n str> {
    let node = &block.entry(name)?.value;
    let text = node.scalar().filter(|_| !node.is_null())?.text.as_str();
    (!text.is_empty()).then_some(text)
}

/// A list of mappings; null and absent are empty.
fn list<'n>(block: &'n Node, name: &str) -> Result<Vec<&'n Node>, SopsError> {
    let Some(entry) = block.entry(name) else {
        return Ok(Vec::new());
    };
    match &entry.value.kind {
        Kind::List(items) => Ok(items.iter().map(|item| &item.value).collect()),
        Kind::Scalar(_) if entry.value.is_null() => Ok(Vec::new()),
        Kind::Scalar(_) | Kind::Map(_) => Err(bad(&format!("`{name}` is not a list"))),
    }
}

fn switch(block: &Node, name: &str) -> Result<bool, SopsError> {
    match text(block, name) {
        None => Ok(false),
        Some(text) => parse_bool(text).ok_or_else(|| bad(&format!("`{name}` is not a boolean"))),
    }
}

/// The spellings that Go's `strconv.ParseBool` takes.
pub(super) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "True" | "TRUE" => Some(true),
        "0" | "f" | "F" | "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}
