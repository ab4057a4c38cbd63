use super::RotateArgs;
use super::told::Told;
use crate::cli::carry;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::progress::Waiting;
use crate::cli::session::{Session, today};
use crate::engine::Stage;

/// Rotates the client secret of an application, stage by stage.
pub(super) async fn rotate(
    args: &RotateArgs,
    session: &Session,
    told: &mut Told,
) -> Result<Exit, CliError> {
    let engine = &session.engine;
    let screen = session.screen;
    let addresses = engine.rotated(&args.address);
    let mut ask = args.ask();
    let mut agreed = false;
    loop {
        let mut look = session.look(&addresses).await?;
        let waiting = Waiting::start(screen, "reading the client's secrets");
        let stage = engine.rotate_client(&mut look.planned, &ask).await;
        drop(waiting);
        let stage = stage?;
        told.plan(session, &look, &stage)?;
        if !look.planned.plan.refusals.is_empty() {
            return Ok(Exit::Refused);
        }
        if matches!(stage, Stage::Wait(_) | Stage::Done) {
            return Ok(Exit::Fine);
        }
        agreed = agreed || args.agreed(screen)?;
        if !agreed {
            return Ok(Exit::Error);
        }
        let mut applied = carry::out(session, look, false, screen).await?;
        if !applied.stopped && applied.report.complete() {
            let waiting = Waiting::start(screen, "asking for a token with the secret in the file");
            let fresh = engine.plan(&today()).await?;
            let name = args.address.key();
            applied.verdicts = engine.verify(&fresh, Some(name)).await?;
            drop(waiting);
        }
        told.applied(session, &applied)?;
        let exit = applied.exit();
        // what was agreed to included the end of the old one
        let goes_on = stage == Stage::Renew && ask.grace.is_zero() && exit == Exit::Fine;
        if !goes_on || applied.stopped {
            return Ok(exit);
        }
        ask.again = false;
    }
}
