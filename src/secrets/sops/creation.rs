//! The creation rules of `.sops.yaml`: whom a new file is for.

use std::path::{Path, PathBuf};

use regex::Regex;

use super::SopsError;
use super::create::Plan;
use super::keys::{Holder, SERVICES, ServiceKey};
use super::meta::{list, rule, switch, text};
use super::node::{Kind, Node};
use super::yaml::parse;
use crate::secrets::Environment;

const FILE: &str = ".sops.yaml";

/// The configuration that holds for a file: the nearest one above it, or what `SOPS_CONFIG` names.
///
/// sops looks from the working folder upwards; a document's files may be somewhere else.
pub(in crate::secrets) fn config_of(file: &Path, environment: &Environment) -> Option<PathBuf> {
    environment.path("SOPS_CONFIG").or_else(|| {
        let folders = file.ancestors().skip(1);
        folders
            .map(|folder| folder.join(FILE))
            .find(|config| config.is_file())
    })
}

/// The first rule that fits a file, given with its whole path; `None` when none does.
pub(in crate::secrets) fn plan_for(
    config: &Path,
    content: &str,
    file: &Path,
) -> Result<Option<Plan>, SopsError> {
    let documents = parse(content).map_err(|malformed| SopsError::BadConfig {
        file: config.to_owned(),
        what: format!("{} (line {})", malformed.reason, malformed.line),
    })?;
    let bad = |what: String| SopsError::BadConfig {
        file: config.to_owned(),
        what,
    };
    let Some(document) = documents.first() else {
        return Ok(None);
    };
    let folder = config.parent().unwrap_or(Path::new(""));
    let path = file.strip_prefix(folder).unwrap_or(file);
    let path = path.to_string_lossy();
    for creation in list(document, "creation_rules").map_err(|error| bad(told(error)))? {
        let fits = match text(creation, "path_regex") {
            None => true,
            Some(pattern) => Regex::new(pattern)
                .map_err(|_| bad(format!("`path_regex` `{pattern}` is no regular expression")))?
                .is_match(&path),
        };
        if fits {
            return plan(creation).map(Some).map_err(|error| bad(told(error)));
        }
    }
    Ok(None)
}

/// What is wrong, without the words about a `sops` block.
fn told(error: SopsError) -> String {
    if let SopsError::BadMetadata { what } = error {
        what
    } else {
        error.to_string()
    }
}

fn plan(creation: &Node) -> Result<Plan, SopsError> {
    let groups = list(creation, "key_groups")?;
    let groups = if groups.is_empty() {
        vec![flat(creation)?]
    } else {
        groups.into_iter().map(group).collect::<Result<_, _>>()?
    };
    let threshold = text(creation, "shamir_threshold").unwrap_or("0");
    Ok(Plan {
        groups,
        threshold: threshold
            .parse()
            .map_err(|_| bad("`shamir_threshold` is not a number"))?,
        rule: rule(creation)?,
        mac_only_encrypted: switch(creation, "mac_only_encrypted")?,
    })
}

fn bad(what: &str) -> SopsError {
    SopsError::BadMetadata {
        what: what.to_owned(),
    }
}

/// The keys of a rule without groups: texts with commas, or lists.
fn flat(creation: &Node) -> Result<Vec<Holder>, SopsError> {
    let mut holders = Vec::new();
    holders.extend(texts(creation, "age")?.into_iter().map(Holder::Age));
    let fingerprints = texts(creation, "pgp")?;
    holders.extend(
        fingerprints
            .iter()
            .map(|fp| Holder::Pgp(fp.replace(' ', ""))),
    );
    let profile = text(creation, "aws_profile").unwrap_or_default();
    for arn in texts(creation, "kms")? {
        let arn = arn.replace(' ', "");
        let (arn, role) = match arn.find("+arn:") {
            Some(plus) => arn.split_at(plus),
            None => (arn.as_str(), ""),
        };
        let role = role.trim_start_matches('+');
        holders.push(service("kms", &[arn, role, profile])?);
    }
    for resource in texts(creation, "gcp_kms")? {
        holders.push(service("gcp_kms", &[&resource])?);
    }
    for key in texts(creation, "hckms")? {
        holders.push(service("hckms", &[&key])?);
    }
    for url in texts(creation, "azure_keyvault")? {
        holders.push(azure(&url)?);
    }
    for uri in texts(creation, "hc_vault_transit_uri")? {
        holders.push(vault(&uri)?);
    }
    Ok(unique(holders))
}

/// The keys of one group, with those of the groups that it merges.
fn group(node: &Node) -> Result<Vec<Holder>, SopsError> {
    let mut holders = Vec::new();
    for merged in list(node, "merge")? {
        holders.extend(group(merged)?);
    }
    holders.extend(texts(node, "age")?.into_iter().map(Holder::Age));
    let fingerprints = texts(node, "pgp")?;
    holders.extend(
        fingerprints
            .iter()
            .map(|fp| Holder::Pgp(fp.replace(' ', ""))),
    );
    let field = |node, name| text(node, name).unwrap_or_default();
    for key in list(node, "kms")? {
        let values = [
            field(key, "arn"),
            field(key, "role"),
            field(key, "aws_profile"),
        ];
        let mut holder = service("kms", &values)?;
        if let (Holder::Service(kms), Some(context)) = (&mut holder, key.entry("context")) {
            let entries = context.value.entries().iter();
            kms.context = entries
                .filter_map(|entry| Some((entry.key.clone(), entry.value.scalar()?.text.clone())))
                .collect();
        }
        holders.push(holder);
    }
    for key in list(node, "gcp_kms")? {
        holders.push(service("gcp_kms", &[field(key, "resource_id")])?);
    }
    for key in list(node, "hckms")? {
        holders.push(service("hckms", &[field(key, "key_id")])?);
    }
    for key in list(node, "azure_keyvault")? {
        let values = [
            field(key, "vaultUrl"),
            field(key, "key"),
            field(key, "version"),
        ];
        holders.push(service("azure_kv", &values)?);
    }
    for uri in texts(node, "hc_vault")? {
        holders.push(vault(&uri)?);
    }
    Ok(unique(holders))
}

fn unique(holders: Vec<Holder>) -> Vec<Holder> {
    let mut kept: Vec<Holder> = Vec::new();
    for holder in holders {
        if !kept.contains(&holder) {
            kept.push(holder);
        }
    }
    kept
}

/// A text with commas, or a list of texts.
fn texts(node: &Node, name: &str) -> Result<Vec<String>, SopsError> {
    let Some(entry) = node.entry(name) else {
        return Ok(Vec::new());
    };
    let whole: Vec<&str> = match &entry.value.kind {
        Kind::Scalar(_) => text(node, name).into_iter().collect(),
        Kind::List(items) => items
            .iter()
            .filter_map(|item| item.value.scalar())
            .map(|scalar| scalar.text.as_str())
            .collect(),
        Kind::Map(_) => return Err(bad(&format!("`{name}` is a mapping"))),
    };
    let parts = whole.iter().flat_map(|text| text.split(','));
    let parts = parts.map(str::trim).filter(|part| !part.is_empty());
    Ok(parts.map(str::to_owned).collect())
}

fn service(list: &str, values: &[&str]) -> Result<Holder, SopsError> {
    let service = SERVICES
        .iter()
        .find(|service| service.list == list)
        .ok_or_else(|| bad(&format!("`{list}` is not known")))?;
    if values.first().is_none_or(|first| first.is_empty()) {
        return Err(bad(&format!("a key of `{list}` has no name")));
    }
    Ok(Holder::Service(ServiceKey {
        service,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
        context: Vec::new(),
    }))
}

/// `https://vault.vault.azure.net/keys/name/version`.
fn azure(url: &str) -> Result<Holder, SopsError> {
    let parts = url.split_once("/keys/").and_then(|(vault, key)| {
        let (name, version) = key.split_once('/')?;
        Some([vault, name, version])
    });
    let parts =
        parts.ok_or_else(|| bad(&format!("`{url}` is no key of Azure with its version")))?;
    service("azure_kv", &parts)
}

/// `https://vault:8200/v1/transit/keys/name`.
fn vault(uri: &str) -> Result<Holder, SopsError> {
    let wrong = || {
        bad(&format!(
            "`{uri}` is no key of Vault, such as `https://vault:8200/v1/transit/keys/name`"
        ))
    };
    let parsed = url::Url::parse(uri).map_err(|_| wrong())?;
    let path = parsed.path().trim_matches('/').to_owned();
    let (engine, name) = path
        .strip_prefix("v1/")
        .and_then(|path| path.rsplit_once("/keys/"))
        .ok_or_else(wrong)?;
    let address = uri.split(parsed.path()).next().ok_or_else(wrong)?;
    service("hc_vault", &[address, engine, name])
}

#[cfg(test)]
mod tests;
