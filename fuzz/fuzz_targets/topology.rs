//! A topology file that is any text at all.
#![no_main]

use layercake_tower::Network;

libfuzzer_sys::fuzz_target!(|text: &str| {
    // Either answer is good; the message must be there when it is refused.
    if let Err(error) = Network::from_toml(text, 1) {
        assert!(!error.to_string().is_empty());
    }
});
