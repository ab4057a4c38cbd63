use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;

use super::client::{Client, hostile, open_door};
use super::made_up;
use crate::web::metrics::text;

/// A reader that is not ours, where it is installed: `DCRSYNC_PYTHON` names a Python with `prometheus_client`.
const READER: &str = "
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
for family in text_string_to_metric_families(sys.stdin.read()):
    for sample in family.samples:
        print(family.type, sample.name, sorted(sample.labels.items()), sample.value)
";

fn lines() -> Vec<String> {
    let status = Arc::new(made_up::drifted());
    let text = text(status, made_up::now()).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[track_caller]
fn has(line: &str) {
    let lines = lines();
    assert!(
        lines.iter().any(|it| it == line),
        "{line}\nis not in\n{}",
        lines.join("\n")
    );
}

#[test]
fn each_thing_has_its_metric() {
    for line in [
        "dcrsync_build_info{version=\"0.1.0\"} 1",
        "dcrsync_document_health{document=\"shop\",health=\"drifted\"} 1.0",
        "dcrsync_document_health{document=\"shop\",health=\"in_sync\"} 0.0",
        "dcrsync_drift_objects{document=\"shop\",kind=\"okta.scope\"} 1.0",
        "dcrsync_drift_objects{document=\"shop\",kind=\"konnect.app\"} 0.0",
        "dcrsync_pending_objects{document=\"shop\",kind=\"okta.scope\"} 0.0",
        "dcrsync_leader{document=\"partners\"} 0.0",
        "dcrsync_writes_held{document=\"payments\"} 1.0",
        "dcrsync_runs_total{document=\"shop\",outcome=\"applied\"} 1",
        "dcrsync_runs_total{document=\"shop\",outcome=\"failed\"} 0",
        "dcrsync_run_duration_seconds_count{document=\"shop\"} 2",
        "dcrsync_run_duration_seconds_sum{document=\"shop\"} 5.0",
        "dcrsync_run_duration_seconds_bucket{le=\"1.0\",document=\"shop\"} 1",
        "dcrsync_run_duration_seconds_bucket{le=\"+Inf\",document=\"shop\"} 2",
        "dcrsync_requests_total{vendor=\"konnect\",bucket=\"all\",status=\"none\"} 1",
        "dcrsync_requests_total{vendor=\"okta\",bucket=\"/api/v1/authorizationServers\",status=\"429\"} 3",
        "dcrsync_budget_left{vendor=\"okta\",origin=\"https://acme.okta.com\",bucket=\"/api/v1/authorizationServers\"} 41.0",
        "dcrsync_alerts_firing{document=\"shop\",severity=\"critical\"} 1.0",
        "dcrsync_alerts_firing{document=\"payments\",severity=\"critical\"} 0.0",
        "dcrsync_alerts_delivered_total 4",
        "dcrsync_alerts_waiting 0.0",
        "dcrsync_secret_in_step{document=\"shop\",owner=\"konnect.dcr_provider.okta-prod\",field=\"dcr_token\"} 1.0",
        "# EOF",
    ] {
        has(line);
    }
}

#[test]
fn a_value_for_the_same_labels_is_told_once() {
    let mut status = made_up::drifted();
    let again = status.budgets[0].clone();
    status.budgets.push(again);
    let text = text(Arc::new(status), made_up::now()).unwrap();
    assert_eq!(
        text.matches("dcrsync_budget_left{vendor=\"okta\"").count(),
        1
    );
}

#[tokio::test]
async fn it_is_open_metrics() {
    let answer = Client::with(made_up::drifted(), open_door())
        .get("/metrics")
        .await;
    let kind = answer.headers["content-type"].to_str().unwrap();
    assert!(kind.starts_with("application/openmetrics-text; version=1.0.0"));
    assert!(answer.text.ends_with("# EOF\n"));
}

/// Prometheus's own reader for Python takes it, names with quotes and line ends included.
#[test]
fn a_reader_that_is_not_ours_understands_it() {
    let Some(python) = std::env::var_os("DCRSYNC_PYTHON") else {
        eprintln!("SKIPPED: DCRSYNC_PYTHON names no Python with prometheus_client");
        return;
    };
    let text = text(Arc::new(hostile()), made_up::now()).unwrap();
    let mut reader = Command::new(python)
        .args(["-c", READER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    reader
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = reader.wait_with_output().unwrap();
    assert!(output.status.success(), "it refuses\n{text}");
    let read = String::from_utf8(output.stdout).unwrap();
    for line in [
        "info dcrsync_build_info [('version', '0.1.0')] 1",
        "gauge dcrsync_leader [('document', 'partners')] 0.0",
        "counter dcrsync_alerts_delivered_total [] 4",
    ] {
        assert!(
            read.lines().any(|it| it == line),
            "{line}\nis not in\n{read}"
        );
    }
    assert!(
        read.contains("<script>alert(1)</script>&?#\\n"),
        "names come back as they are\n{read}"
    );
}
