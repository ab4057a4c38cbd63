use serde_json::{Value as Json, json};

use super::Loaded;
use crate::base::{FileId, Report};
use crate::config::parse::parse;
use crate::config::{settings_schema, shape};

fn findings(schema: &Json, text: &str) -> Vec<String> {
    let mut report = Report::new();
    let node = parse(FileId(0), text, &mut report).unwrap();
    assert!(report.is_empty(), "{report:?}");
    shape::check(schema, &node, &mut report);
    let sorted = report.sorted();
    let each = sorted.iter().map(|found| {
        let span = found.span().unwrap();
        let help = found.help.join("; ");
        format!(
            "{} `{}`: {} ({help})",
            found.code,
            &text[span.start..span.end],
            found.message
        )
    });
    each.collect()
}

#[test]
fn probe() {
    let _ = json!({});
    let loaded = Loaded::new(&[
        "version: '1'\nname: 5\nkonnect: { token: { vault: hunter2 } }\nwatch: { mode: aply, interval: 5 }\nguard: { max_deletes: -1, protect: x }\nalerts: [{ slak: {} }, { slack: { url: https://hooks } }, { slack: {}, teams: {} }, x, {}]\nverify: { a: { expect: 99, scopes: [a, a] } }\nokta: \n",
    ]);
    println!("{:#?}", loaded.report.sorted());
    for f in loaded.findings() {
        println!("{f}");
    }
    println!("{:?}", findings(&json!({"type":"integer"}), "5.5"));
}
