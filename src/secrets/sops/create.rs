use jiff::Timestamp;

use super::age::wrap;
use super::cipher::DataKey;
use super::edit::{edit, sealed};
use super::format::Format;
use super::keys::Holder;
use super::node::{Kind, Node};
use super::piece::Piece;
use super::rules::Rule;
use super::service::KeyServices;
use super::spot::{Spot, What};
use super::stamp::{VERSION, stamp, time};
use super::tree::Plain;
use super::{SopsError, SopsFile, gpg, shamir};
use crate::base::Secret;
use crate::secrets::Environment;

/// Whom a new file is for, and which of its values are encrypted.
#[derive(Clone)]
pub(in crate::secrets) struct Plan {
    /// Each of several groups gets a share of the data key, a single one all of it.
    pub(super) groups: Vec<Vec<Holder>>,
    /// How many groups shall be needed; 0 for all.
    pub(super) threshold: usize,
    pub(super) rule: Rule,
    pub(super) mac_only_encrypted: bool,
}

impl Plan {
    /// For age recipients, under the rule that sops takes where none is said.
    pub(in crate::secrets) fn for_age(recipients: &[String]) -> Self {
        Self {
            groups: vec![recipients.iter().cloned().map(Holder::Age).collect()],
            threshold: 0,
            rule: Rule::default(),
            mac_only_encrypted: false,
        }
    }

    /// For those who can open another file, under its rule.
    pub(in crate::secrets) fn like(file: &SopsFile) -> Self {
        let meta = &file.meta;
        let holders = |group: &Vec<super::keys::MasterKey>| {
            group.iter().map(|key| key.holder.clone()).collect()
        };
        Self {
            groups: meta.groups.iter().map(holders).collect(),
            threshold: if meta.groups.len() > 1 {
                meta.threshold
            } else {
                0
            },
            rule: meta.rule.clone(),
            mac_only_encrypted: meta.mac_only_encrypted,
        }
    }

    /// The same, but under the usual rule where its own would leave one of the values in clear.
    pub(in crate::secrets) fn covering(mut self, values: &[(&str, &Secret)]) -> Self {
        let covers = values.iter().all(|(path, _)| {
            let keys: Vec<&str> = path.split('.').collect();
            self.rule.encrypts(&keys, &[])
        });
        if !covers {
            self.rule = Rule::default();
        }
        self
    }
}

/// Makes the text of a new file that age recipients can open, with values at dotted paths.
pub fn create(
    name: &std::path::Path,
    recipients: &[String],
    values: &[(&str, &Secret)],
    now: Timestamp,
) -> Result<String, SopsError> {
    let plan = Plan::for_age(recipients);
    make(
        Format::of(name),
        &plan,
        values,
        &Environment::default(),
        now,
    )
}

/// Makes the text of a new file; the environment is for `gpg` and key services.
pub(in crate::secrets) fn make(
    format: Format,
    plan: &Plan,
    values: &[(&str, &Secret)],
    environment: &Environment,
    now: Timestamp,
) -> Result<String, SopsError> {
    if plan.groups.is_empty() || plan.groups.iter().any(Vec::is_empty) {
        return Err(SopsError::NoRecipients);
    }
    let key = DataKey::random();
    let mut block = keys(plan, &key, environment, now)?;
    let text = |text: &str| Piece::Clear(Plain::Text(Secret::new(text)));
    block.push(("lastmodified".to_owned(), text(&time(now))));
    // taken over by the stamp
    block.push(("mac".to_owned(), text("-")));
    block.push((plan.rule.form().name().to_owned(), text(plan.rule.text())));
    block.push(("version".to_owned(), text(VERSION)));
    if plan.mac_only_encrypted {
        block.push((
            "mac_only_encrypted".to_owned(),
            Piece::Clear(Plain::Bool(true)),
        ));
    }
    let text = blank(format, block);
    let text = stamp(format, &text, &key, now)?;
    let empty = SopsFile::open_with(format, &text, &key)?;
    Ok(edit(text.as_bytes(), &empty, &sealed(values), now)?.unwrap_or(text))
}

/// The lists of keys, with the data key or its shares wrapped for each of them.
fn keys(
    plan: &Plan,
    key: &DataKey,
    environment: &Environment,
    now: Timestamp,
) -> Result<Vec<(String, Piece)>, SopsError> {
    let mut services = KeyServices::new(environment);
    let mut lists = |group: &[Holder], share: &[u8]| -> Result<Vec<(String, Piece)>, SopsError> {
        let mut lists: Vec<(String, Vec<Piece>)> = Vec::new();
        for holder in group {
            let entry = wrapped(holder, share, environment, &mut services, now)?;
            match lists.iter_mut().find(|(name, _)| name == holder.list()) {
                Some((_, entries)) => entries.push(entry),
                None => lists.push((holder.list().to_owned(), vec![entry])),
            }
        }
        lists.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(lists
            .into_iter()
            .map(|(name, entries)| (name, Piece::List(entries)))
            .collect())
    };
    if let [group] = plan.groups.as_slice() {
        return lists(group, key.expose());
    }
    let unsupported = |what: &str| SopsError::Unsupported {
        what: what.to_owned(),
        hint: "mend the creation rule in `.sops.yaml`",
    };
    let count = u8::try_from(plan.groups.len()).map_err(|_| unsupported("so many key groups"))?;
    let threshold = match u8::try_from(plan.threshold) {
        Ok(0) => count,
        Ok(threshold @ 2..) if threshold <= count => threshold,
        Ok(_) | Err(_) => {
            return Err(unsupported(
                "a `shamir_threshold` below 2 or above the number of groups",
            ));
        }
    };
    let shares = shamir::split(key.expose(), count, threshold);
    let groups = plan
        .groups
        .iter()
        .zip(&shares)
        .map(|(group, share)| lists(group, share).map(Piece::Map))
        .collect::<Result<_, _>>()?;
    Ok(vec![
        ("key_groups".to_owned(), Piece::List(groups)),
        (
            "shamir_threshold".to_owned(),
            Piece::Clear(Plain::Int(threshold.into())),
        ),
    ])
}

/// The entry of one key, its names in order as sops has them.
fn wrapped(
    holder: &Holder,
    share: &[u8],
    environment: &Environment,
    services: &mut KeyServices<'_>,
    now: Timestamp,
) -> Result<Piece, SopsError> {
    let failed = |why| SopsError::NotWrapped {
        recipient: holder.name(),
        why,
    };
    let text = |text: &str| Piece::Clear(Plain::Text(Secret::new(text)));
    let mut entry = Vec::new();
    let enc = match holder {
        Holder::Age(recipient) => {
            entry.push(("recipient".to_owned(), text(recipient)));
            match wrap(share, recipient) {
                // an age key that is not built in may still be one that `sops` knows
                Err(SopsError::Unsupported { .. }) => {
                    services.encrypt(holder, share).map_err(failed)?
                }
                wrapped => wrapped?,
            }
        }
        Holder::Pgp(fingerprint) => {
            entry.push(("created_at".to_owned(), text(&time(now))));
            entry.push(("fp".to_owned(), text(fingerprint)));
            gpg::encrypt(share, fingerprint, environment).map_err(failed)?
        }
        Holder::Service(key) => {
            entry.push(("created_at".to_owned(), text(&time(now))));
            for (name, _, value) in key.fields() {
                entry.push((name.to_owned(), text(value)));
            }
            if !key.context.is_empty() {
                let context = key.context.iter();
                let context = context.map(|(name, value)| (name.clone(), text(value)));
                entry.push(("context".to_owned(), Piece::Map(context.collect())));
            }
            services.encrypt(holder, share).map_err(failed)?
        }
    };
    entry.push(("enc".to_owned(), text(&enc)));
    entry.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(Piece::Map(entry))
}

/// A file that holds nothing but its metadata.
fn blank(format: Format, mut block: Vec<(String, Piece)>) -> String {
    block.sort_by(|one, other| one.0.cmp(&other.0));
    let text = format.blank();
    let document = Node {
        kind: Kind::Map(Vec::new()),
        start: 0,
        end: text.trim_end().len(),
        shared: false,
        flow: false,
    };
    let spot = Spot {
        what: What::Key {
            owner: None,
            map: &document,
            key: "sops".to_owned(),
        },
        keys: Vec::new(),
        way: Vec::new(),
        comments: Vec::new(),
        flow: false,
    };
    format
        .put(text, &document, &spot, &Piece::Map(block))
        .expect("an empty file takes its metadata")
}
