//! A frame that is any octets at all arrives at a host of the built-in network.
#![no_main]

use core::time::Duration;

use layercake_tower::Network;

libfuzzer_sys::fuzz_target!(|frame: &[u8]| {
    let Ok(mut network) = Network::builtin(1) else { return };
    let Some(host) = network.node("web.lab") else { return };
    let _ = network.inject(host, 0, frame);
    let until = network.now() + Duration::from_secs(2);
    network.run_until(until);
});
