//! Octets to symbols and back, beside a copy of the same octets.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use layercake_physical::manchester;

fn rates(criterion: &mut Criterion) {
    for len in [64, 1514] {
        let octets: Vec<u8> = (0..=u8::MAX).cycle().take(len).collect();
        let (mut symbols, mut back) = (vec![0; 2 * len], vec![0; len]);
        let mut group = criterion.benchmark_group(format!("{len} octets"));
        group.throughput(Throughput::Bytes(len.try_into().unwrap_or(0)));
        group.bench_function("copy", |bench| {
            bench.iter(|| back.copy_from_slice(black_box(&octets)));
        });
        group.bench_function("encode", |bench| {
            bench.iter(|| manchester::encode(black_box(&octets), &mut symbols));
        });
        group.bench_function("decode", |bench| {
            bench.iter(|| manchester::decode(black_box(&symbols), &mut back));
        });
        group.finish();
        assert_eq!(octets, back);
    }
}

criterion_group!(benches, rates);
criterion_main!(benches);
