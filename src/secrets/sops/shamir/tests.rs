use zeroize::Zeroizing;

use super::*;

#[test]
fn the_field_is_that_of_aes() {
    // FIPS 197, section 4.2
    assert_eq!(times(0x57, 0x83), 0xc1);
    assert_eq!(times(0x57, 0x13), 0xfe);
    for number in 1..=255 {
        assert_eq!(times(number, inverse(number)), 1, "{number}");
    }
}

#[test]
fn any_threshold_of_the_shares_gives_the_secret_and_fewer_do_not() {
    let secret: Vec<u8> = (0..32).collect();
    let shares = split(&secret, 5, 3);
    for (one, other, third) in [(0, 1, 2), (4, 2, 0), (1, 3, 4)] {
        let some = [one, other, third].map(|at: usize| shares[at].clone());
        assert_eq!(*combine(&some).expect("they fit"), secret);
    }
    assert_eq!(*combine(&shares).expect("they fit"), secret);
    assert_ne!(*combine(&shares[..2]).expect("they fit"), secret);
}

#[test]
fn shares_that_do_not_go_together_are_refused() {
    let share = |bytes: &[u8]| Zeroizing::new(bytes.to_vec());
    assert!(combine(&[]).is_none());
    assert!(combine(&[share(&[])]).is_none());
    assert!(combine(&[share(&[1, 2, 1]), share(&[1, 2])]).is_none());
    assert!(combine(&[share(&[1, 2, 1]), share(&[3, 4, 1])]).is_none());
}
