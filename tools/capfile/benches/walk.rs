//! How fast a capture is walked, beside its bound (`read()` of the same octets in the same pieces)
//! and its peer (pcap-file, raw packets).
//!
//! `cargo bench -p layercake-capfile`. The capture is made here: 100 000 packets of 60 to 1514
//! octets, as pcap and as pcapng, in memory, so that the disk does not count.

use std::hint::black_box;
use std::io::Read;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use layercake_capfile::{
    LinkType, Packet, PcapWriter, Reader, Timestamp, WriteError, Writer,
};
use pcap_file::pcap::PcapReader;
use pcap_file::pcapng::PcapNgReader;

const PACKETS: u32 = 100_000;
const PIECE: usize = 256 * 1024;

/// Lengths that go round between the smallest and the largest Ethernet frame.
fn length(number: u32) -> usize {
    60 + usize::try_from(number * 97 % 1455).unwrap_or(0)
}

fn time(number: u32) -> Timestamp {
    Timestamp::from_nanoseconds(u64::from(number) * 1_234_567)
}

fn pcap() -> Result<Vec<u8>, WriteError> {
    let mut writer = PcapWriter::new(Vec::new(), LinkType::ETHERNET, 0xffff)?;
    let octets = [0; 1514];
    for number in 0..PACKETS {
        let octets = octets.get(..length(number)).unwrap_or_default();
        writer.write(
            time(number),
            octets,
            u32::try_from(octets.len()).unwrap_or(0),
        )?;
    }
    Ok(writer.into_inner())
}

fn pcapng() -> Result<Vec<u8>, WriteError> {
    let mut writer = Writer::new(Vec::new(), "bench")?;
    let wire = writer.add_interface(LinkType::ETHERNET, "wire", 0)?;
    let octets = [0; 1514];
    for number in 0..PACKETS {
        let octets = octets.get(..length(number)).unwrap_or_default();
        writer.write(&Packet::new(wire, time(number), octets))?;
    }
    Ok(writer.into_inner())
}

/// The bound: what it costs to have the octets in a buffer at all.
fn only_read(mut file: &[u8], piece: &mut [u8]) -> u64 {
    let mut total = 0;
    while let Ok(count @ 1..) = file.read(piece) {
        total += count as u64;
    }
    total
}

fn count(file: &[u8]) -> u64 {
    let Ok(mut reader) = Reader::new(file) else {
        return 0;
    };
    while let Ok(Some(record)) = reader.next_record() {
        black_box(record.octets);
    }
    reader.count()
}

fn count_with_time(file: &[u8]) -> i128 {
    let Ok(mut reader) = Reader::new(file) else {
        return 0;
    };
    let mut last = 0;
    while let Ok(Some(record)) = reader.next_record() {
        last = record.time().map_or(last, Timestamp::as_nanoseconds);
    }
    last
}

fn peer_pcap(file: &[u8]) -> u64 {
    let Ok(mut reader) = PcapReader::new(file) else {
        return 0;
    };
    let mut count = 0;
    while let Some(Ok(packet)) = reader.next_raw_packet() {
        black_box(&packet.data);
        count += 1;
    }
    count
}

fn peer_pcapng(file: &[u8]) -> u64 {
    let Ok(mut reader) = PcapNgReader::new(file) else {
        return 0;
    };
    let mut count = 0;
    while let Some(Ok((block, _))) = reader.next_raw_block() {
        black_box(&block.body);
        count += 1;
    }
    count
}

type Pass = fn(&[u8]) -> u64;

fn walk(c: &mut Criterion) {
    let files = [
        ("pcap", pcap(), peer_pcap as Pass),
        ("pcapng", pcapng(), peer_pcapng),
    ];
    for (name, file, peer) in files {
        let Ok(file) = file else { continue };
        assert_eq!(count(&file), u64::from(PACKETS));
        let mut group = c.benchmark_group(name);
        group
            .throughput(Throughput::Bytes(file.len() as u64))
            .sample_size(20);
        let mut piece = vec![0; PIECE];
        group.bench_function("bound: read() only", |b| {
            b.iter(|| only_read(&file, &mut piece))
        });
        group.bench_function("count", |b| b.iter(|| count(&file)));
        group.bench_function("count and time", |b| b.iter(|| count_with_time(&file)));
        group.bench_function("peer: pcap-file, raw", |b| b.iter(|| peer(&file)));
        group.finish();
    }
}

criterion_group!(benches, walk);
criterion_main!(benches);
