//! A capture file that is any octets at all.
#![no_main]

libfuzzer_sys::fuzz_target!(|file: &[u8]| {
    let walk = layercake_capfile::walk(file);
    assert!(walk.octets <= file.len() as u64);
});
