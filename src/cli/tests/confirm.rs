use crate::cli::confirm::ask;

fn answer(text: &str) -> (bool, String) {
    let mut out = Vec::new();
    let yes = ask("Apply these changes?", &mut text.as_bytes(), &mut out).unwrap();
    (yes, String::from_utf8(out).unwrap())
}

#[test]
fn only_yes_is_yes() {
    assert!(answer("yes\n").0);
    assert!(answer("  yes\r\n").0);
    for no in [
        "\n",
        "y\n",
        "Yes\n",
        "YES\n",
        "no\n",
        "yes please\n",
        "\nyes\n",
        "",
    ] {
        assert!(!answer(no).0, "{no:?}");
    }
}

#[test]
fn the_question_says_what_is_accepted() {
    let (_, shown) = answer("no\n");
    assert_eq!(shown, "Apply these changes? Only \"yes\" is accepted: ");
    // the end of the input leaves the cursor behind the question
    assert!(answer("").1.ends_with(": \n"));
}
