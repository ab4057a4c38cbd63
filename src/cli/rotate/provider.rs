use super::RotateArgs;
use super::told::Told;
use crate::base::Secret;
use crate::cli::carry;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::progress::Waiting;
use crate::cli::session::{Look, Session};
use crate::engine::{NewToken, Stage};

/// Rotates the token by which Konnect registers clients.
pub(super) async fn rotate(
    args: &RotateArgs,
    new: Option<Secret>,
    session: &mut Session,
    told: &mut Told,
) -> Result<Exit, CliError> {
    let offered = match new {
        Some(new) => session.engine.offer_token(&args.address, new)?,
        None => None,
    };
    let mut look = session.look(std::slice::from_ref(&args.address)).await?;
    let ask = args.ask();
    let engine = &session.engine;
    let stage = engine.rotate_token(&mut look.planned, &ask, offered.as_ref())?;
    told.plan(session, &look, &stage)?;
    if !look.planned.plan.refusals.is_empty() {
        return Ok(Exit::Refused);
    }
    match stage {
        Stage::Wait(_) | Stage::Done => Ok(Exit::Fine),
        Stage::Renew => renew(args, offered.as_ref(), look, session, told).await,
        Stage::Retire => {
            if !args.agreed(session.screen)? {
                return Ok(Exit::Error);
            }
            let tried = engine.verify_provider(&look.planned, &args.address).await?;
            told.checked(&tried)?;
            if tried.passed() {
                retire(args, session, told).await
            } else {
                Ok(Exit::Error)
            }
        }
    }
}

async fn renew(
    args: &RotateArgs,
    offered: Option<&NewToken>,
    look: Look,
    session: &Session,
    told: &mut Told,
) -> Result<Exit, CliError> {
    let engine = &session.engine;
    let waiting = Waiting::start(session.screen, "asking Okta what the token may do");
    let checked = engine.check_token(&look.planned, &args.address).await;
    drop(waiting);
    told.checked(&checked)?;
    if !checked.passed() {
        session.screen.say("Nothing was written.\n");
        return Ok(Exit::Error);
    }
    if !args.agreed(session.screen)? {
        return Ok(Exit::Error);
    }
    if let Some(token) = offered {
        engine
            .keep_token(&args.address, token, args.ask().now)
            .await?;
    }
    let mut applied = carry::out(session, look, false, session.screen).await?;
    carry::try_rotated(session, &mut applied).await?;
    told.applied(session, &applied)?;
    let exit = applied.exit();
    if exit != Exit::Fine || applied.stopped || !args.grace.is_zero() {
        return Ok(exit);
    }
    told.next(&Stage::Retire);
    retire(args, session, told).await
}

async fn retire(args: &RotateArgs, session: &Session, told: &mut Told) -> Result<Exit, CliError> {
    let revoked = session.engine.retire_token(&args.address).await?;
    told.done(if revoked {
        "The old token is revoked."
    } else {
        "The old token is not known here, or something else of the document needs it: it was not revoked. Without use it ends by itself after 30 days."
    })?;
    Ok(Exit::Fine)
}
