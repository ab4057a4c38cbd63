mod editing;
mod opening;

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{Format, Keyring, SopsError, SopsFile, create, meta, set, stamp};
use crate::base::Secret;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/sops")
        .join(name)
}

fn keyring() -> Keyring {
    let key = fixture("keys/test-age-a.txt");
    Keyring::new(
        [("SOPS_AGE_KEY_FILE", key)].into_iter().collect(),
        Vec::new(),
    )
}

fn now() -> Timestamp {
    "2027-01-02T03:04:05.678Z".parse().expect("a time")
}

fn open(text: &str) -> Result<SopsFile, SopsError> {
    SopsFile::open(Path::new("x.yaml"), text.as_bytes(), &keyring())
}

fn put(text: &str, path: &str, value: &str) -> Result<String, SopsError> {
    let value = Secret::new(value);
    let values = [(path, &value)];
    let edited = set(
        Path::new("x.yaml"),
        text.as_bytes(),
        &keyring(),
        &values,
        now(),
    )?;
    Ok(edited.expect("something changes"))
}

/// The text at a path of the first document, if it is encrypted.
fn value(text: &str, path: &str) -> Option<String> {
    let opened = open(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let leaves = opened.documents()[0].leaves();
    let leaf = leaves
        .into_iter()
        .find(|(way, _)| way.join(".") == path)?
        .1?;
    leaf.encrypted
        .then(|| leaf.value.to_text().expose().to_owned())
}

/// A file of ours under the rule, with what stands in its clear part given as text.
fn file(rule: &str, clear: &str) -> String {
    let recipient = "age1j63q759288eztalq4wq65en7l7zd7tduj4r75xrsdzlla8d38puss0t3zj";
    let text =
        create(Path::new("x.yaml"), &[recipient.to_owned()], &[], now()).expect("it is made");
    let text = text.replace("unencrypted_suffix: \"_unencrypted\"", rule);
    let nodes = Format::Yaml.parse(&text).expect("yaml");
    let key = keyring().unwrap(&meta::Meta::read(&nodes).expect("sops"));
    let key = key.expect("it is for us");
    stamp::stamp(Format::Yaml, &format!("{clear}{text}"), &key, now()).expect("it is typed")
}
