//! Ctrl-C and SIGTERM while something is written: first politely, then at once.

use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::AbortHandle;

use super::error::CliError;
use super::exit::Exit;
use super::progress::Board;
use super::report::Recorder;
use crate::engine::Stop;

/// Listens as long as it lives.
pub(super) struct Listening(AbortHandle);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Does what writes nothing yet; a signal ends it with a word.
///
/// Not for work that asks at the terminal: once listened to, a signal ends no process by itself.
pub(super) async fn before_writing<T>(
    work: impl Future<Output = Result<T, CliError>>,
) -> Result<T, CliError> {
    let mut interrupt = listen_for(SignalKind::interrupt())?;
    let mut terminate = listen_for(SignalKind::terminate())?;
    let stopped = || Err(CliError::sentence("stopped before anything was written"));
    tokio::select! {
        done = work => done,
        _ = interrupt.recv() => stopped(),
        _ = terminate.recv() => stopped(),
    }
}

fn listen_for(kind: SignalKind) -> Result<Signal, CliError> {
    signal(kind).map_err(|source| CliError::new(source).about("cannot listen for signals"))
}

/// Has the first signal stop the run and the second end the process.
pub(super) fn listen(
    stop: &Stop,
    board: &Arc<Board>,
    recorder: &Recorder,
) -> Result<Listening, CliError> {
    let mut interrupt = listen_for(SignalKind::interrupt())?;
    let mut terminate = listen_for(SignalKind::terminate())?;
    let (stop, board, recorder) = (stop.clone(), Arc::clone(board), recorder.clone());
    let task = tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if stop.asked() {
                board.say("Ended at once; `dcrsync plan` tells what is left to do.");
                // where it cannot be written, nobody waits to hear it any more
                let _ = recorder.write();
                std::process::exit(Exit::Partial as i32);
            }
            stop.now();
            recorder.note(|told| told.stopped = true);
            board.say("Stopping: no new step begins, what runs ends. Once more ends at once.");
        }
    });
    Ok(Listening(task.abort_handle()))
}
