//! Golden captures: every packet of every capture through the codecs of the layers, compared
//! with what tshark and etherparse make of it, encoded again, and compared with itself.
//!
//! Compared are the outermost headers: which there are, their fields, and which checksums are
//! wrong. The public captures and their reference values lie beside the repository; where they
//! are absent a line says so. Without tshark a line says so too, and with `CI=true` it is an
//! error.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a wrong assumption must fail the test"
)]

#[path = "captures/census.rs"]
mod census;
#[path = "captures/compare.rs"]
mod compare;
#[path = "captures/extensions.rs"]
mod extensions;
#[path = "captures/files.rs"]
mod files;
#[path = "captures/icmp.rs"]
mod icmp;
#[path = "captures/icmpv6.rs"]
mod icmpv6;
#[path = "captures/internet.rs"]
mod internet;
#[path = "captures/laid.rs"]
mod laid;
#[path = "captures/made.rs"]
mod made;
#[path = "captures/neighbour.rs"]
mod neighbour;
#[path = "captures/oracle.rs"]
mod oracle;
#[path = "captures/oracle_transport.rs"]
mod oracle_transport;
#[path = "captures/oracle_v6.rs"]
mod oracle_v6;
#[path = "captures/ours.rs"]
mod ours;
#[path = "captures/reference.rs"]
mod reference;
#[path = "captures/transport.rs"]
mod transport;

use std::path::Path;

use census::Census;
use compare::Comparison;
use files::Packet;
use layercake_tests::lack::lacking;

#[test]
fn agrees_with_the_reference_values_beside_the_public_captures() {
    let files = files::public();
    if files.is_empty() {
        return;
    }
    let mut comparison = Comparison::new(reference::FIELDS_BESIDE);
    for path in &files {
        let (packets, frames) = (files::read(path), reference::beside(path));
        comparison.file(&packets, &frames);
    }
    comparison.finish("the public captures against the values beside them");
    comparison.at_least(16_000, 110_000, 900);
}

#[test]
fn agrees_with_tshark_on_every_field_of_every_capture() {
    let (project, public) = (files::project(), files::public());
    let all: Vec<Packet> = project
        .iter()
        .chain(&public)
        .flat_map(|path| files::read(path))
        .collect();
    // tshark would stop at a link type that it does not know.
    let known = |packet: &Packet| ours::look(packet).is_some();
    let packets: Vec<_> = all.into_iter().filter(known).collect();
    let frames = match reference::live(&packets) {
        Ok(frames) => frames,
        Err(why) => return lacking(&why),
    };
    assert_eq!(frames.len(), packets.len(), "tshark stopped early");
    let mut comparison = Comparison::new(reference::FIELDS);
    comparison.file(&packets, &frames);
    comparison.finish("all captures against tshark");
    comparison.at_least(52, 500, 0);
    if !public.is_empty() {
        comparison.at_least(16_000, 300_000, 900);
    }
}

#[test]
fn agrees_with_tshark_on_every_field_of_frames_that_our_layers_made() {
    let packets = made::frames();
    let frames = match reference::live(&packets) {
        Ok(frames) => frames,
        Err(why) => return lacking(&why),
    };
    assert_eq!(frames.len(), packets.len(), "tshark stopped early");
    let mut comparison = Comparison::new(reference::FIELDS);
    comparison.file(&packets, &frames);
    comparison.finish("frames of our layers against tshark");
    comparison.at_least(packets.len(), 110, 0);
}

#[test]
fn agrees_with_etherparse_on_headers_and_checksums() {
    let (project, public) = (files::project(), files::public());
    let mut comparison = Comparison::new(oracle::FIELDS);
    for path in project.iter().chain(&public) {
        let packets = files::read(path).into_iter();
        let pairs = packets.filter_map(|packet| Some((oracle::look(&packet)?, packet)));
        let (frames, packets): (Vec<_>, Vec<_>) = pairs.unzip();
        comparison.file(&packets, &frames);
    }
    comparison.finish("the captures against etherparse");
    comparison.at_least(52, 300, 0);
    if !public.is_empty() {
        comparison.at_least(13_000, 130_000, 700);
    }
}

/// Every packet of these folders is compared at every layer that is read, or left out for a
/// reason that is printed with its number.
#[test]
fn every_packet_of_layer_three_is_compared_or_told_why_not() {
    let folders = ["ipv4", "ipv6", "icmp", "icmpv6"];
    let mut census = Census::new();
    let files = files::public();
    if files.is_empty() {
        return;
    }
    for path in files.iter().filter(|path| {
        let folder = path.parent().and_then(Path::file_name);
        folder.is_some_and(|name| folders.iter().any(|folder| name == *folder))
    }) {
        let frames = reference::beside(path);
        for (number, packet) in files::read(path).iter().enumerate() {
            census.packet(packet, frames.get(number));
        }
    }
    census.finish(&folders);
    census.at_least(&[
        ("ip", [254, 254, 254]),
        ("ipv6", [313, 313, 313]),
        ("icmp", [93, 93, 82]),
        ("icmpv6", [101, 101, 61]),
        ("ipv6.hopopts", [24, 24, 24]),
        ("ipv6.routing", [15, 15, 15]),
        ("ipv6.fraghdr", [19, 19, 17]),
        ("ipv6.dstopts", [12, 12, 12]),
    ]);
}
