use std::io;

use crate::cli::error::{CliError, ErrorKind};
use crate::cli::exit::{EXIT_CODES, Exit};
use crate::plan::Stale;
use crate::{base::KindName, engine::EngineError};

fn plain(error: &CliError) -> String {
    anstream::adapter::strip_str(&error.text()).to_string()
}

fn example() -> CliError {
    let denied = io::Error::new(io::ErrorKind::PermissionDenied, "permission denied");
    CliError::write("`plan.json`", denied)
        .hint("write it elsewhere")
        .hint("or as somebody else")
}

#[test]
fn an_error_tells_its_causes_and_ways_out() {
    insta::assert_snapshot!(plain(&example()), @r"
    error: cannot write `plan.json`
      caused by: permission denied
    hint: write it elsewhere
    hint: or as somebody else
    ");
}

#[test]
fn a_script_gets_the_same() {
    insta::assert_snapshot!(example().kind(ErrorKind::Unreachable).json(), @r#"{"level":"ERROR","error":"cannot write `plan.json`","causes":["permission denied"],"hints":["write it elsewhere","or as somebody else"],"exit":4}"#);
}

#[test]
fn what_was_tried_comes_before_what_happened() {
    let error = CliError::new(io::Error::other("no such file")).about("cannot read the plan");
    assert_eq!(
        plain(&error),
        "error: cannot read the plan\n  caused by: no such file\n"
    );
}

#[test]
fn an_error_cannot_speak_to_the_terminal() {
    let error = CliError::sentence("bad\u{1b}[2J\nerror: fake").hint("\u{7}");
    let shown = plain(&error);
    assert_eq!(shown, "error: bad\\u{1b}[2J\\nerror: fake\nhint: \\u{7}\n");
}

#[test]
fn each_class_has_its_exit_code() {
    let stale = KindName::new("okta.scope").at("x");
    let stale: CliError = EngineError::Stale(vec![Stale::Live(stale)]).into();
    assert_eq!(stale.exit(), Exit::Refused);
    assert_eq!(stale.hints.len(), 1);
    let lacking: CliError = EngineError::NoVendor("okta").into();
    assert_eq!(lacking.exit(), Exit::Error);
}

#[test]
fn the_help_page_has_every_code() {
    let codes = [
        Exit::Fine,
        Exit::Error,
        Exit::Changes,
        Exit::Partial,
        Exit::Unreachable,
        Exit::Refused,
    ];
    let told: Vec<u8> = EXIT_CODES
        .lines()
        .filter_map(|line| line.split_whitespace().next()?.parse().ok())
        .collect();
    assert_eq!(told, codes.map(|code| code as u8));
    // the table of the design
    assert_eq!(told, [0, 1, 2, 3, 4, 5]);
}
