//! How the parts grow with the document: parse, check, link, diff, graph and plan, of 100 to 20,000
//! objects. Nobody is asked anything, and nothing but our own work is measured.

#![allow(missing_docs)] // a program

#[path = "support/document.rs"]
mod document;

use std::hint::black_box;

use dcrsync::base::{Address, Report, SourceMap, Value};
use dcrsync::config::{self, Frame, Input, Sections, Vars};
use dcrsync::engine::{self, Checked};
use dcrsync::kinds::{find, infos, registry};
use dcrsync::plan::{Desired, Guard, KindInfo, Live, Owner, Plan, PlanInput, World, graph};
use divan::Bencher;
use document::{NONE, Objects, document};

const SIZES: [usize; 4] = [100, 1_000, 5_000, 20_000];

fn main() {
    divan::main();
}

/// Two fifths scopes, as many strategies, one fifth publications.
fn text(size: usize) -> String {
    let objects = Objects {
        scopes: size * 2 / 5,
        strategies: size * 2 / 5,
        publications: size / 5,
        ..NONE
    };
    let origins = ("https://acme.okta.com", "https://us.api.konghq.com");
    document(objects, origins, 0)
}

fn input(text: &str) -> Vec<Input> {
    let (name, text) = ("dcrsync.yaml".to_owned(), text.to_owned());
    vec![Input { name, text }]
}

fn checked(size: usize) -> Checked {
    let loaded = engine::load(input(&text(size)), &Vars::default());
    loaded.checked.expect("the document is in order")
}

/// The text to a tree, held to the schema.
#[divan::bench(args = SIZES)]
fn parse(bencher: Bencher<'_, '_>, size: usize) {
    let text = text(size);
    let schema = engine::schema();
    let sections: Vec<String> = registry()
        .iter()
        .filter_map(|kind| kind.section().split_last())
        .map(|(_, path)| path.join("."))
        .collect();
    let sections = Sections::new(sections.iter().map(String::as_str));
    bencher.with_inputs(|| input(&text)).bench_values(|input| {
        let frame = Frame {
            schema: &schema,
            sections: &sections,
        };
        let (mut sources, mut report) = (SourceMap::default(), Report::new());
        config::load(input, &Vars::default(), frame, &mut sources, &mut report)
    });
}

/// All that `dcrsync validate` does.
#[divan::bench(args = SIZES)]
fn check(bencher: Bencher<'_, '_>, size: usize) {
    let text = text(size);
    bencher
        .with_inputs(|| input(&text))
        .bench_values(|input| engine::load(input, &Vars::default()));
}

/// Gives live objects their addresses.
#[divan::bench(args = SIZES)]
fn link(bencher: Bencher<'_, '_>, size: usize) {
    let checked = checked(size);
    let (kinds, live) = (infos(), settled(&checked));
    bencher
        .with_inputs(|| live.clone())
        .bench_values(|live| World::link(&kinds, live, &checked.declared));
}

/// A plan that finds nothing to do.
#[divan::bench(args = SIZES)]
fn diff(bencher: Bencher<'_, '_>, size: usize) {
    let checked = checked(size);
    let kinds = infos();
    let world = World::link(&kinds, settled(&checked), &checked.declared);
    assert!(made(&checked, &kinds, &world).is_empty());
    bencher.bench_local(|| made(&checked, &kinds, black_box(&world)));
}

/// A plan that makes everything.
#[divan::bench(args = SIZES)]
fn plan(bencher: Bencher<'_, '_>, size: usize) {
    let checked = checked(size);
    let kinds = infos();
    let world = World::link(&kinds, Vec::new(), &checked.declared);
    bencher.bench_local(|| made(&checked, &kinds, black_box(&world)));
}

/// The dependency graph of such a plan.
#[divan::bench(name = "graph", args = SIZES)]
fn dependencies(bencher: Bencher<'_, '_>, size: usize) {
    let checked = checked(size);
    let kinds = infos();
    let world = World::link(&kinds, Vec::new(), &checked.declared);
    let plan = made(&checked, &kinds, &world);
    bencher.bench_local(|| graph(black_box(&plan.steps)));
}

fn made(checked: &Checked, kinds: &[KindInfo], world: &World) -> Plan {
    Plan::make(&PlanInput {
        kinds,
        declared: &checked.declared,
        world,
        document: &checked.settings.name,
        guard: &Guard::default(),
        prune: &[],
        take_over: false,
        today: "2026-11-23",
    })
}

/// Live objects that agree with the document, and those that it only names.
fn settled(checked: &Checked) -> Vec<Live> {
    let declared = &checked.declared;
    let mut named: Vec<&Address> = declared
        .iter()
        .flat_map(Desired::needs)
        .filter(|address| declared.get(address).is_none())
        .collect();
    named.sort();
    named.dedup();
    let named = named.into_iter().map(|address| {
        let kind = find(address.kind()).expect("it is a kind").info().name;
        let mut live = Live::new(kind, address.as_str(), serde_json::Value::Null);
        live.fields.insert("name", Value::text(address.key()));
        live
    });
    let wanted = declared.iter().map(|desired| live(desired, checked));
    named.chain(wanted).collect()
}

/// What the vendor would tell of an object; its address serves as its id.
fn live(desired: &Desired, checked: &Checked) -> Live {
    let mut live = Live::new(
        desired.kind,
        desired.address.as_str(),
        serde_json::Value::Null,
    );
    live.parent = desired.parent.as_ref().map(ToString::to_string);
    let labelled = find(desired.kind.as_str()).is_some_and(|kind| kind.info().labelled);
    live.owner = labelled.then(|| Owner::Document(checked.settings.name.to_string()));
    let fields = desired.fields.iter().map(|(field, value)| {
        let value = match value.as_ref_address() {
            Some(address) => {
                let kind = find(address.kind()).expect("it is a kind").info().name;
                Value::Id(kind, address.to_string())
            }
            None => value.clone(),
        };
        (*field, value)
    });
    live.fields = fields.collect();
    live
}
