//! Ctrl-C and SIGTERM while something is written: first politely, then at once.

use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::task::AbortHandle;

use super::error::CliError;
use super::exit::Exit;
use super::progress::Board;
use crate::engine::Stop;

/// Listens as long as it lives.
pub(super) struct Listening(AbortHandle);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Has the first signal stop the run and the second end the process.
pub(super) fn listen(stop: &Stop, board: &Arc<Board>) -> Result<Listening, CliError> {
    let listen = |kind| {
        signal(kind).map_err(|source| CliError::new(source).about("cannot listen for signals"))
    };
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let (stop, board) = (stop.clone(), Arc::clone(board));
    let task = tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if stop.asked() {
                board.say("Ended at once; `dcrsync plan` tells what is left to do.");
                std::process::exit(Exit::Partial as i32);
            }
            stop.now();
            board.say("Stopping: no new step begins, what runs ends. Once more ends at once.");
        }
    });
    Ok(Listening(task.abort_handle()))
}
