//! The way of a replica to the API server, which can be cut: then nothing goes through, and nobody is told.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{sleep, spawn};
use std::time::Duration;

pub(super) struct Line {
    pub(super) port: u16,
    is_cut: Arc<AtomicBool>,
}

impl Line {
    pub(super) fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let own = listener.local_addr().expect("its address").port();
        let is_cut = Arc::new(AtomicBool::new(false));
        let cut = Arc::clone(&is_cut);
        spawn(move || {
            for near in listener.incoming() {
                let (Ok(near), Ok(far)) = (near, TcpStream::connect(("127.0.0.1", port))) else {
                    continue;
                };
                let (near_too, far_too) = (near.try_clone(), far.try_clone());
                let (Ok(near_too), Ok(far_too)) = (near_too, far_too) else {
                    continue;
                };
                let (cut, cut_too) = (Arc::clone(&cut), Arc::clone(&cut));
                spawn(move || carry(near, far, &cut));
                spawn(move || carry(far_too, near_too, &cut_too));
            }
        });
        Self { port: own, is_cut }
    }

    pub(super) fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
    }

    pub(super) fn mend(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, is_cut: &AtomicBool) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(length) = from.read(&mut bytes) {
        // held back as long as the line is cut, and late after that, as a network does it
        while is_cut.load(Ordering::SeqCst) {
            sleep(Duration::from_millis(20));
        }
        let Some(read) = bytes.get(..length).filter(|read| !read.is_empty()) else {
            break;
        };
        if to.write_all(read).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
}
