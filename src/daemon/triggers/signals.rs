//! The process's signals: `SIGHUP` asks for a run, `SIGUSR1` turns the kill switch, `SIGTERM` and `SIGINT` stop.

use std::io;

use tokio::signal::unix::{self, SignalKind, signal};

/// What a signal wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// A run of every document now.
    Ask,
    /// The kill switch turned: on when it is off, off when it is on.
    KillSwitch,
    /// The end, after what is under way.
    Stop,
    /// The end at once: it was asked for twice.
    StopNow,
}

/// Listens to the process's signals; once made, none of them ends the process by itself.
#[derive(Debug)]
pub struct Signals {
    hangup: unix::Signal,
    user: unix::Signal,
    terminate: unix::Signal,
    interrupt: unix::Signal,
    stopping: bool,
}

impl Signals {
    /// Begins to listen.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            user: signal(SignalKind::user_defined1())?,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            stopping: false,
        })
    }

    /// The next one; may be dropped and called again.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.terminate.recv() => self.stop(),
            _ = self.interrupt.recv() => self.stop(),
            _ = self.hangup.recv() => Signal::Ask,
            _ = self.user.recv() => Signal::KillSwitch,
        }
    }

    fn stop(&mut self) -> Signal {
        if std::mem::replace(&mut self.stopping, true) {
            Signal::StopNow
        } else {
            Signal::Stop
        }
    }
}
