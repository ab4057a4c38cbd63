use super::*;

#[test]
fn a_request_is_as_the_specification_of_the_wire_has_it() {
    let message = request(&Holder::Age("ab".to_owned()), b"xyz");
    // 1: { 6: { 1: "ab" } }, 2: "xyz"
    let wanted = b"\x0a\x06\x32\x04\x0a\x02ab\x12\x03xyz";
    assert_eq!(message.as_slice(), wanted);
}

#[test]
fn an_answer_is_its_first_field() {
    let long = [b"\x12\x01x\x0a\xac\x02".as_slice(), &[7; 300]].concat();
    assert_eq!(answer(&long).as_deref(), Some(&vec![7; 300]));
    assert!(answer(b"").is_none());
    assert!(answer(b"\x0a\x05abc").is_none(), "cut short");
    assert!(answer(b"\x08\x01").is_none(), "another type");
}
