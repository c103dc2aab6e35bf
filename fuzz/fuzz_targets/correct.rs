//! Any octets as a code that was damaged, and as data to be coded. The first octet chooses the
//! code, and how many check octets Reed-Solomon has or how many rows are interleaved.
#![no_main]

use layercake_datalink::correct::{self, Correction, Interleaved, ReedSolomon};

libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
    let Some((&choice, octets)) = octets.split_first() else {
        return;
    };
    let mut code = code(choice);
    let (mut coded, mut data) = (Vec::new(), Vec::new());
    let mended = code.decode(octets, &mut data);
    if mended.is_ok() {
        assert!(data.len() <= octets.len());
        comes_back(&mut *code, &data);
    }
    comes_back(&mut *code, octets);
    // One wrong bit is within what every code mends.
    code.encode(octets, &mut coded);
    let at = usize::from(choice) * 7;
    if let Some(octet) = coded.get_mut(at) {
        *octet ^= 1;
        code.decode(&coded, &mut data)
            .expect("one wrong bit is mended");
        assert_eq!(data, octets);
    }
});

fn code(choice: u8) -> Box<dyn Correction> {
    let amount = usize::from(choice >> 3);
    match choice & 7 {
        6 => Box::new(ReedSolomon::new(2 + amount)),
        7 => Box::new(Interleaved::new(ReedSolomon::default(), amount)),
        name => {
            let name = correct::NAMES[usize::from(name) % correct::NAMES.len()];
            correct::named(name).expect("every name has a code")
        }
    }
}

fn comes_back(code: &mut dyn Correction, octets: &[u8]) {
    let (mut coded, mut back) = (Vec::new(), Vec::new());
    code.encode(octets, &mut coded);
    assert_eq!(code.decode(&coded, &mut back), Ok(0));
    assert_eq!(back, octets);
}
