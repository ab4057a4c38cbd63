use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;

use super::command::split;
use super::*;
use crate::base::Secret;
use crate::secrets::Environment;
use crate::secrets::sops::{Keyring, SopsError, SopsFile, create};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/sops")
        .join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(fixture(name)).expect("it is a fixture")
}

fn open(file: &str, environment: Environment, key_files: Vec<PathBuf>) -> Result<(), SopsError> {
    let file = fixture(file);
    let bytes = fs::read(&file).expect("it is a fixture");
    SopsFile::open(&file, &bytes, &Keyring::new(environment, key_files)).map(|_| ())
}

fn with(name: &str, value: impl Into<std::ffi::OsString>) -> Environment {
    [(name, value.into())].into_iter().collect()
}

/// What was said of a place that did not serve.
fn why(result: Result<(), SopsError>, place: &str) -> String {
    let Err(SopsError::NoKey { tried, .. }) = result else {
        panic!("it should not open: {result:?}")
    };
    let found = tried.iter().find(|tried| tried.place.contains(place));
    found.unwrap_or_else(|| panic!("{tried:?}")).why.clone()
}

const FILE: &str = "real/secrets.enc.yaml";
const SSH: &str = "real/ssh-ed25519.enc.yaml";

#[test]
fn each_place_of_sops_serves() {
    let key = text("keys/test-age-a.txt");
    let other = text("keys/test-age-b.txt");
    let secret = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("AGE-"));
        line.expect("an identity").to_owned()
    };
    let home = tempfile::tempdir().expect("a folder");
    for folder in [".ssh", ".config/sops/age", "xdg/sops/age"] {
        fs::create_dir_all(home.path().join(folder)).expect("a folder");
    }
    let put = |name: &str, text: &str| fs::write(home.path().join(name), text).expect("written");
    put(".ssh/id_ed25519", &text("keys/test-ssh-ed25519"));
    put("xdg/sops/age/keys.txt", &key);
    let cat = |name: &str| format!("cat '{}'", fixture(name).display());
    let places = [
        (FILE, with("SOPS_AGE_KEY", key.clone())),
        (
            FILE,
            with(
                "SOPS_AGE_KEY",
                format!(" {} {} ", secret(&other), secret(&key)),
            ),
        ),
        (
            FILE,
            with("SOPS_AGE_KEY_FILE", fixture("keys/test-age-a.txt")),
        ),
        (FILE, with("SOPS_AGE_KEY_CMD", cat("keys/test-age-a.txt"))),
        (FILE, with("XDG_CONFIG_HOME", home.path().join("xdg"))),
        (
            SSH,
            with(
                "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
                fixture("keys/test-ssh-ed25519"),
            ),
        ),
        (
            SSH,
            with("SOPS_AGE_SSH_PRIVATE_KEY_CMD", cat("keys/test-ssh-ed25519")),
        ),
        (SSH, with("HOME", home.path())),
    ];
    for (at, (file, environment)) in places.into_iter().enumerate() {
        let path = std::env::var_os("PATH").expect("a path");
        let environment: Environment = environment
            .all()
            .map(|(name, value)| (name.clone(), value.clone()))
            .chain([("PATH".into(), path)])
            .collect();
        open(file, environment, Vec::new()).unwrap_or_else(|error| panic!("{at}: {error}"));
    }
    for file in ["keys/test-age-a.txt", "keys/test-ssh-ed25519"] {
        let sops = if file.contains("ssh") { SSH } else { FILE };
        open(sops, Environment::default(), vec![fixture(file)]).expect("the document names it");
    }
}

#[test]
fn keys_txt_in_the_home_is_not_looked_at_when_xdg_says_otherwise() {
    let home = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(home.path().join(".config/sops/age")).expect("a folder");
    let file = home.path().join(".config/sops/age/keys.txt");
    fs::write(file, text("keys/test-age-a.txt")).expect("written");
    let environment = |xdg: bool| -> Environment {
        let xdg = xdg.then(|| ("XDG_CONFIG_HOME", home.path().join("none")));
        [("HOME", home.path().to_owned())]
            .into_iter()
            .chain(xdg)
            .collect()
    };
    if cfg!(target_os = "linux") {
        open(FILE, environment(false), Vec::new()).expect("it is the default place");
    }
    assert_eq!(
        why(open(FILE, environment(true), Vec::new()), "keys.txt"),
        "not there"
    );
}

#[test]
fn a_place_that_does_not_serve_says_why() {
    let file = |name: &str| open(FILE, Environment::default(), vec![fixture(name)]);
    assert_eq!(
        why(file("keys/test-age-wrong.txt"), "wrong"),
        "no identity in it fits"
    );
    assert_eq!(why(file("keys/none.txt"), "none.txt"), "not there");
    assert!(why(file("keys/test-age-pq.txt"), "pq").contains("post-quantum"));
    assert!(why(file("keys/test-plugin-identity.txt"), "plugin").contains("plugin"));
    let command = |line: &str| {
        let path = std::env::var_os("PATH").expect("a path");
        [("SOPS_AGE_KEY_CMD", line.into()), ("PATH", path)]
            .into_iter()
            .collect()
    };
    let run = |line: &str| why(open(FILE, command(line), Vec::new()), "`SOPS_AGE_KEY_CMD`");
    assert!(run("false").starts_with("failed"));
    assert!(run("no-such-program-anywhere").starts_with("is not installed"));
    assert_eq!(run("echo 'open").as_str(), "has an open quote");
    assert_eq!(run("echo canary-x").as_str(), "no age identity in entry 1");
    assert_eq!(
        why(
            open(FILE, Environment::default(), Vec::new()),
            "`SOPS_AGE_KEY`"
        ),
        "not set"
    );
    assert_eq!(
        why(
            open(FILE, with("SOPS_AGE_KEY", ""), Vec::new()),
            "`SOPS_AGE_KEY`"
        ),
        "not set"
    );
}

#[test]
fn the_error_names_recipients_and_places_but_no_key() {
    let wrong = text("keys/test-age-wrong.txt");
    let error = open(FILE, with("SOPS_AGE_KEY", wrong), Vec::new()).expect_err("the wrong key");
    let told = error.to_string();
    assert!(told.contains("age1j63q759288eztalq4wq65en7l7zd7tduj4r75xrsdzlla8d38puss0t3zj"));
    assert!(
        told.contains("`SOPS_AGE_KEY` (no identity in it fits)"),
        "{told}"
    );
    assert!(!format!("{told}{error:?}").contains("AGE-SECRET-KEY"));
}

#[test]
fn a_bad_line_rejects_its_whole_source() {
    let both = format!("{}garbage\n", text("keys/test-age-a.txt"));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("keys");
    fs::write(&file, both).expect("written");
    let result = open(FILE, with("SOPS_AGE_KEY_FILE", file), Vec::new());
    assert!(why(result, "SOPS_AGE_KEY_FILE").starts_with("no age identity"));
}

#[test]
fn a_command_is_told_the_recipient() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen = folder.path().join("seen");
    let line = format!(
        "sh -c 'printf %s \"$SOPS_AGE_RECIPIENT\" > \"{}\"'",
        seen.display()
    );
    let path = std::env::var_os("PATH").expect("a path");
    let environment = [("SOPS_AGE_KEY_CMD", line.into()), ("PATH", path)]
        .into_iter()
        .collect();
    assert!(open(FILE, environment, Vec::new()).is_err());
    let recipient = "age1j63q759288eztalq4wq65en7l7zd7tduj4r75xrsdzlla8d38puss0t3zj";
    assert_eq!(fs::read_to_string(seen).expect("it ran"), recipient);
}

#[test]
fn words_are_split_without_a_shell() {
    let words = |line| split(line).expect("its quotes are closed");
    assert_eq!(
        words(r#"a 'b c' "d \" e" f\ g  h''i"#),
        ["a", "b c", "d \" e", "f g", "hi"]
    );
    assert_eq!(words("a | b $X # rest"), ["a", "|", "b", "$X"]);
    assert_eq!(words("a '' b"), ["a", "", "b"]);
    assert_eq!(split("a 'b"), None);
}

#[test]
fn a_made_identity_opens_what_is_made_for_it() {
    let (identity, recipient) = generate_identity();
    let text = create(
        Path::new("x.yaml"),
        &[recipient],
        &[],
        Timestamp::UNIX_EPOCH,
    )
    .expect("it is made");
    let keyring = Keyring::new(with("SOPS_AGE_KEY", identity.expose()), Vec::new());
    SopsFile::open(Path::new("x.yaml"), text.as_bytes(), &keyring).expect("it opens");
}

/// Answers every question, and counts them.
fn answering(answer: &'static str, asked: &Arc<AtomicUsize>) -> Environment {
    let asked = Arc::clone(asked);
    Environment::default().asking(move |question| {
        assert!(question.starts_with("Passphrase of `"), "{question}");
        asked.fetch_add(1, Ordering::Relaxed);
        Some(Secret::new(answer))
    })
}

#[test]
fn a_passphrase_of_an_ssh_key_is_asked_for_once_and_only_if_the_key_fits() {
    let key = fixture("keys/test-ssh-ed25519-passphrase");
    let public = text("keys/test-ssh-ed25519-passphrase.pub");
    let name = Path::new("x.yaml");
    let made = create(
        name,
        &[public.trim().to_owned()],
        &[],
        Timestamp::UNIX_EPOCH,
    );
    let made = made.expect("it is made");
    let open_made = |environment| {
        let keyring = Keyring::new(environment, vec![key.clone()]);
        let first = SopsFile::open(name, made.as_bytes(), &keyring).map(|_| ());
        SopsFile::open(name, made.as_bytes(), &keyring).map_or_else(|_| first, |_| Ok(()))
    };
    let asked = Arc::default();
    open_made(answering("test-pass", &asked)).expect("it opens, twice");
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    let wrong = why(open_made(answering("canary", &asked)), "passphrase");
    assert_eq!(wrong, "the passphrase is wrong");
    let nobody = why(open_made(Environment::default()), "passphrase");
    assert!(nobody.contains("no terminal"), "{nobody}");
    // another file's recipient
    asked.store(0, Ordering::Relaxed);
    let other = open(FILE, answering("test-pass", &asked), vec![key.clone()]);
    assert_eq!(why(other, "passphrase"), "no identity in it fits");
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}

#[test]
fn a_passphrase_of_an_identity_file_is_asked_for() {
    use std::io::Write;

    let mut recipient = age::scrypt::Recipient::new("right".to_owned().into());
    recipient.set_work_factor(2);
    let protected = |armored: bool| {
        let recipient: &dyn age::Recipient = &recipient;
        let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient));
        let format = if armored {
            age::armor::Format::AsciiArmor
        } else {
            age::armor::Format::Binary
        };
        let mut bytes = Vec::new();
        let armor = age::armor::ArmoredWriter::wrap_output(&mut bytes, format).expect("begun");
        let mut writer = encryptor.expect("one").wrap_output(armor).expect("begun");
        writer
            .write_all(text("keys/test-age-a.txt").as_bytes())
            .expect("written");
        writer
            .finish()
            .and_then(age::armor::ArmoredWriter::finish)
            .expect("ended");
        bytes
    };
    let folder = tempfile::tempdir().expect("a folder");
    for armored in [true, false] {
        let file = folder.path().join("protected.age");
        fs::write(&file, protected(armored)).expect("written");
        let asked = Arc::default();
        let with_answer = |answer| open(FILE, answering(answer, &asked), vec![file.clone()]);
        with_answer("right").expect("it opens");
        assert_eq!(
            why(with_answer("wrong"), "protected.age"),
            "the passphrase is wrong"
        );
        assert_eq!(asked.load(Ordering::Relaxed), 2);
        let nobody = open(FILE, Environment::default(), vec![file.clone()]);
        assert!(why(nobody, "protected.age").contains("no terminal"));
    }
}

#[test]
fn an_identity_that_is_not_built_in_does_not_spoil_the_others() {
    let both = format!(
        "{}{}",
        text("keys/test-plugin-identity.txt"),
        text("keys/test-age-a.txt")
    );
    open(FILE, with("SOPS_AGE_KEY", both), Vec::new()).expect("the other one fits");
}
