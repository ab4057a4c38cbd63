//! The rotation of a client secret: for a while there are two, and one of them may be in no file.

use crate::kill::everywhere;
use crate::shop::{APP, Shop};

/// What has to do with the client's secrets.
const REQUESTS: &str = "credentials|secrets|/token|authenticate";

#[test]
fn without_a_grace_one_secret_is_left() {
    killed_anywhere("0s");
}

/// Everything that a killed run leaves is older than this grace.
#[test]
fn what_nobody_kept_and_is_older_than_the_grace_is_retired() {
    killed_anywhere("1ms");
}

#[test]
fn what_nobody_kept_within_the_grace_is_kept_by_the_next_run() {
    killed_anywhere("24h");
}

fn killed_anywhere(grace: &str) {
    let mut shop = Shop::settled();
    // deaths between Okta's answer and the file
    let mut lost = 0;
    let rotate = ["rotate", APP, "--auto-approve", "--grace", grace];
    everywhere(REQUESTS, |kill| {
        let told = format!("rotate --grace {grace}, {kill}");
        shop.remember();
        let killed = kill.strikes(&shop.test, &rotate);
        // whatever happened: what is in the file works before anything else is done
        shop.opens(&told);
        let unkept = shop.unkept();
        let next = shop.test.quietly(&rotate);
        assert_eq!(next.code, Some(0), "{told}: {}", next.all());
        shop.opens(&told);
        let left = shop.secrets(&told);
        match grace {
            "0s" => assert_eq!(left, 1, "{told}"),
            _ => assert!(left <= 2, "{told}: {left} secrets"),
        }
        if let [unkept] = unkept.as_slice() {
            lost += 1;
            let is_kept = shop.kept().as_ref() == Some(unkept);
            assert_eq!(is_kept, grace == "24h", "{told}: {}", next.all());
            let said = next
                .all()
                .contains("is in no file of ours and older than the grace");
            assert_ne!(is_kept, said, "{told}: {}", next.all());
        }
        // what is in force is proven, so that the rest may go
        let end = ["rotate", APP, "--auto-approve", "--grace", "0s"];
        while shop.secrets(&told) > 1 {
            let next = shop.test.quietly(&end);
            assert_eq!(next.code, Some(0), "{told}: {}", next.all());
        }
        assert!(shop.litter().is_empty(), "{told}: {:?}", shop.litter());
        killed
    });
    assert!(lost > 0, "no secret was lost");
}
