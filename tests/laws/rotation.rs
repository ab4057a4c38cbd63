//! Rotations that are killed at every request, before and after the vendor did it.
//!
//! Files are replaced at once and nothing is sent while that is done. So a death after a request and
//! before the next write is the same as one whose answer never came (`HangAfter`), and a death
//! after a write is the same as one before the next request (`Hang`): the two together are killed
//! before and after each write of the file, too.

use std::fmt::Write as _;

use dcrsync::base::{Address, Secret};
use dcrsync::engine::{Engine, EngineError, Rotate, Silent, Stage, Stop};
use dcrsync::kinds::infos;
use dcrsync::sandbox::{Effect, Fault, PathPattern};
use dcrsync::secrets::Environment;
use dcrsync::secrets::sops::{Keyring, SopsFile, set};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;

use crate::kinds::examples;
use crate::world::{TODAY, World, at, plain_client};

/// A run of `dcrsync rotate ADDRESS`.
#[derive(Clone)]
struct Run {
    address: Address,
    grace: SignedDuration,
    again: bool,
    now: Timestamp,
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Run {
    fn of(address: &Address) -> Self {
        Self {
            address: address.clone(),
            grace: DAY,
            again: false,
            now: Timestamp::now(),
        }
    }

    fn at_once(self) -> Self {
        Self {
            grace: SignedDuration::ZERO,
            ..self
        }
    }

    fn a_day_later(self) -> Self {
        Self {
            now: self.now + DAY + SignedDuration::from_hours(1),
            ..self
        }
    }

    fn again(self) -> Self {
        Self {
            again: true,
            ..self
        }
    }

    fn ask(&self) -> Rotate<'_> {
        Rotate {
            address: &self.address,
            grace: self.grace,
            again: self.again,
            now: self.now,
        }
    }

    /// The stages that were gone through.
    async fn app(mut self, engine: &Engine) -> Result<Vec<Stage>, EngineError> {
        let mut stages = Vec::new();
        loop {
            let mut planned = engine.plan(TODAY).await?;
            planned
                .plan
                .target(&engine.rotated(&self.address), &infos());
            let stage = engine.rotate_client(&mut planned, &self.ask()).await?;
            stages.push(stage.clone());
            if !matches!(stage, Stage::Renew | Stage::Retire) {
                return Ok(stages);
            }
            let done = engine.apply(&planned, &Silent, &Stop::default()).await?;
            assert!(done.complete(), "{:?}", done.outcomes);
            let fresh = engine.plan(TODAY).await?;
            for verdict in engine.verify(&fresh, Some(self.address.key())).await? {
                assert!(verdict.passed(), "{verdict:#?}");
            }
            if stage != Stage::Renew || !self.grace.is_zero() {
                return Ok(stages);
            }
            self.again = false;
        }
    }

    /// The same for a provider; `new` is what a person brought.
    async fn provider(self, engine: &mut Engine, new: Option<&str>) -> Result<Stage, EngineError> {
        let offered = match new {
            Some(new) => engine.offer_token(&self.address, Secret::new(new))?,
            None => None,
        };
        let mut planned = engine.plan(TODAY).await?;
        let only = std::slice::from_ref(&self.address);
        planned.plan.target(only, &infos());
        let stage = engine.rotate_token(&mut planned, &self.ask(), offered.as_ref())?;
        match &stage {
            Stage::Renew => {
                let checked = engine.check_token(&planned, &self.address).await;
                assert!(checked.passed(), "{checked:#?}");
                if let Some(token) = &offered {
                    engine.keep_token(&self.address, token, self.now).await?;
                }
                let done = engine.apply(&planned, &Silent, &Stop::default()).await?;
                assert!(done.complete(), "{:?}", done.outcomes);
                for verdict in engine.verify_rotated(&planned, &done).await? {
                    assert!(verdict.passed(), "{verdict:#?}");
                }
                if self.grace.is_zero() {
                    engine.retire_token(&self.address).await?;
                }
            }
            Stage::Retire => {
                engine.retire_token(&self.address).await?;
            }
            Stage::Wait(_) | Stage::Done => {}
        }
        Ok(stage)
    }
}

fn example(kind: &str) -> &'static str {
    let all = examples();
    all.iter().find(|(name, _)| *name == kind).unwrap().1
}

/// Both ways to a client that is ours: the example of each, and the address of its application.
fn ways() -> [(&'static str, Address); 2] {
    [
        (example("konnect.app"), at("konnect.app", "mobile-backend")),
        (example("okta.client"), at("konnect.app", "batch")),
    ]
}

/// The secret that is in the file.
fn kept(world: &World, app: &Address) -> String {
    let file = world.file(".dcrsync/clients.sops.yaml");
    let path = ["clients", app.key(), "client_secret"];
    value(world, &file, &path).expect("a secret is kept")
}

fn keyring(world: &World) -> Keyring {
    let none = Environment::from_iter([("HOME", "/nowhere")]);
    Keyring::new(none, vec![world.file("team.agekey")])
}

fn value(world: &World, file: &std::path::Path, path: &[&str]) -> Option<String> {
    let bytes = std::fs::read(file).unwrap();
    let opened = SopsFile::open(file, &bytes, &keyring(world)).unwrap();
    let leaves = opened.documents()[0].leaves();
    let (_, leaf) = leaves.iter().find(|(at, _)| *at == path)?;
    Some(leaf.unwrap().value.to_text().expose().to_owned())
}

/// Strikes a request that has to do with secrets; between others, which only read, nothing changes.
fn at_request(nth: u32, effect: &Effect) -> Fault {
    let path = "credentials|/token|/clients|authenticate|dcr-providers|users/me";
    Fault {
        nth: nth.try_into().unwrap(),
        path: Some(PathPattern::new(path).unwrap()),
        ..Fault::new(effect.clone())
    }
}

/// One application, one client, and as many secrets as said.
async fn holds(world: &World, secrets: usize, told: &str) {
    let dump = world.dump().await;
    let apps = dump.of("konnect developer-portal applications").len();
    assert_eq!(apps, 1, "{told}: applications");
    assert_eq!(dump.of("okta apps").len(), 1, "{told}: clients");
    assert_eq!(dump.of("okta secrets").len(), secrets, "{told}: secrets");
    world.is_settled().await;
    world.verifies().await;
}

#[tokio::test]
async fn a_secret_is_rotated_in_two_runs_and_in_one_without_a_grace() {
    for (document, app) in ways() {
        let world = World::settled(document).await;
        let first = kept(&world, &app);
        let run = Run::of(&app);
        let stages = run.clone().app(&world.engine()).await.unwrap();
        assert_eq!(stages, [Stage::Renew]);
        let second = kept(&world, &app);
        assert_ne!(first, second);
        holds(&world, 2, "within the grace").await;
        let stages = run.clone().app(&world.engine()).await.unwrap();
        assert!(matches!(stages[..], [Stage::Wait(_)]), "{stages:?}");
        let stages = run.clone().a_day_later().app(&world.engine()).await;
        assert_eq!(stages.unwrap(), [Stage::Retire]);
        assert_eq!(kept(&world, &app), second);
        holds(&world, 1, "after the grace").await;
        let stages = run.clone().at_once().app(&world.engine()).await.unwrap();
        assert_eq!(stages, [Stage::Renew, Stage::Retire]);
        let third = kept(&world, &app);
        assert_ne!(second, third);
        holds(&world, 1, "without a grace").await;
        // it leaked while another rotation waits for its grace
        run.clone().app(&world.engine()).await.unwrap();
        let leaked = kept(&world, &app);
        let stages = run.again().at_once().app(&world.engine()).await.unwrap();
        assert_eq!(stages, [Stage::Renew, Stage::Retire]);
        assert_ne!(leaked, kept(&world, &app));
        holds(&world, 1, "asked again").await;
    }
}

/// A death within the grace is one of a run without it; what comes after it is not.
const DEATHS: [(Effect, SignedDuration); 3] = [
    (Effect::Hang, SignedDuration::ZERO),
    (Effect::HangAfter, SignedDuration::ZERO),
    (Effect::HangAfter, DAY),
];

#[tokio::test]
async fn a_dcr_secrets_rotation_that_is_killed_anywhere_is_finished_by_the_next_runs() {
    let [(document, app), _] = ways();
    for (effect, grace) in DEATHS {
        killed_everywhere(document, &app, &effect, grace).await;
    }
}

#[tokio::test]
async fn a_managed_secrets_rotation_that_is_killed_anywhere_is_finished_by_the_next_runs() {
    let [_, (document, app)] = ways();
    for (effect, grace) in DEATHS {
        killed_everywhere(document, &app, &effect, grace).await;
    }
}

async fn killed_everywhere(document: &str, app: &Address, effect: &Effect, grace: SignedDuration) {
    let mut wrong = String::new();
    for nth in 1.. {
        let world = World::settled(document).await;
        let first = kept(&world, app);
        let run = Run {
            grace,
            ..Run::of(app)
        };
        let engine = world.engine();
        let doomed = run.clone();
        let struck = world
            .killed_while(at_request(nth, effect), async move {
                let _ = doomed.app(&engine).await;
            })
            .await;
        if !struck {
            assert!(nth > 5, "{app}: nothing to disturb");
            break;
        }
        let requests = world.since(0);
        let at = requests.iter().rfind(|entry| entry.fault.is_some());
        let at = at.map_or(String::new(), |at| format!("{} {}", at.method, at.path));
        let told = format!("{app}: {effect:?} at {nth}, {at}, grace {grace:#}");
        // whatever happened, what is in the file works before anything else is done
        world.verifies().await;
        let mut stages = Vec::new();
        for run in [run.clone(), run.clone().a_day_later(), run.a_day_later()] {
            let secrets = world.dump().await.of("okta secrets").len();
            if kept(&world, app) != first && secrets == 1 {
                break;
            }
            match run.app(&world.engine()).await {
                Ok(gone) => stages.extend(gone),
                Err(error) => {
                    let _ = writeln!(wrong, "{told}: {error}");
                }
            }
        }
        println!("{told}: {stages:?}");
        assert_ne!(kept(&world, app), first, "{told}");
        holds(&world, 1, &told).await;
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[tokio::test]
async fn nothing_is_retired_when_the_one_in_the_file_is_not_the_clients() {
    let (document, app) = ways()[1].clone();
    let world = World::settled(document).await;
    // a person renews it in the admin console: one more, and the kept one is gone
    let apps = world.dump().await;
    let id = apps.of("okta apps")[0]["id"].as_str().unwrap().to_owned();
    let secrets = format!("/api/v1/apps/{id}/credentials/secrets");
    let list = world
        .write_okta(Method::GET, &secrets, &serde_json::Value::Null)
        .await;
    let old = list[0]["id"].as_str().unwrap().to_owned();
    let empty = serde_json::json!({});
    world.write_okta(Method::POST, &secrets, &empty).await;
    let off = format!("{secrets}/{old}/lifecycle/deactivate");
    world.write_okta(Method::POST, &off, &empty).await;
    for run in [
        Run::of(&app),
        Run::of(&app).at_once(),
        Run::of(&app).at_once().again(),
        Run::of(&app).a_day_later(),
    ] {
        let before = world.last();
        let error = run.app(&world.engine()).await.unwrap_err();
        assert!(error.to_string().contains("deactivated"), "{error}");
        let writes = world.writes_since(before);
        // asking for a token is no write
        let writes = writes.iter().filter(|path| !path.ends_with("/v1/token"));
        assert_eq!(writes.count(), 0);
    }
    assert_eq!(world.dump().await.of("okta secrets").len(), 2);
}

const PROVIDER: &str = "
konnect:
  dcr_providers:
    okta-prod: { type: okta, authorization_server: default, dcr_token: { sops: okta.dcr_token } }
";

const OLD: &str = "00the-old-dcr-token-of-the-laws";
const NEW: &str = "00the-new-dcr-token-of-the-laws";

/// A provider whose token is in the SOPS file, applied; Okta knows the next token already.
async fn with_token() -> World {
    // nothing can be read before it is there
    let mut world = World::new("{}").await;
    let file = world.file("secrets.sops.yaml");
    let bytes = std::fs::read(&file).unwrap();
    let values = [("okta.dcr_token", &Secret::new(OLD))];
    let text = set(&file, &bytes, &keyring(&world), &values, Timestamp::now());
    std::fs::write(&file, text.unwrap().unwrap()).unwrap();
    world.says(PROVIDER);
    world.converge().await;
    world.sandbox.accept_okta_token(NEW);
    world
}

/// Whether Okta lets a token in.
async fn lets_in(world: &World, token: &str) -> bool {
    let client = plain_client();
    let url = format!("{}/api/v1/users/me", world.sandbox.origins.okta);
    let request = client
        .get(url)
        .header("authorization", format!("SSWS {token}"));
    request.send().await.unwrap().status().is_success()
}

async fn konnect_is_let_in(world: &World, provider: &Address) {
    let engine = world.engine();
    let planned = engine.plan(TODAY).await.unwrap();
    assert!(planned.plan.is_empty());
    let verdict = engine.verify_provider(&planned, provider).await.unwrap();
    assert!(verdict.passed(), "{verdict:#?}");
}

fn sops_token(world: &World, name: &str) -> Option<String> {
    value(world, &world.file("secrets.sops.yaml"), &["okta", name])
}

#[tokio::test]
async fn a_providers_token_is_rotated_and_the_old_one_revoked_after_the_grace() {
    let provider = at("konnect.dcr_provider", "okta-prod");
    let world = with_token().await;
    let run = Run::of(&provider);
    let stage = run.clone().provider(&mut world.engine(), Some(NEW)).await;
    assert_eq!(stage.unwrap(), Stage::Renew);
    assert_eq!(sops_token(&world, "dcr_token").as_deref(), Some(NEW));
    assert!(
        sops_token(&world, "retiring_dcr_token")
            .unwrap()
            .ends_with(OLD)
    );
    konnect_is_let_in(&world, &provider).await;
    assert!(lets_in(&world, OLD).await);
    let stage = run.clone().provider(&mut world.engine(), None).await;
    assert!(matches!(stage.unwrap(), Stage::Wait(_)));
    let later = run.a_day_later();
    let stage = later.clone().provider(&mut world.engine(), None).await;
    assert_eq!(stage.unwrap(), Stage::Retire);
    assert!(!lets_in(&world, OLD).await);
    konnect_is_let_in(&world, &provider).await;
    assert_eq!(sops_token(&world, "retiring_dcr_token"), None);
    let done = later.provider(&mut world.engine(), None).await;
    assert!(done.unwrap_err().to_string().contains("no old one waits"));
}

#[tokio::test]
async fn a_token_that_okta_does_not_take_is_seen_before_konnect_gets_it() {
    let provider = at("konnect.dcr_provider", "okta-prod");
    let world = with_token().await;
    let mut engine = world.engine();
    let wrong = Secret::new("00a-token-of-another-org");
    engine.offer_token(&provider, wrong).unwrap();
    let planned = engine.plan(TODAY).await.unwrap();
    let before = world.last();
    let checked = engine.check_token(&planned, &provider).await;
    assert!(!checked.passed());
    assert_eq!(checked.steps[0].name, "okta");
    assert_eq!(world.writes_since(before), [""; 0]);
    assert_eq!(sops_token(&world, "dcr_token").as_deref(), Some(OLD));
}

#[tokio::test]
async fn a_token_that_somebody_else_needs_is_not_revoked() {
    let provider = at("konnect.dcr_provider", "okta-prod");
    let mut world = with_token().await;
    // the administrator logs in with the very same token
    world.secret("OKTA_TOKEN", OLD);
    let run = Run::of(&provider).at_once();
    let stage = run.provider(&mut world.engine(), Some(NEW)).await;
    assert_eq!(stage.unwrap(), Stage::Renew);
    assert!(lets_in(&world, OLD).await);
    assert_eq!(sops_token(&world, "retiring_dcr_token"), None);
    konnect_is_let_in(&world, &provider).await;
}

#[tokio::test]
async fn a_tokens_rotation_that_is_killed_anywhere_is_finished_by_the_next_runs() {
    let provider = at("konnect.dcr_provider", "okta-prod");
    for effect in [Effect::Hang, Effect::HangAfter] {
        for grace in [DAY, SignedDuration::ZERO] {
            for nth in 1.. {
                let world = with_token().await;
                let run = Run {
                    grace,
                    ..Run::of(&provider)
                };
                let mut engine = world.engine();
                let doomed = run.clone();
                let struck = world
                    .killed_while(at_request(nth, &effect), async move {
                        let _ = doomed.provider(&mut engine, Some(NEW)).await;
                    })
                    .await;
                if !struck {
                    assert!(nth > 5, "nothing to disturb");
                    break;
                }
                let told = format!("{effect:?} at {nth}, grace {grace:#}");
                // the same command, and the same once more after the grace
                for run in [run.clone(), run.a_day_later()] {
                    let ran = run.provider(&mut world.engine(), Some(NEW)).await;
                    if let Err(error) = ran {
                        let over = error.to_string().contains("no old one waits");
                        assert!(over, "{told}: {error}");
                    }
                }
                assert_eq!(sops_token(&world, "dcr_token").as_deref(), Some(NEW));
                assert!(!lets_in(&world, OLD).await, "{told}: the old one works");
                konnect_is_let_in(&world, &provider).await;
            }
        }
    }
}

#[tokio::test]
async fn a_token_that_konnect_still_uses_is_not_revoked_for_the_sake_of_a_third() {
    let provider = at("konnect.dcr_provider", "okta-prod");
    let world = with_token().await;
    let (run, mut engine) = (Run::of(&provider), world.engine());
    let doomed = run.clone();
    let patch = Fault {
        method: Some("PATCH".to_owned()),
        ..Fault::new(Effect::Hang)
    };
    let struck = world.killed_while(patch, async move {
        let _ = doomed.provider(&mut engine, Some(NEW)).await;
    });
    assert!(struck.await);
    let third = "00the-third-dcr-token-of-the-laws";
    world.sandbox.accept_okta_token(third);
    let later = run.a_day_later();
    let error = later
        .clone()
        .provider(&mut world.engine(), Some(third))
        .await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("Konnect still uses"), "{error}");
    assert!(lets_in(&world, OLD).await);
    // as the hint says
    let stage = later.clone().provider(&mut world.engine(), None).await;
    assert_eq!(stage.unwrap(), Stage::Renew);
    let stage = later.provider(&mut world.engine(), Some(third)).await;
    assert_eq!(stage.unwrap(), Stage::Renew);
    assert!(!lets_in(&world, OLD).await);
    konnect_is_let_in(&world, &provider).await;
}
