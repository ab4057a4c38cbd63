use std::fmt::Write as _;

use jiff::Timestamp;

use super::age::wrap;
use super::cipher::DataKey;
use super::edit::edit;
use super::rules::Rule;
use super::stamp::{VERSION, stamp, time};
use super::{SopsError, SopsFile};
use crate::base::Secret;

/// Makes the text of a new file that the recipients can open, with values at dotted paths.
pub fn create(
    recipients: &[String],
    values: &[(&str, &Secret)],
    now: Timestamp,
) -> Result<String, SopsError> {
    make(recipients, &Rule::default(), false, values, now)
}

/// Makes the text of a new file for those who can open another one, under its rule.
///
/// Where that rule would leave a value in clear, the default rule is taken instead.
pub(in crate::secrets) fn create_like(
    reference: &SopsFile,
    values: &[(&str, &Secret)],
    now: Timestamp,
) -> Result<String, SopsError> {
    let meta = &reference.meta;
    if meta.groups > 1 || !meta.others.is_empty() {
        return Err(SopsError::Unsupported {
            what: "making a file for keys other than age".to_owned(),
            hint: "create the file with `sops encrypt`, then it can be added to",
        });
    }
    let recipients: Vec<String> = reference.recipients().map(str::to_owned).collect();
    let covers = values.iter().all(|(path, _)| {
        let keys: Vec<&str> = path.split('.').collect();
        meta.rule.encrypts(&keys, &[])
    });
    let fallback = Rule::default();
    let rule = if covers { &meta.rule } else { &fallback };
    make(&recipients, rule, meta.mac_only_encrypted, values, now)
}

fn make(
    recipients: &[String],
    rule: &Rule,
    mac_only_encrypted: bool,
    values: &[(&str, &Secret)],
    now: Timestamp,
) -> Result<String, SopsError> {
    if recipients.is_empty() {
        return Err(SopsError::NoRecipients);
    }
    let key = DataKey::random();
    let mut age = "    age:\n".to_owned();
    for recipient in recipients {
        age.push_str("        - enc: |\n");
        for line in wrap(&key, recipient)?.lines() {
            let _ = writeln!(age, "            {line}");
        }
        let _ = writeln!(age, "          recipient: {}", plain(recipient));
    }
    let mut block = vec![
        age,
        format!("    lastmodified: \"{}\"\n", time(now)),
        "    mac: \"\"\n".to_owned(),
        format!(
            "    {}: {}\n",
            rule.form().name(),
            serde_json::Value::from(rule.text())
        ),
        format!("    version: {VERSION}\n"),
    ];
    if mac_only_encrypted {
        block.push("    mac_only_encrypted: true\n".to_owned());
    }
    // by name, as sops does
    block.sort();
    let text = stamp(&format!("sops:\n{}", block.concat()), &key, now)?;
    let empty = SopsFile::open_with(&text, &key)?;
    Ok(edit(text.as_bytes(), &empty, values, now)?.unwrap_or(text))
}

/// A recipient as sops writes it; the comment of an SSH key may hold anything.
fn plain(recipient: &str) -> String {
    let harmless = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b' ' | b'+' | b'/' | b'=' | b'-' | b'.' | b'@' | b'_')
    };
    if recipient.bytes().all(harmless) {
        recipient.to_owned()
    } else {
        serde_json::Value::from(recipient).to_string()
    }
}
