use std::net::SocketAddr;

use super::client::{basic_door, open_door, token_door};
use crate::base::Secret;
use crate::web::{Access, Door, DoorError, check};

fn at(address: &str) -> SocketAddr {
    address.parse().unwrap()
}

#[test]
fn this_machine_may_look_without_a_secret() {
    for address in [
        "127.0.0.1:8711",
        "127.9.9.9:1",
        "[::1]:8711",
        "[::ffff:127.0.0.1]:8711",
    ] {
        assert_eq!(check(at(address), &open_door(), false), Ok(()), "{address}");
    }
}

#[test]
fn others_need_a_secret_and_tls() {
    let proxied = |door: Door| Door {
        behind_proxy: true,
        ..door
    };
    for address in [
        "0.0.0.0:8711",
        "[::]:8711",
        "192.0.2.1:8711",
        "[2001:db8::1]:443",
    ] {
        let address = at(address);
        assert_eq!(
            check(address, &open_door(), true),
            Err(DoorError::Open(address))
        );
        assert_eq!(
            check(address, &proxied(open_door()), true),
            Err(DoorError::Open(address))
        );
        for door in [token_door(), basic_door()] {
            assert_eq!(check(address, &door, false), Err(DoorError::Clear(address)));
            assert_eq!(check(address, &door, true), Ok(()));
            assert_eq!(check(address, &proxied(door), false), Ok(()));
        }
    }
}

#[test]
fn an_empty_secret_is_none() {
    let door = Door {
        access: Some(Access::Token(Secret::new(""))),
        ..open_door()
    };
    assert_eq!(check(at("127.0.0.1:1"), &door, true), Err(DoorError::Empty));
}
