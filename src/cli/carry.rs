//! Carries out a plan that was shown and agreed to, and reads again what was written.

use std::sync::Arc;

use super::error::CliError;
use super::interrupt;
use super::progress::{Board, Both, Waiting};
use super::result::{Applied, Proof};
use super::screen::Screen;
use super::session::{Look, Session, today};
use crate::engine::Stop;

/// Applies and proves; `whole` says whether the plan was for the whole document.
pub(super) async fn out(
    session: &Session,
    look: Look,
    whole: bool,
    screen: Screen,
) -> Result<Applied, CliError> {
    let engine = &session.engine;
    let stop = Stop::default();
    let board = Arc::new(Board::new(
        screen,
        look.planned.plan.steps.len(),
        look.forecast.clone(),
    ));
    let recorder = &session.recorder;
    recorder.plan(&look.planned.plan);
    let _listening = interrupt::listen(&stop, &board, recorder)?;
    let both = Both(&*board, recorder);
    let report = engine.apply(&look.planned, &both, &stop).await?;
    board.finish();
    let stopped = stop.asked();
    recorder.note(|told| told.stopped = stopped);
    // from here on nothing is written, so the next signal may end the process at once
    stop.now();
    let mut applied = Applied {
        look,
        report,
        whole,
        stopped,
        proof: Proof::NotTried,
        verdicts: Vec::new(),
    };
    if !applied.stopped && applied.report.done() > 0 {
        let waiting = Waiting::start(screen, "reading again what was written");
        let proved = engine
            .prove(&applied.look.planned, &applied.report, &today())
            .await;
        drop(waiting);
        applied.proof = match proved {
            Ok(mut rest) => {
                if !whole {
                    let outcomes = &applied.report.outcomes;
                    rest.steps
                        .retain(|step| outcomes.iter().any(|(done, _, _)| *done == step.address));
                }
                Proof::of(rest)
            }
            Err(error) => Proof::Failed(error.into()),
        };
    }
    recorder.note(|told| told.proof = applied.proof.told());
    Ok(applied)
}

/// Has Konnect try what it was given anew: it never tells a secret, so nothing else proves it.
pub(super) async fn try_rotated(session: &Session, applied: &mut Applied) -> Result<(), CliError> {
    if applied.stopped || applied.report.done() == 0 {
        return Ok(());
    }
    let tried = session
        .engine
        .verify_rotated(&applied.look.planned, &applied.report)
        .await?;
    applied.verdicts.extend(tried);
    Ok(())
}
