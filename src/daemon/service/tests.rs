use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::Duration;

use tempfile::tempdir;
use tokio::time::Instant;

use super::Service;

struct Manager(UnixDatagram);

impl Manager {
    fn at(path: &Path) -> Self {
        let socket = UnixDatagram::bind(path).unwrap();
        socket.set_nonblocking(true).unwrap();
        Self(socket)
    }

    /// The next datagram; each is one message of the protocol.
    fn heard(&self) -> Option<String> {
        let mut bytes = [0; 4096];
        match self.0.recv(&mut bytes) {
            Ok(length) => Some(String::from_utf8(bytes[..length].to_vec()).unwrap()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => None,
            Err(error) => panic!("{error}"),
        }
    }
}

fn service(variables: &[(&str, &str)]) -> Service {
    Service::new(|name| {
        let found = variables.iter().find(|(known, _)| *known == name)?;
        Some(OsString::from(found.1))
    })
}

#[tokio::test]
async fn the_manager_hears_each_state() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("notify");
    let manager = Manager::at(&path);
    let service = service(&[("NOTIFY_SOCKET", path.to_str().unwrap())]);
    service.ready();
    assert_eq!(manager.heard().unwrap(), "READY=1");
    service.status("2 documents\nREADY=1\u{1b}[2J");
    let status = manager.heard().unwrap();
    assert!(status.starts_with("STATUS=2 documents"), "{status:?}");
    assert!(!status.contains(['\n', '\u{1b}']), "{status:?}");
    service.reloading();
    let reloading = manager.heard().unwrap();
    let time = reloading
        .strip_prefix("RELOADING=1\nMONOTONIC_USEC=")
        .unwrap();
    assert!(time.parse::<u64>().unwrap() > 0);
    service.stopping();
    assert_eq!(manager.heard().unwrap(), "STOPPING=1");
    assert_eq!(manager.heard(), None);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_socket_without_a_file_is_found() {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::SocketAddr;

    let name = format!("dcrsync-test-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(&name).unwrap();
    let manager = Manager(UnixDatagram::bind_addr(&address).unwrap());
    let service = service(&[("NOTIFY_SOCKET", &format!("@{name}"))]);
    service.ready();
    assert_eq!(manager.heard().unwrap(), "READY=1");
}

#[tokio::test(start_paused = true)]
async fn signs_of_life_come_in_half_the_time_however_busy_the_loop_is() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("notify");
    let manager = Manager::at(&path);
    let mut service = service(&[
        ("NOTIFY_SOCKET", path.to_str().unwrap()),
        ("WATCHDOG_USEC", "30000000"),
        ("WATCHDOG_PID", &std::process::id().to_string()),
    ]);
    let began = Instant::now();
    let mut times = Vec::new();
    while began.elapsed() < Duration::from_secs(61) {
        tokio::select! {
            () = service.beat() => times.push(began.elapsed().as_secs()),
            // something else to do each second
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
    assert_eq!(times, [0, 15, 30, 45, 60]);
    for _ in times {
        assert_eq!(manager.heard().unwrap(), "WATCHDOG=1");
    }
    assert_eq!(manager.heard(), None);
}

#[tokio::test(start_paused = true)]
async fn a_loop_that_hangs_gives_no_sign() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("notify");
    let manager = Manager::at(&path);
    let mut service = service(&[
        ("NOTIFY_SOCKET", path.to_str().unwrap()),
        ("WATCHDOG_USEC", "30000000"),
    ]);
    service.beat().await;
    assert!(manager.heard().is_some());
    tokio::time::sleep(Duration::from_mins(10)).await;
    assert_eq!(manager.heard(), None);
}

#[tokio::test(start_paused = true)]
async fn whoever_is_not_watched_gives_no_sign() {
    let others = [
        vec![],
        vec![("WATCHDOG_USEC", "0")],
        vec![("WATCHDOG_USEC", "many")],
        // a parent's
        vec![("WATCHDOG_USEC", "1000000"), ("WATCHDOG_PID", "1")],
    ];
    for variables in others {
        let mut service = service(&variables);
        let beat = tokio::time::timeout(Duration::from_hours(1), service.beat());
        assert!(beat.await.is_err(), "{variables:?}");
    }
}

#[tokio::test]
async fn without_a_manager_nothing_happens() {
    for variables in [vec![], vec![("NOTIFY_SOCKET", "/nowhere/notify")]] {
        let service = service(&variables);
        service.ready();
        service.status("fine");
        service.reloading();
        service.stopping();
    }
}

#[tokio::test]
async fn a_manager_that_does_not_read_holds_nobody_up() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("notify");
    let manager = Manager::at(&path);
    let service = service(&[("NOTIFY_SOCKET", path.to_str().unwrap())]);
    for _ in 0..10_000 {
        service.status("on and on");
    }
    assert!(manager.heard().is_some());
}
