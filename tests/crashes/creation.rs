//! An application's creation: its one secret is in one answer, and has to get into the file.

use crate::kill::everywhere;
use crate::shop::{APP, Shop};

/// What has to do with an application and its secrets. Not how Konnect registers its client in Okta: that
/// is a request of Konnect's, which goes on when we die.
const REQUESTS: &str = "applications|authenticate|credentials|secrets|registrations|/token";

#[test]
fn one_application_and_one_secret_after_the_next_run() {
    let mut shop = Shop::settled();
    let apply = ["apply", "--auto-approve"];
    everywhere(REQUESTS, |kill| {
        shop.forget_app();
        let killed = kill.strikes(&shop.test, &apply);
        shop.remember();
        let told = format!("apply, {kill}");
        let next = shop.test.quietly(&apply);
        assert_eq!(next.code, Some(0), "{told}: {}", next.all());
        shop.opens(&told);
        assert_eq!(shop.secrets(&told), 1, "{told}");
        let plan = shop.test.quietly(&["plan", "--detailed-exitcode"]);
        assert_eq!(plan.code, Some(0), "{told}: {}", plan.all());
        // a second name of the new file may be left, until that is written again
        if !shop.litter().is_empty() {
            let rotate = ["rotate", APP, "--auto-approve", "--grace", "0s"];
            let _ = shop.test.quietly(&rotate).code(0);
        }
        assert!(shop.litter().is_empty(), "{told}: {:?}", shop.litter());
        killed
    });
}
