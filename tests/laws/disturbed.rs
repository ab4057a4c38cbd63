//! Lines that break and processes that die: at every request, before and after the vendor did it.

use std::fmt::Write as _;

use dcrsync::sandbox::{Effect, StatusEffect};

use crate::kinds::{examples, widest};
use crate::world::World;

/// A document that is applied, after another one where there is a `before`.
#[derive(Clone, Copy)]
struct Story<'a> {
    name: &'a str,
    before: Option<&'a str>,
    after: &'a str,
    /// A file that is lost in between.
    lose: Option<&'a str>,
}

impl Story<'_> {
    /// The vendors as they are before the disturbed run.
    async fn begin(&self) -> World {
        let Some(before) = self.before else {
            return World::new(self.after).await;
        };
        let mut world = World::settled(before).await;
        if let Some(file) = self.lose {
            std::fs::remove_file(world.file(file)).unwrap();
        }
        world.says(self.after);
        world
    }

    /// Disturbs each request of the run in turn; whatever happened, one more run ends the same.
    async fn holds(&self, effects: &[Effect]) {
        let world = self.begin().await;
        world.converge().await;
        let undisturbed = world.dump().await;
        // one client, one secret: the others were retired
        assert_eq!(
            undisturbed.of("okta secrets").len(),
            undisturbed.of("okta apps").len(),
            "{}",
            self.name
        );
        let mut wrong = String::new();
        for effect in effects {
            for nth in 1.. {
                let world = self.begin().await;
                let dies = matches!(effect, Effect::Hang | Effect::HangAfter);
                let struck = if dies {
                    world.killed(nth, effect.clone()).await
                } else {
                    world.disturbed(nth, effect.clone()).await
                };
                if !struck {
                    assert!(nth > 1, "{}: nothing to disturb", self.name);
                    break;
                }
                let requests = world.since(0);
                let at = requests.iter().find(|entry| entry.fault.is_some()).unwrap();
                let told = format!(
                    "{}: {effect:?} at {nth}, {} {}",
                    self.name, at.method, at.path
                );
                println!("{told}");
                world.converge().await;
                world.is_settled().await;
                if touches_clients(&at.path) {
                    world.verifies().await;
                }
                let now = world.dump().await;
                assert!(now.of("okta secrets").len() <= 2, "{told}: a third secret");
                let difference = undisturbed.difference(&now);
                if !difference.is_empty() && !of_konnect(&at.path) {
                    let _ = writeln!(wrong, "{told}\n{difference}");
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong}");
    }
}

/// Konnect's own request to Okta: when its answer is lost, Konnect forgets a client that it made,
/// and nobody but an administrator may remove it.
fn of_konnect(path: &str) -> bool {
    path == "/oauth2/v1/clients"
}

/// Whether a request has to do with clients and their secrets; proving them takes its time.
fn touches_clients(path: &str) -> bool {
    ["/api/v1/apps", "/oauth2/", "/applications", "/developer/"]
        .iter()
        .any(|part| path.contains(part))
}

fn fresh(name: &'static str, after: &'static str) -> Story<'static> {
    Story {
        name,
        before: None,
        after,
        lose: None,
    }
}

#[tokio::test]
async fn a_lost_answer_loses_and_doubles_nothing() {
    for (kind, example) in widest() {
        fresh(kind, example).holds(&[Effect::Lost]).await;
    }
}

#[tokio::test]
async fn a_process_killed_before_a_request_is_done_loses_nothing() {
    for (kind, example) in widest() {
        fresh(kind, example).holds(&[Effect::Hang]).await;
    }
}

#[tokio::test]
async fn a_process_killed_after_a_request_is_done_doubles_nothing() {
    for (kind, example) in widest() {
        fresh(kind, example).holds(&[Effect::HangAfter]).await;
    }
}

#[tokio::test]
async fn a_broken_line_or_answer_is_survived() {
    for (kind, example) in widest() {
        fresh(kind, example)
            .holds(&[Effect::Reset, Effect::Truncate])
            .await;
    }
}

/// A death before a request is one after the request before it, so it is left out here.
const WORST: [Effect; 2] = [Effect::Lost, Effect::HangAfter];

fn example(kind: &str) -> &'static str {
    let all = examples();
    all.iter().find(|(name, _)| *name == kind).unwrap().1
}

#[tokio::test]
async fn lost_credentials_are_renewed_and_never_three() {
    for kind in ["konnect.app", "okta.client"] {
        Story {
            name: "lost credentials",
            before: Some(example(kind)),
            after: example(kind),
            lose: Some(".dcrsync/clients.sops.yaml"),
        }
        .holds(&WORST)
        .await;
    }
}

#[tokio::test]
async fn a_renewal_survives_whatever_is_answered() {
    let status = Effect::Status(StatusEffect::new(500));
    for kind in ["konnect.app", "okta.client"] {
        Story {
            name: "a renewal",
            before: Some(example(kind)),
            after: example(kind),
            lose: Some(".dcrsync/clients.sops.yaml"),
        }
        .holds(&[status.clone(), Effect::Truncate])
        .await;
    }
}

#[tokio::test]
async fn a_replacement_that_dies_halfway_is_finished() {
    let before = example("konnect.app");
    let after = before
        .replace("auth_strategy: okta-oidc", "auth_strategy: second")
        .replace("okta-oidc:", "second:");
    Story {
        name: "another strategy",
        before: Some(before),
        after: &after,
        lose: None,
    }
    .holds(&WORST)
    .await;
}

#[tokio::test]
async fn a_deletion_that_dies_halfway_is_finished() {
    Story {
        name: "absent",
        before: Some(example("konnect.app")),
        after: crate::gone::ABSENT,
        lose: None,
    }
    .holds(&WORST)
    .await;
}
