//! Whole commands of the release build against the vendors in another process: how many requests, how
//! many of them wait for each other, and what time, processor and memory that takes.
//!
//! Each figure stands beside the limit that the vendors' pages and the latency set. `RUNS` of the
//! environment says how often each command is measured; the middle one is told.

#![allow(missing_docs, clippy::cast_precision_loss)] // a program; counts are small numbers

#[path = "../support/document.rs"]
mod document;
mod journal;
mod measure;
#[path = "../support/mod.rs"]
mod support;
mod work;

use measure::Measured;
use support::Server;
use work::{GROWTH, Goals, Project, WORKS, Work};

/// What is added to each answer, in milliseconds.
const LATENCIES: [u64; 2] = [0, 50];

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let runs = std::env::var("RUNS")
        .ok()
        .and_then(|runs| runs.parse().ok());
    let only = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    println!(
        "| work | latency | requests | limit | depth | limit | wall | latency x depth | CPU | peak | of the goals | CPU of the sandbox |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|"
    );
    let mut times = Vec::new();
    for work in WORKS {
        if only
            .as_ref()
            .is_some_and(|only| !work.name.contains(only.as_str()))
        {
            continue;
        }
        for latency in LATENCIES {
            let cpu = row(work, latency, runs.unwrap_or(5)).await;
            times.push((work.name, latency, cpu));
        }
    }
    for latency in LATENCIES {
        let cpu = |name: &str| times.iter().find(|it| (it.0, it.1) == (name, latency));
        if let (Some((.., few)), Some((.., many))) = (cpu(GROWTH.0), cpu(GROWTH.1)) {
            let grown = many / few;
            println!(
                "\nCPU of 20,000 objects at {latency} ms: {grown:.2} x that of 5,000 (x {:.2} of the 4.4 that are promised)",
                grown / 4.4
            );
        }
    }
}

/// Prints one row and tells the processor time.
async fn row(work: &Work, latency: u64, runs: usize) -> f64 {
    let mut all: Vec<Run> = Vec::new();
    let mut filled = None;
    for run in 0..runs.max(1) {
        // what was made cannot be made again; everything else finds the same world each time
        if work.fresh || filled.is_none() {
            filled = Some(fill(work));
        }
        let Some((server, project)) = &filled else {
            continue;
        };
        project.write(work, server, run);
        all.push(measured(work, server, project, latency).await);
    }
    all.sort_by(|a, b| a.measured.wall.total_cmp(&b.measured.wall));
    let middle = &all[all.len() / 2];
    let Measured { wall, cpu, peak } = middle.measured;
    let ideal = latency as f64 / 1e3 * middle.depth as f64;
    let chain = if latency == 0 {
        ["-".to_owned(), "-".to_owned(), "-".to_owned()]
    } else {
        [
            format!("{}", middle.depth),
            ratio(middle.depth as f64, work.depth as f64),
            format!("{ideal:.2} s (x {:.2})", wall / ideal),
        ]
    };
    let [depth, depth_limit, time_limit] = chain;
    let goals = goals(&work.goals, middle, latency);
    println!(
        "| {} | {latency} ms | {} | {} | {depth} | {depth_limit} | {wall:.3} s | {time_limit} | {:.0} ms | {peak:.0} MiB | {goals} | {:.0} ms |",
        work.name,
        middle.requests,
        ratio(middle.requests as f64, work.requests as f64),
        cpu * 1e3,
        middle.server * 1e3,
    );
    cpu
}

/// What a run took of each goal, 1 being all of it.
fn goals(goals: &Goals, run: &Run, latency: u64) -> String {
    let wall = goals.wall.filter(|_| latency > 0);
    let all = [
        (
            "requests",
            goals.requests.map(|most| run.requests as f64 / most as f64),
        ),
        ("wall", wall.map(|most| run.measured.wall / most)),
        ("CPU", goals.cpu.map(|most| run.measured.cpu * 1e3 / most)),
        ("peak", goals.peak.map(|most| run.measured.peak / most)),
    ];
    let told = all
        .iter()
        .filter_map(|(name, share)| Some(format!("{name} x {:.2}", (*share)?)));
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        "-".to_owned()
    } else {
        told.join(", ")
    }
}

/// A figure's limit, and how many times the limit it is.
fn ratio(figure: f64, limit: f64) -> String {
    format!("{limit} (x {:.2})", figure / limit)
}

/// One command's figures.
struct Run {
    measured: Measured,
    requests: usize,
    depth: usize,
    /// Seconds of processor time of the sandbox meanwhile.
    server: f64,
}

/// A sandbox with the world that the command is to find.
fn fill(work: &Work) -> (Server, Project) {
    let seed = work::seed(work);
    let server = Server::start(&["--seed", &seed.path().to_string_lossy()]);
    let project = Project::new();
    if !work.fresh {
        project.write(work, &server, usize::MAX);
        let filled = measure::run(&project, &server, &["apply", "--auto-approve"]);
        assert!(
            filled.is_ok(),
            "{}: cannot be filled: {filled:?}",
            work.name
        );
    }
    (server, project)
}

async fn measured(work: &Work, server: &Server, project: &Project, latency: u64) -> Run {
    journal::slow_down(server, latency).await;
    let before = server.cpu_seconds();
    let measured = measure::run(project, server, work.command);
    let measured = measured.unwrap_or_else(|said| panic!("{}: {said}", work.name));
    let cpu = server.cpu_seconds() - before;
    let requests = journal::requests(server).await;
    journal::slow_down(server, 0).await;
    Run {
        measured,
        depth: journal::depth(&requests, latency),
        requests: requests.len(),
        server: cpu,
    }
}
