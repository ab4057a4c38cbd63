use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::severity::{ACCESS, SECURITY};
use super::{Look, Memory, Seen, blame, classify};
use crate::base::{Address, KindName, SourceMap, Span, Urgency, Value};
use crate::config::SeverityRule;
use crate::kinds;
use crate::plan::{Action, BlastRadius, Declared, Desired, FieldChange, Live, Plan, Step, World};
use crate::status::{Actor, Moved};

const SCOPE: KindName = KindName::new("okta.scope");

/// A document with scopes and their descriptions, and what is live of them.
#[derive(Default)]
struct Scene {
    memory: Memory,
    digest: u32,
    wanted: BTreeMap<&'static str, &'static str>,
    live: BTreeMap<&'static str, &'static str>,
    rules: Vec<SeverityRule>,
    minutes: i64,
}

fn at(name: &str) -> Address {
    SCOPE.at(&format!("default/{name}"))
}

impl Scene {
    /// Both sides have these.
    fn equal(both: &[(&'static str, &'static str)]) -> Self {
        let mut scene = Self {
            wanted: both.iter().copied().collect(),
            live: both.iter().copied().collect(),
            ..Self::default()
        };
        assert_eq!(scene.look(), Seen::default());
        scene
    }

    fn edit(&mut self, name: &'static str, text: Option<&'static str>) -> &mut Self {
        self.digest += 1;
        set(&mut self.wanted, name, text);
        self
    }

    fn change(&mut self, name: &'static str, text: Option<&'static str>) -> &mut Self {
        set(&mut self.live, name, text);
        self
    }

    /// What dcrsync would do to make the document true, with pruning.
    fn plan(&self) -> Plan {
        let step = |name: &str, action, fields| Step {
            address: at(name),
            action,
            fields,
            requires: Vec::new(),
            needs: Vec::new(),
            let_go: Vec::new(),
            because: None,
            blast_radius: BlastRadius::default(),
            warnings: Vec::new(),
            observed: String::new(),
        };
        let field = |old: Value, new: &str| FieldChange {
            name: "description",
            old,
            new: Value::text(new),
            sensitive: false,
            because: None,
        };
        let mut plan = Plan::default();
        for (name, text) in &self.wanted {
            match self.live.get(name) {
                None => plan
                    .steps
                    .push(step(name, Action::Create, vec![field(Value::Null, text)])),
                Some(live) if live != text => plan.steps.push(step(
                    name,
                    Action::Update,
                    vec![field(Value::text(*live), text)],
                )),
                Some(_) => {}
            }
        }
        for name in self.live.keys() {
            if !self.wanted.contains_key(name) {
                plan.steps.push(step(name, Action::Delete, Vec::new()));
            }
        }
        plan
    }

    fn look(&mut self) -> Seen {
        self.minutes += 5;
        let plan = self.plan();
        let server = KindName::new("okta.authorization_server");
        let mut declared = Declared::default();
        for (name, text) in &self.wanted {
            let mut desired = Desired::new(SCOPE, &format!("default/{name}"), Span::default());
            desired.parent = Some(server.at("default"));
            desired.fields.insert("description", Value::text(*text));
            desired.fields.insert("name", Value::text(*name));
            declared.add(desired).unwrap();
        }
        let mut default = Live::new(server, "aus1", json!({}));
        default.fields.insert("name", Value::text("default"));
        let mut objects = vec![default];
        for (name, text) in &self.live {
            let mut live = Live::new(SCOPE, format!("scp-{name}"), json!({}));
            live.parent = Some("aus1".to_owned());
            live.fields.insert("name", Value::text(*name));
            live.fields.insert("description", Value::text(*text));
            objects.push(live);
        }
        let world = World::link(&kinds::infos(), objects, &declared);
        classify(
            &mut self.memory,
            &Look {
                digest: &self.digest.to_string(),
                plan: &plan,
                declared: &declared,
                world: &world,
                sources: &SourceMap::default(),
                rules: &self.rules,
                now: Timestamp::UNIX_EPOCH + SignedDuration::from_mins(self.minutes),
            },
        )
    }

    /// Which side moved, by name.
    fn moved(&mut self) -> Vec<(String, Moved)> {
        let seen = self.look();
        let told = seen.differences.into_iter();
        told.map(|one| {
            let name = one.address.key().replace("default/", "");
            (name, one.moved)
        })
        .collect()
    }
}

fn set(
    side: &mut BTreeMap<&'static str, &'static str>,
    name: &'static str,
    text: Option<&'static str>,
) {
    match text {
        Some(text) => drop(side.insert(name, text)),
        None => drop(side.remove(name)),
    }
}

fn told(name: &str, moved: Moved) -> Vec<(String, Moved)> {
    vec![(name.to_owned(), moved)]
}

#[test]
fn an_edit_of_the_file_is_told_from_a_change_at_the_vendors() {
    let both = [("a", "one"), ("b", "two")];
    let mut scene = Scene::equal(&both);
    assert_eq!(
        scene.edit("a", Some("new")).moved(),
        told("a", Moved::Document)
    );
    let mut scene = Scene::equal(&both);
    assert_eq!(
        scene.change("a", Some("new")).moved(),
        told("a", Moved::Live)
    );
    let mut scene = Scene::equal(&both);
    scene.edit("a", Some("new")).change("a", Some("other"));
    assert_eq!(scene.moved(), told("a", Moved::Both));
}

#[test]
fn what_comes_and_goes_is_told_from_what_was_declared() {
    let both = [("a", "one"), ("b", "two")];
    let gone = Scene::equal(&both).change("a", None).moved();
    assert_eq!(gone, told("a", Moved::Live));
    let declared = Scene::equal(&both).edit("c", Some("new")).moved();
    assert_eq!(declared, told("c", Moved::Document));
    let removed = Scene::equal(&both).edit("a", None).moved();
    assert_eq!(removed, told("a", Moved::Document));
    let surplus = Scene::equal(&both).change("c", Some("new")).moved();
    assert_eq!(surplus, told("c", Moved::Live));
}

#[test]
fn what_was_told_once_stays_what_it_was() {
    let mut scene = Scene::equal(&[("a", "one")]);
    scene.change("a", Some("new"));
    let first = scene.look();
    assert_eq!(first.appeared.len(), 1);
    // an edit elsewhere makes no edit of this
    scene.edit("b", Some("two")).change("b", Some("two"));
    let second = scene.look();
    assert!(second.appeared.is_empty(), "{second:?}");
    let [before, now] = [&first.differences[0], &second.differences[0]];
    assert_eq!((now.moved, now.since), (Moved::Live, before.since));
    // somebody edits what drifted already
    scene.edit("a", Some("three"));
    assert_eq!(scene.moved(), told("a", Moved::Both));
}

#[test]
fn without_memory_nobody_is_blamed() {
    let mut scene = Scene {
        wanted: BTreeMap::from([("a", "one")]),
        live: BTreeMap::from([("a", "two")]),
        ..Scene::default()
    };
    assert_eq!(scene.moved(), told("a", Moved::Unknown));
    assert_eq!(scene.moved(), told("a", Moved::Unknown), "nor later");
}

#[test]
fn a_restart_changes_nothing() {
    let mut scene = Scene::equal(&[("a", "one"), ("b", "two")]);
    scene.change("a", Some("new"));
    scene.look();
    scene.memory = Memory::from_text(&scene.memory.to_text());
    let seen = scene.look();
    assert!(seen.appeared.is_empty() && seen.settled.is_empty());
    assert_eq!(seen.differences[0].moved, Moved::Live);
    scene.change("a", Some("one"));
    assert_eq!(scene.look().settled.len(), 1);
    assert!(Memory::from_text("{ torn").is_empty());
}

#[test]
fn what_comes_back_three_times_is_a_fight() {
    let mut scene = Scene::equal(&[("a", "one")]);
    for round in 1..=4 {
        scene.change("a", Some("theirs"));
        let seen = scene.look();
        assert_eq!(seen.differences[0].times, round);
        assert_eq!(scene.memory.is_fight(&at("a")), round > 3, "{round}");
        scene.change("a", Some("one"));
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_mins(scene.minutes);
        scene.memory.applied(&[at("a")], &HashMap::new(), now);
        assert_eq!(scene.look(), Seen::default(), "told when it was mended");
    }
    // whoever edits the document there has made a decision
    scene.change("a", Some("theirs"));
    scene.look();
    assert!(scene.memory.is_fight(&at("a")));
    scene.edit("a", Some("theirs"));
    scene.look();
    scene.edit("a", Some("ours"));
    assert_eq!(scene.moved(), told("a", Moved::Document));
    assert!(!scene.memory.is_fight(&at("a")));
}

#[test]
fn an_edit_of_the_document_ends_a_fight_although_both_sides_moved() {
    let mut scene = Scene::equal(&[("a", "one")]);
    for _ in 1..=3 {
        scene.change("a", Some("theirs"));
        scene.look();
        scene.change("a", Some("one"));
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_mins(scene.minutes);
        scene.memory.applied(&[at("a")], &HashMap::new(), now);
        scene.look();
    }
    scene.change("a", Some("theirs"));
    scene.look();
    assert!(scene.memory.is_fight(&at("a")));
    scene.edit("a", Some("ours"));
    assert_eq!(scene.moved(), told("a", Moved::Both));
    assert!(!scene.memory.is_fight(&at("a")));
}

#[test]
fn what_did_not_come_back_for_a_day_is_forgotten() {
    let mut scene = Scene::equal(&[("a", "one")]);
    scene.change("a", Some("theirs"));
    scene.look();
    scene.change("a", Some("one"));
    scene.look();
    scene.minutes += 24 * 60;
    scene.look();
    scene.change("a", Some("theirs"));
    assert_eq!(scene.look().differences[0].times, 1);
}

#[test]
fn the_log_says_who() {
    let mut scene = Scene::equal(&[("a", "one"), ("b", "two")]);
    scene.change("a", Some("new")).edit("b", Some("new"));
    let actor = |name: &str| Actor {
        name: name.to_owned(),
        login: format!("{name}@acme.example"),
        kind: "User".to_owned(),
        ip: None,
        user_agent: None,
        event: "oauth2.scope.updated".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        request_id: None,
    };
    let done = [
        (vec![at("a"), at("b")], actor("eve")),
        (vec![at("a")], actor("mallory")),
    ];
    let mut seen = scene.look();
    blame(&mut scene.memory, &mut seen.differences, &done);
    let who = |seen: &Seen, at: usize| {
        let actor = seen.differences[at].actor.as_ref();
        actor.map(|actor| actor.name.clone())
    };
    assert_eq!(who(&seen, 0).as_deref(), Some("mallory"), "the last one");
    assert_eq!(who(&seen, 1), None, "an edit of the file is nobody's drift");
    let mut seen = scene.look();
    blame(&mut scene.memory, &mut seen.differences, &[]);
    assert_eq!(who(&seen, 0).as_deref(), Some("mallory"), "still known");
}

#[test]
fn what_decides_who_may_do_what_is_critical() {
    let mut scene = Scene::equal(&[("a", "one")]);
    scene.change("a", Some("two"));
    assert_eq!(scene.look().differences[0].severity, Urgency::Warning);
    scene.change("a", None);
    assert_eq!(scene.look().differences[0].severity, Urgency::Critical);
    scene.rules = vec![SeverityRule {
        objects: "okta.scope.*/a".to_owned(),
        fields: Vec::new(),
        severity: Urgency::Info,
    }];
    assert_eq!(scene.look().differences[0].severity, Urgency::Info);
}

#[test]
fn the_names_in_the_table_of_severities_exist() {
    for (kind, fields) in SECURITY {
        for field in fields {
            let known = kinds::infos()
                .into_iter()
                .find(|info| info.name.as_str() == kind)
                .and_then(|info| info.field(field));
            assert!(known.is_some(), "{kind} has no `{field}`");
        }
    }
    for kind in ACCESS {
        assert!(kinds::find(kind).is_some(), "{kind}");
    }
}
