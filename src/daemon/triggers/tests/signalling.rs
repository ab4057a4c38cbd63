use rustix::process::{Signal as Sent, getpid, kill_process};

use crate::daemon::triggers::signals::{Signal, Signals};

/// One test for all: signals are the process's.
#[tokio::test]
async fn signals_say_what_is_wanted() {
    let mut signals = Signals::listen().unwrap();
    let mut next = async |sent| {
        kill_process(getpid(), sent).unwrap();
        signals.next().await
    };
    assert_eq!(next(Sent::HUP).await, Signal::Ask);
    assert_eq!(next(Sent::USR1).await, Signal::KillSwitch);
    assert_eq!(next(Sent::TERM).await, Signal::Stop);
    assert_eq!(next(Sent::HUP).await, Signal::Ask);
    assert_eq!(next(Sent::INT).await, Signal::StopNow);
}
