//! Tells systemd how the daemon is: ready, reloading, stopping, and alive as long as its main loop turns
//! ([`sd_notify(3)`](https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html)).
//!
//! Without `NOTIFY_SOCKET` nothing is told to anybody. A service manager that does not read must not stop the
//! daemon, so nothing here waits for it, and no failure is one of the daemon's.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::time::{Instant, sleep_until};

use crate::base::printable;

#[cfg(test)]
mod tests;

/// The daemon as its service manager sees it.
#[derive(Debug)]
pub struct Service {
    socket: Option<UnixDatagram>,
    /// Within so long a sign of life is expected.
    watchdog: Option<Duration>,
    /// When the next one is due.
    due: Instant,
}

impl Service {
    /// Finds the service manager by the variables that it gave this process.
    pub fn new(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let socket = variable("NOTIFY_SOCKET").and_then(|address| {
            connect(&address)
                .inspect_err(
                    |error| tracing::warn!(%error, "the service manager cannot be told anything"),
                )
                .ok()
        });
        let number = |name| variable(name)?.to_str()?.parse::<u64>().ok();
        // what a parent was given is not for us
        let is_ours = number("WATCHDOG_PID").is_none_or(|pid| pid == u64::from(std::process::id()));
        let watchdog = number("WATCHDOG_USEC").filter(|micros| is_ours && *micros > 0);
        Self {
            socket,
            watchdog: watchdog.map(Duration::from_micros),
            due: Instant::now(),
        }
    }

    /// Everything is set up, or a reload is over.
    pub fn ready(&self) {
        self.tell(&[NotifyState::Ready]);
    }

    /// One line on how it is, for `systemctl status`.
    pub fn status(&self, line: &str) {
        self.tell(&[NotifyState::Status(&printable(line))]);
    }

    /// The documents are read anew; [`Service::ready`] ends it.
    pub fn reloading(&self) {
        match NotifyState::monotonic_usec_now() {
            Ok(now) => self.tell(&[NotifyState::Reloading, now]),
            Err(_) => self.tell(&[NotifyState::Reloading]),
        }
    }

    /// It ends what runs, and then itself.
    pub fn stopping(&self) {
        self.tell(&[NotifyState::Stopping]);
    }

    /// Waits for half of the watchdog's time and gives the sign of life; an arm of the main loop's `select!`, so that
    /// a loop that hangs gives none. Never ends where no watchdog is set.
    pub async fn beat(&mut self) {
        let Some(watchdog) = self.watchdog else {
            return std::future::pending().await;
        };
        // kept over the turns: a loop that has much to do must not put it off
        sleep_until(self.due).await;
        self.due = Instant::now() + watchdog / 2;
        self.tell(&[NotifyState::Watchdog]);
    }

    fn tell(&self, states: &[NotifyState<'_>]) {
        let Some(socket) = &self.socket else {
            return;
        };
        let lines: Vec<String> = states.iter().map(ToString::to_string).collect();
        if let Err(error) = socket.send(lines.join("\n").as_bytes()) {
            tracing::debug!(%error, "the service manager was not told");
        }
    }
}

fn connect(address: &OsStr) -> io::Result<UnixDatagram> {
    let socket = UnixDatagram::unbound()?;
    socket.set_nonblocking(true)?;
    match abstract_name(address) {
        Some(name) => connect_abstract(&socket, name)?,
        None => socket.connect(address)?,
    }
    Ok(socket)
}

/// A socket without a file is written with an `@` in front.
fn abstract_name(address: &OsStr) -> Option<&[u8]> {
    address.as_encoded_bytes().strip_prefix(b"@")
}

#[cfg(target_os = "linux")]
fn connect_abstract(socket: &UnixDatagram, name: &[u8]) -> io::Result<()> {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::SocketAddr;

    socket.connect_addr(&SocketAddr::from_abstract_name(name)?)
}

#[cfg(not(target_os = "linux"))]
fn connect_abstract(_socket: &UnixDatagram, _name: &[u8]) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
