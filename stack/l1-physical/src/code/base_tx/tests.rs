use super::*;
use proptest::prelude::*;

fn encoded(octets: &[u8]) -> Vec<u8> {
    let mut symbols = Vec::new();
    BaseTx::new().encode(octets, &mut symbols);
    symbols
}

/// Every stage by its definition, bit by bit: the groups of Table 24-1, the key from eleven ones,
/// the cycle of MLT-3.
#[test]
fn one_octet_goes_out_stage_by_stage() {
    let idle = "11111".repeat(14);
    // start delimiter, f (first half of 2fh), 2, end delimiter
    let groups = idle + "11000" + "10001" + "11101" + "10100" + "01101" + "00111";
    let padded = groups + &"11111".repeat(4); // 24 groups, 15 octets
    let mut key = vec![1_u8; 11];
    let (mut place, mut symbols) = (0, Vec::new());
    for bit in padded.bytes() {
        let next = key[key.len() - 9] ^ key[key.len() - 11];
        key.push(next);
        place = (place + usize::from((bit - b'0') ^ next)) % 4;
        symbols.push([0b00, 0b01, 0b00, 0b10][place]);
    }
    assert_eq!(encoded(&[0x2f]), Alphabet::Ternary.pack(symbols));
}

proptest! {
    /// Whatever state the transmitter's scrambler is in.
    #[test]
    fn any_key_is_found(octets in proptest::collection::vec(any::<u8>(), 0..90), state in 1..2048_u64) {
        let mut code = BaseTx::new();
        code.arrangement.write(&octets, &mut code.scratch);
        Key::from_state(state).apply(&mut code.scratch);
        let (mut symbols, mut back) = (Vec::new(), Vec::new());
        code.line.encode(&code.scratch, &mut symbols);
        prop_assert_eq!(code.decode(&symbols, &mut back), Ok(()));
        prop_assert_eq!(back, octets);
    }
}
