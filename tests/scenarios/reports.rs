//! What a run leaves behind for others: `--report` and `--junit`, however the run ends.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::common::Test;

const BOTH: [&str; 4] = ["--report", "report.json", "--junit", "junit.xml"];

/// The report, as the published schema has it.
#[track_caller]
fn report(test: &Test) -> Value {
    let report: Value = serde_json::from_str(&test.read("report.json")).unwrap();
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/report.schema.json");
    let mut schemas = boon::Schemas::new();
    let schema = boon::Compiler::new().compile(schema, &mut schemas).unwrap();
    if let Err(error) = schemas.validate(&report, schema) {
        panic!("{error}\n{report:#}");
    }
    let mut wrong = report.clone();
    wrong.as_object_mut().unwrap().remove("steps");
    assert!(schemas.validate(&wrong, schema).is_err());
    report
}

/// Cases of the JUnit report: name, and the mark in it.
#[track_caller]
fn cases(test: &Test) -> Vec<(String, Option<String>)> {
    let xml = test.read("junit.xml");
    let read = roxmltree::Document::parse(&xml).unwrap();
    let top = read.root_element();
    assert_eq!(top.tag_name().name(), "testsuites");
    let mut all = Vec::new();
    let mut total = BTreeMap::new();
    for suite in top.children().filter(roxmltree::Node::is_element) {
        assert_eq!(suite.tag_name().name(), "testsuite");
        let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
        for case in suite.children().filter(roxmltree::Node::is_element) {
            assert_eq!(case.tag_name().name(), "testcase");
            assert!(case.attribute("classname").is_some());
            let time: f64 = case.attribute("time").unwrap().parse().unwrap();
            assert!(time >= 0.0);
            let mark = case.first_element_child();
            let mark = mark.map(|mark| mark.tag_name().name());
            *counted.entry("tests").or_default() += 1;
            match mark {
                Some("failure") => *counted.entry("failures").or_default() += 1,
                Some("error") => *counted.entry("errors").or_default() += 1,
                Some("skipped") => *counted.entry("skipped").or_default() += 1,
                None => {}
                Some(other) => panic!("JUnit knows no `{other}` in a case"),
            }
            let name = case.attribute("name").unwrap().to_owned();
            all.push((name, mark.map(str::to_owned)));
        }
        for name in ["tests", "failures", "errors", "skipped"] {
            let told: usize = suite.attribute(name).unwrap().parse().unwrap();
            assert_eq!(
                told,
                counted.get(name).copied().unwrap_or_default(),
                "{name}"
            );
            *total.entry(name).or_insert(0) += told;
        }
    }
    for (name, count) in total {
        let told: usize = top.attribute(name).unwrap().parse().unwrap();
        assert_eq!(told, count, "{name} of all");
    }
    all
}

#[test]
fn a_run_that_went_well_tells_each_step_and_each_request() {
    let test = Test::shop();
    // one request has to be sent twice
    test.vendors().fault(&json!([{
        "vendor": "konnect", "method": "GET", "path": "/v2/dcr-providers",
        "effect": { "status": { "code": 503 } },
    }]));
    let apply = [&["apply", "--auto-approve", "--no-verify"][..], &BOTH].concat();
    let _ = test.quietly(&apply).code(0);
    let report = report(&test);
    assert_eq!(
        (&report["command"], &report["exit"]),
        (&json!("apply"), &json!(0))
    );
    assert_eq!(report["document"]["name"], "shop");
    assert_eq!(report["proved"], true);
    let steps = report["steps"].as_array().unwrap();
    assert!(!steps.is_empty());
    for step in steps {
        assert_eq!(step["outcome"], "done", "{step}");
        assert!(
            step["started_at"].is_string() && step["seconds"].is_number(),
            "{step}"
        );
    }
    // each try that the vendors saw, and no other, but for the portal's own at Okta
    let requests = report["requests"].as_array().unwrap();
    let mut told: BTreeMap<(String, String, String), u64> = BTreeMap::new();
    for request in requests {
        let word = |key: &str| request[key].as_str().unwrap().to_owned();
        let place = (word("vendor"), word("method"), word("path"));
        *told.entry(place).or_default() += request["attempts"].as_u64().unwrap();
    }
    let mut seen: BTreeMap<(String, String, String), u64> = BTreeMap::new();
    for request in test.vendors().requests() {
        let word = |key: &str| request[key].as_str().unwrap().to_owned();
        let path = word("path").split('?').next().unwrap().to_owned();
        if path != "/oauth2/v1/clients" {
            *seen
                .entry((word("vendor"), word("method"), path))
                .or_default() += 1;
        }
    }
    assert_eq!(told, seen);
    let twice: Vec<&Value> = requests
        .iter()
        .filter(|request| request["attempts"] != 1)
        .collect();
    assert_eq!(twice.len(), 1, "{twice:?}");
    assert_eq!(
        (&twice[0]["attempts"], &twice[0]["status"]),
        (&json!(2), &json!(200))
    );
    assert!(twice[0]["waited_seconds"].as_f64().unwrap() > 0.0);
    let okta = requests
        .iter()
        .filter(|request| request["vendor"] == "okta");
    for request in okta {
        assert!(request["request_id"].is_string(), "{request}");
        assert!(request["bucket"].as_str().unwrap().starts_with('/'));
    }

    let cases = cases(&test);
    assert_eq!(
        cases.len(),
        steps.len() + 2,
        "the run, its steps, the proof"
    );
    assert!(cases.iter().all(|(_, mark)| mark.is_none()), "{cases:?}");
    // replaced as a whole, with nothing left beside
    let left: Vec<String> = test.files();
    let left: Vec<&String> = left
        .iter()
        .filter(|name| name.starts_with(".report") || name.starts_with(".junit"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_run_that_failed_tells_why() {
    let test = Test::shop();
    test.vendors().fault(&json!([{
        "vendor": "okta", "method": "POST", "path": "/scopes$", "times": 99,
        "effect": { "status": { "code": 403 } },
    }]));
    let apply = [&["apply", "--auto-approve"][..], &BOTH].concat();
    let _ = test.quietly(&apply).code(3);
    let report = report(&test);
    assert_eq!(report["exit"], 3);
    let step = |address: &str| {
        let steps = report["steps"].as_array().unwrap().iter();
        let mut found = steps.filter(|step| step["address"] == address);
        found.next().expect("a step of that address").clone()
    };
    let scope = step("okta.scope.default/orders.read");
    assert_eq!(scope["outcome"], "failed");
    assert!(
        scope["errors"][1]
            .as_str()
            .unwrap()
            .contains("does not permit"),
        "{scope}"
    );
    assert!(!scope["hints"].as_array().unwrap().is_empty());
    let strategy = step("konnect.auth_strategy.okta-oidc");
    assert_eq!(strategy["outcome"], "blocked");
    assert!(
        strategy["blocked_by"]
            .as_str()
            .unwrap()
            .starts_with("okta.scope.")
    );
    let cases = cases(&test);
    let mark = |name: &str| {
        let found = cases.iter().find(|(case, _)| case == name);
        found.expect("a case of that name").1.clone()
    };
    assert_eq!(
        mark("create okta.scope.default/orders.read").as_deref(),
        Some("failure")
    );
    assert_eq!(
        mark("create konnect.auth_strategy.okta-oidc").as_deref(),
        Some("skipped")
    );
    assert_eq!(mark("create konnect.dcr_provider.okta"), None);
}

#[test]
fn a_run_that_never_began_tells_that() {
    let test = Test::shop();
    let plan = [&["plan"][..], &BOTH].concat();
    test.edit("Read orders", "Read <&> \\\"orders\\\"");
    test.edit("name: shop\n", "name: shop\nnonsense: 1\n");
    let _ = test.quietly(&plan).code(1);
    let told = report(&test);
    assert_eq!(
        (&told["exit"], &told["document"]),
        (&json!(1), &Value::Null)
    );
    assert!(
        told["error"]["error"]
            .as_str()
            .unwrap()
            .contains("the document has 1 error")
    );
    let told = cases(&test);
    assert_eq!(
        told,
        [("dcrsync plan".to_owned(), Some("error".to_owned()))]
    );

    // where no report can be written nothing is begun
    test.edit("nonsense: 1\n", "");
    for place in ["nowhere/report.json", "."] {
        let run = test
            .quietly(&["apply", "--auto-approve", "--report", place])
            .code(1);
        assert!(
            run.stderr
                .contains(&format!("cannot write the report `{place}`")),
            "{}",
            run.stderr
        );
    }
    assert_eq!(test.vendors().requests().len(), 0);
}

#[test]
fn a_refused_plan_and_a_failed_proof_are_failures() {
    let test = Test::settled();
    test.edit("name: shop\n", "name: shop\nguard: { max_deletes: 0 }\n");
    test.edit("visibility: public }", "state: absent }");
    let document = test
        .read("dcrsync.yaml")
        .replace("      apis: [orders]\n", "");
    let (kept, _) = document.split_once("verify:").unwrap();
    test.write("dcrsync.yaml", kept);
    let plan = [&["plan"][..], &BOTH].concat();
    let _ = test.quietly(&plan).code(5);
    let told = report(&test);
    assert_eq!(told["refusals"][0]["kind"], "too_many_deletes");
    assert_eq!(told["steps"][0]["outcome"], "planned");
    assert!(cases(&test).contains(&("the plan".to_owned(), Some("failure".to_owned()))));

    let verify = [&["verify"][..], &BOTH].concat();
    let test = Test::settled();
    let _ = test.quietly(&verify).code(0);
    assert_eq!(report(&test)["verdicts"][0]["app"], "mobile");
    assert!(cases(&test).contains(&("API orders".to_owned(), None)));
}

#[test]
fn logs_as_json_tell_step_and_request_id() {
    let test = Test::shop();
    let run = test
        .quietly(&["apply", "--auto-approve", "-vv", "--log-format", "json"])
        .code(0);
    let lines = run.stderr.lines().map(|line| {
        serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"))
    });
    let within = |line: &Value, name: &str| {
        let spans = line["spans"].as_array().into_iter().flatten();
        let mut found = spans.filter(|span| span["name"] == name);
        found.next().cloned()
    };
    let written = lines
        .filter(|line| line["message"] == "answered")
        .filter_map(|line| within(&line, "step").zip(within(&line, "request")))
        .find(|(step, _)| step["address"] == "okta.scope.default/orders.read");
    let (step, request) = written.expect("a request of that step");
    assert_eq!(step["action"], "create");
    assert_eq!(
        (&request["vendor"], &request["method"]),
        (&json!("okta"), &json!("POST"))
    );
    assert_eq!(request["status"], 201);
    assert!(request["request_id"].is_string(), "{request}");
}
