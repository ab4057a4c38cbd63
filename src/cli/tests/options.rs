use std::ffi::OsString;

use clap::Parser;

use crate::cli::command::Cli;
use crate::cli::options::DocumentArgs;

fn parse(args: &[&str]) -> Result<Cli, String> {
    let args = std::iter::once("dcrsync").chain(args.iter().copied());
    Cli::try_parse_from(args).map_err(|error| error.to_string())
}

fn variable(name: &str, value: &str) -> (OsString, OsString) {
    (name.into(), value.into())
}

#[test]
fn variables_come_from_flags_and_the_environment() {
    let args = DocumentArgs {
        vars: vec![("env".to_owned(), "prod".to_owned())],
        ..DocumentArgs::default()
    };
    let vars = args
        .vars([
            variable("DCRSYNC_VAR_env", "dev"),
            variable("DCRSYNC_VAR_region", "eu"),
            variable("HOME", "/home/x"),
        ])
        .unwrap();
    assert_eq!(vars.flags["env"], "prod");
    let names: Vec<_> = vars.environment.keys().collect();
    assert_eq!(names, ["env", "region"]);
}

#[cfg(unix)]
#[test]
fn a_value_that_is_no_text_is_refused_by_name() {
    use std::os::unix::ffi::OsStringExt;

    let wrong = ("DCRSYNC_VAR_x".into(), OsString::from_vec(vec![0xff]));
    let error = DocumentArgs::default().vars([wrong]).unwrap_err();
    assert!(error.text().contains("`DCRSYNC_VAR_x` is not UTF-8"));
}

#[test]
fn arguments_are_held_to_what_exists() {
    assert!(parse(&["plan", "--var", "a=b=c", "--target", "okta.scope.default/x"]).is_ok());
    for (args, told) in [
        (vec!["plan", "--var", "env"], "expected `NAME=VALUE`"),
        (vec!["plan", "--var", "=x"], "expected `NAME=VALUE`"),
        (vec!["plan", "--target", "okta"], "is no address"),
        (
            vec!["plan", "--target", "okta.scop.x"],
            "did you mean `okta.scope`?",
        ),
        (vec!["plan", "-v", "-q"], "cannot be used with"),
        (
            vec!["apply", "p.json", "--target", "okta.scope.x"],
            "cannot be used with",
        ),
    ] {
        let Err(error) = parse(&args) else {
            panic!("{args:?} is accepted");
        };
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn global_options_stand_before_and_after_the_command() {
    for args in [
        ["-vv", "--no-color", "validate"],
        ["validate", "--no-color", "-vv"],
    ] {
        let cli = parse(&args).unwrap();
        assert_eq!((cli.global.verbose, cli.global.no_color), (2, true));
    }
}
