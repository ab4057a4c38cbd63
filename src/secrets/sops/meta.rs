use super::SopsError;
use super::keys::{Group, Holder, MasterKey, SERVICES, Service, ServiceKey};
use super::node::{Kind, Node};
use super::rules::{Form, Rule};
use super::yaml::Time;

/// The `sops` block of a file.
pub(super) struct Meta {
    /// Each of several groups holds a share of the data key, a single one all of it.
    pub(super) groups: Vec<Group>,
    /// How many groups are needed, where there are several.
    pub(super) threshold: usize,
    pub(super) rule: Rule,
    pub(super) mac_only_encrypted: bool,
    /// As sops formats it, since it is the additional data of the MAC.
    pub(super) lastmodified: String,
    pub(super) mac: Option<String>,
}

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
        let top = group(block)?;
        let groups = if top.is_empty() {
            list(block, "key_groups")?
                .into_iter()
                .map(group)
                .collect::<Result<_, _>>()?
        } else {
            vec![top]
        };
        let threshold = match text(block, "shamir_threshold") {
            None => 0,
            Some(text) => text
                .parse()
                .map_err(|_| bad("`shamir_threshold` is not a number"))?,
        };
        let lastmodified = text(block, "lastmodified")
            .and_then(|time| Time::from_rfc3339(time).or_else(|| Time::from_yaml(time)))
            .ok_or_else(|| bad("`lastmodified` is missing or no time"))?;
        Ok(Self {
            threshold: if threshold == 0 {
                groups.len()
            } else {
                threshold
            },
            groups,
            rule: rule(block)?,
            mac_only_encrypted: switch(block, "mac_only_encrypted")?,
            lastmodified: lastmodified.rfc3339(),
            mac: text(block, "mac").map(str::to_owned),
        })
    }

    /// All keys of all groups.
    pub(super) fn keys(&self) -> impl Iterator<Item = &MasterKey> {
        self.groups.iter().flatten()
    }
}

/// The keys of a mapping that has a list for each kind, in the order that sops keeps them in.
fn group(block: &Node) -> Result<Group, SopsError> {
    let mut keys = Group::new();
    let field = |node, name| text(node, name).unwrap_or_default().to_owned();
    let mut add = |holder, node| {
        keys.push(MasterKey {
            holder,
            enc: field(node, "enc"),
        });
    };
    for service in &SERVICES {
        for node in list(block, service.list)? {
            add(Holder::Service(service_key(service, node)), node);
        }
    }
    for node in list(block, "pgp")? {
        add(Holder::Pgp(field(node, "fp")), node);
    }
    for node in list(block, "age")? {
        add(Holder::Age(field(node, "recipient")), node);
    }
    Ok(keys)
}

fn service_key(service: &'static Service, node: &Node) -> ServiceKey {
    let values = service
        .fields
        .iter()
        .map(|(name, _)| text(node, name).unwrap_or_default().to_owned())
        .collect();
    let context = node.entry("context").map(|entry| entry.value.entries());
    let context = context.unwrap_or_default().iter().filter_map(|entry| {
        let value = entry.value.scalar()?.text.clone();
        Some((entry.key.clone(), value))
    });
    ServiceKey {
        service,
        values,
        context: context.collect(),
    }
}

fn bad(what: &str) -> SopsError {
    SopsError::BadMetadata {
        what: what.to_owned(),
    }
}

pub(super) fn rule(block: &Node) -> Result<Rule, SopsError> {
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

/// Whatever scalar stands there as text, as sops' lenient decoding has it; empty is absent.
pub(super) fn text<'n>(block: &'n Node, name: &str) -> Option<&'n str> {
    let node = &block.entry(name)?.value;
    let text = node.scalar().filter(|_| !node.is_null())?.text.as_str();
    (!text.is_empty()).then_some(text)
}

/// A list of mappings; null, the empty text and absent are empty.
pub(super) fn list<'n>(block: &'n Node, name: &str) -> Result<Vec<&'n Node>, SopsError> {
    let Some(entry) = block.entry(name) else {
        return Ok(Vec::new());
    };
    match &entry.value.kind {
        Kind::List(items) => Ok(items.iter().map(|item| &item.value).collect()),
        Kind::Scalar(scalar) if entry.value.is_null() || scalar.text.is_empty() => Ok(Vec::new()),
        Kind::Scalar(_) | Kind::Map(_) => Err(bad(&format!("`{name}` is not a list"))),
    }
}

pub(super) fn switch(block: &Node, name: &str) -> Result<bool, SopsError> {
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
