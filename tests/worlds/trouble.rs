//! What goes wrong during a run: faults of the vendors and of the line, and death.

use std::cell::Cell;
use std::num::NonZeroU32;
use std::time::Duration;

use dcrsync::engine::{Silent, Stop};
use dcrsync::sandbox::{Effect, Fault, StatusEffect};

use crate::stage::{Manner, Stage, TODAY};

/// One fault, or a death in its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trouble {
    pub(crate) effect: u8,
    pub(crate) method: u8,
    pub(crate) nth: u8,
    pub(crate) times: u8,
}

/// One disturbed run.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) troubles: Vec<Trouble>,
    /// Kills the process at this request, after the vendor did it or before.
    pub(crate) death: Option<(u8, bool)>,
    /// Whether requests go one by one.
    pub(crate) one_by_one: bool,
}

/// How long an answer is waited for where one may never come.
const SHORT: Duration = Duration::from_millis(150);

impl Trouble {
    fn effect(self) -> Effect {
        let status = |code| Effect::Status(StatusEffect::new(code));
        match self.effect % 17 {
            0 => status(429),
            1 => status(500),
            2 => status(502),
            3 => status(503),
            4 => Effect::Locked,
            5 => Effect::Html,
            6 => Effect::Reset,
            7 => Effect::Lost,
            8 => Effect::Hang,
            9 => Effect::HangAfter,
            10 => Effect::Truncate,
            11 => Effect::DelayMs(5),
            12 => Effect::SmallPages(2),
            13 => Effect::Stale,
            14 => Effect::Duplicate,
            15 => Effect::OldStamp,
            _ => Effect::EmptyList,
        }
    }

    fn fault(self) -> Fault {
        let count = |byte: u8, most: u8| NonZeroU32::new(u32::from(byte % most) + 1).unwrap();
        let method = ["", "POST", "PUT", "PATCH", "DELETE", "GET"][usize::from(self.method % 6)];
        let mut fault = Fault {
            nth: count(self.nth, 24),
            times: count(self.times, 3),
            method: (!method.is_empty()).then(|| method.to_owned()),
            ..Fault::new(self.effect())
        };
        if matches!(
            fault.effect,
            Effect::Locked | Effect::OldStamp | Effect::Duplicate
        ) {
            // nothing of the kind is known of Konnect
            fault.vendor = Some(dcrsync::sandbox::Vendor::Okta);
        }
        fault
    }

    /// Whether this one lets a client wait for ever.
    fn hangs(self) -> bool {
        matches!(self.effect(), Effect::Hang | Effect::HangAfter)
    }
}

impl Run {
    /// Plans and applies while all this happens; tells what the plan said that it would cost.
    pub(crate) async fn happen(&self, stage: &Stage, manner: Manner) -> usize {
        let hangs = self.troubles.iter().any(|trouble| trouble.hangs());
        let engine = stage.engine(Manner {
            lanes: if self.one_by_one { 1 } else { manner.lanes },
            patience: if hangs { SHORT } else { manner.patience },
            ..manner
        });
        stage
            .sandbox
            .arm(self.troubles.iter().map(|trouble| trouble.fault()));
        let before = stage.last();
        let cost = Cell::new(0);
        let work = async {
            let Ok(planned) = engine.plan(TODAY).await else {
                return;
            };
            cost.set(
                planned
                    .plan
                    .cost
                    .iter()
                    .map(|cost| cost.requests as usize)
                    .sum(),
            );
            if planned.report.has_errors() {
                return;
            }
            if let Some((nth, after)) = self.death {
                let effect = if after {
                    Effect::HangAfter
                } else {
                    Effect::Hang
                };
                let nth = NonZeroU32::new(u32::from(nth) + 1).unwrap();
                stage.sandbox.arm([Fault {
                    nth,
                    ..Fault::new(effect)
                }]);
            }
            if let Ok(done) = engine.apply(&planned, &Silent, &Stop::default()).await
                && done.complete()
                && self.death.is_none()
            {
                // a run may fail, but it must not lie; whether it can be proved now is another matter
                let _ = engine.prove(&planned, &done, TODAY).await;
            }
        };
        if self.death.is_some() {
            tokio::select! {
                () = work => {}
                () = self.dead(stage, before) => {}
            }
        } else {
            work.await;
        }
        drop(engine);
        stage.sandbox.disarm();
        stage.still().await;
        cost.get()
    }

    /// Waits until the request hangs at which this run dies.
    async fn dead(&self, stage: &Stage, before: u64) {
        let (_, after) = self.death.unwrap();
        let word = if after { "hang_after" } else { "hang" };
        let struck = || {
            stage.since(before).iter().any(|entry| {
                entry.fault.as_deref() == Some(word) && (!after || entry.status.is_some())
            })
        };
        while !struck() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}
