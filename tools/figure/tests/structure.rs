//! What each picture must show, read back from its elements: as many as there are things, and
//! where their values put them. So the pictures in `tests/golden/` are not their own proof.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::indexing_slicing, reason = "a test fails by panicking")]
#![allow(missing_docs, reason = "no library")]

use layercake_figure::{
    Event, Exchange, Fate, Input, Look, Side, Signal, Verdict, figure,
};
use layercake_physical::analog::Waveform;
use layercake_physical::analog::ber::Modulation;
use roxmltree::{Document, Node};

mod samples;

fn has_class(node: Node<'_, '_>, class: &str) -> bool {
    let classes = node.attribute("class").unwrap_or("");
    classes.split(' ').any(|one| one == class)
}

fn all<'a>(svg: &'a Document<'_>, class: &str) -> Vec<Node<'a, 'a>> {
    svg.descendants()
        .filter(|node| has_class(*node, class))
        .collect()
}

fn number(node: Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).unwrap().parse().unwrap()
}

fn points(node: Node<'_, '_>) -> Vec<(f64, f64)> {
    let pair = |pair: &str| {
        let (x, y) = pair.split_once(',').unwrap();
        (x.parse().unwrap(), y.parse().unwrap())
    };
    node.attribute("points")
        .unwrap()
        .split(' ')
        .map(pair)
        .collect()
}

fn texts(svg: &Document<'_>, class: &str) -> Vec<String> {
    all(svg, class)
        .iter()
        .map(|node| node.text().unwrap_or("").to_owned())
        .collect()
}

/// A tenth of a pixel, and what rounding to it may move.
const NEAR: f64 = 0.11;

fn ideal(modulation: Modulation) -> Signal {
    let line = Waveform::of_levels(&modulation.levels(&samples::bits()), 8);
    let levels = modulation.alphabet().thresholds().len();
    let levels = if levels == 2 {
        vec![-1.0, 0.0, 1.0]
    } else {
        vec![-1.0, 1.0]
    };
    Signal {
        name: modulation.name().to_owned(),
        samples: line.samples().to_vec(),
        per_symbol: 8,
        levels,
        ..Signal::default()
    }
}

/// In the middle of each symbol the line runs at the height of the level that was sent.
#[test]
fn the_waveform_is_at_the_level_of_each_symbol() {
    for modulation in [Modulation::Nrz, Modulation::Manchester, Modulation::Ami] {
        let text = figure("waveform", &Input::Signals(vec![ideal(modulation)])).unwrap();
        let svg = Document::parse(&text).unwrap();
        let lines: Vec<f64> = all(&svg, "level")
            .iter()
            .map(|l| number(*l, "y1"))
            .collect();
        let drawn = points(all(&svg, "wave")[0]);
        let (left, right) = (drawn[0].0, drawn[drawn.len() - 1].0);
        let sent = modulation.levels(&samples::bits());
        let width = (right - left) / f64::from(u16::try_from(sent.len()).unwrap());
        for (symbol, level) in (0_u16..).zip(&sent) {
            let middle = left + (f64::from(symbol) + 0.5) * width;
            let distance = |point: &&(f64, f64)| (point.0 - middle).abs();
            let nearest = drawn
                .iter()
                .min_by(|a, b| distance(a).total_cmp(&distance(b)));
            let y = nearest.unwrap().1;
            let line = match (level, lines.len()) {
                (-1, _) => lines[0],
                (1, count) => lines[count - 1],
                _ => lines[1],
            };
            assert!(
                (y - line).abs() < NEAR,
                "{modulation:?} symbol {symbol}: {y} {line}"
            );
        }
        assert!(
            lines.is_sorted_by(|a, b| a > b),
            "higher levels stand higher"
        );
    }
}

#[test]
fn a_waveform_has_its_cells_and_decisions() {
    let text = figure("waveform", &samples::waveforms()).unwrap();
    let svg = Document::parse(&text).unwrap();
    let Input::Signals(signals) = samples::waveforms() else {
        unreachable!()
    };
    let rows = all(&svg, "signal");
    assert_eq!(rows.len(), 3);
    assert_eq!(texts(&svg, "cell").concat(), samples::BITS.repeat(3));
    for (row, signal) in rows.iter().zip(&signals) {
        let of = |class: &str| row.descendants().filter(|n| has_class(*n, class)).count();
        let verdicts = |v| signal.decisions.iter().filter(|d| d.verdict == v).count();
        assert_eq!(of("ok"), verdicts(Verdict::Right));
        assert_eq!(
            of("look") - of("ok") - of("cross"),
            verdicts(Verdict::Wrong)
        );
        assert_eq!(of("cross"), 2 * verdicts(Verdict::Violation));
        assert_eq!(of("cut"), signal.cells.len() + 1);
    }
    let found = texts(&svg, "mid");
    let manchester = &found[found.len() - 16..];
    assert_eq!(manchester.concat(), "1011?00111101010");
}

/// Where there is no room for every text, those of wrong decisions are kept, and of the right
/// ones as many as keep apart.
#[test]
fn texts_of_a_crowded_waveform_keep_apart() {
    let mut signal = ideal(Modulation::Nrz);
    signal.samples = signal.samples.repeat(30); // 480 symbols, 14 pixels each
    let look = |n: u32| Look {
        at: 8.0 * f64::from(n) + 4.0,
        value: 1.0,
        text: "+1".to_owned(),
        verdict: if n == 301 {
            Verdict::Wrong
        } else {
            Verdict::Right
        },
    };
    signal.decisions = (0..480).map(look).collect();
    let text = figure("waveform", &Input::Signals(vec![signal])).unwrap();
    let svg = Document::parse(&text).unwrap();
    assert_eq!(all(&svg, "look").len(), 480);
    let texts = all(&svg, "mid");
    assert_eq!(
        texts.iter().filter(|node| has_class(**node, "bad")).count(),
        1
    );
    let right = texts.iter().filter(|node| !has_class(**node, "bad"));
    let places: Vec<_> = right.map(|node| number(*node, "x")).collect();
    assert!(places.len() > 200);
    assert!(
        places
            .windows(2)
            .all(|pair| pair[1] - pair[0] >= 15.0 - NEAR)
    );
}

#[test]
fn an_eye_has_a_trace_for_each_decision_and_says_how_open_it_is() {
    let Input::Signals(signals) = samples::eyes() else {
        unreachable!()
    };
    let text = figure("eye", &samples::eyes()).unwrap();
    let svg = Document::parse(&text).unwrap();
    let looks: usize = signals.iter().map(|signal| signal.decisions.len()).sum();
    assert_eq!(all(&svg, "trace").len(), looks);
    // By hand: +1 is seen at 0.75 and 1, -1 at -0.5; 1.25 lies between.
    let eye = Signal {
        samples: vec![0.75, -0.5, 1.0],
        per_symbol: 1,
        levels: vec![-1.0, 1.0],
        ..Signal::default()
    };
    let text = figure("eye", &Input::Signals(vec![eye.clone()])).unwrap();
    assert!(text.contains(">eye height 1.25<"), "{text}");
    let wrong = Look {
        at: 0.5,
        value: 0.75,
        text: String::new(),
        verdict: Verdict::Wrong,
    };
    let decisions = vec![wrong];
    let text = figure("eye", &Input::Signals(vec![Signal { decisions, ..eye }])).unwrap();
    assert!(text.contains("the eye is closed"));
}

/// The places of the powers of ten are read from the labels, those of the rates follow.
#[test]
fn each_rate_stands_at_its_logarithm() {
    let Input::Ber(chart) = samples::rates() else {
        unreachable!()
    };
    let text = figure("ber", &samples::rates()).unwrap();
    let svg = Document::parse(&text).unwrap();
    let label = |wanted: &str| {
        let node = svg
            .descendants()
            .find(|n| n.is_text() && n.text() == Some(wanted));
        node.unwrap().parent().unwrap()
    };
    let (one, third) = (number(label("1"), "y"), number(label("10⁻³"), "y"));
    let (zero, eight) = (number(label("0"), "x"), number(label("8"), "x"));
    let place = |eb_n0: f64, rate: f64| {
        // Labels stand four pixels below their lines.
        let y = one - 4.0 - (third - one) / 3.0 * rate.log10();
        (zero + (eight - zero) / 8.0 * eb_n0, y)
    };
    let curves = all(&svg, "curve");
    assert_eq!(curves.len(), 3);
    for (group, curve) in curves.iter().zip(&chart.curves) {
        let line = group
            .descendants()
            .find(|n| has_class(*n, "theory"))
            .unwrap();
        let drawn = points(line);
        assert_eq!(drawn.len(), curve.theory.len());
        for ((x, y), (eb_n0, rate)) in drawn.iter().zip(&curve.theory) {
            let (wanted_x, wanted_y) = place(*eb_n0, *rate);
            assert!(
                (x - wanted_x).abs() < NEAR && (y - wanted_y).abs() < NEAR,
                "{rate}"
            );
        }
        let marks = group
            .descendants()
            .filter(|n| has_class(*n, "point"))
            .count();
        assert_eq!(marks, curve.points.iter().filter(|p| p.rate > 0.0).count());
    }
    let circles = curves[0].descendants().filter(|n| has_class(*n, "point"));
    for (circle, point) in circles.zip(&chart.curves[0].points) {
        let (x, y) = place(point.eb_n0, point.rate);
        assert!((number(circle, "cx") - x).abs() < NEAR);
        assert!((number(circle, "cy") - y).abs() < NEAR);
    }
}

/// Each transmission runs from its sender's time to its receiver's; heights are read from the
/// numbers of the axis.
#[test]
fn each_transmission_runs_from_its_time_to_its_time() {
    let Input::Exchange(exchange) = samples::exchange() else {
        unreachable!()
    };
    let text = figure("time-sequence", &samples::exchange()).unwrap();
    let svg = Document::parse(&text).unwrap();
    let tick = |wanted: &str| {
        let node = svg
            .descendants()
            .find(|n| n.is_text() && n.text() == Some(wanted));
        number(node.unwrap().parent().unwrap(), "y") - 4.0
    };
    let y = |time: f64| tick("0") + (tick("20") - tick("0")) / 20.0 * time;
    let stations: Vec<f64> = all(&svg, "station")
        .iter()
        .map(|l| number(*l, "x1"))
        .collect();
    let groups = all(&svg, "event");
    assert_eq!(groups.len(), exchange.events.len());
    for (group, event) in groups.iter().zip(&exchange.events) {
        let line = group.children().find(|n| n.has_tag_name("line")).unwrap();
        let (from, to) = match event.from {
            Side::Left => (stations[0], stations[1]),
            Side::Right => (stations[1], stations[0]),
        };
        let (class, end, part) = match event.fate {
            Fate::Arrives(end) => ("arrives", end, 1.0),
            Fate::Lost(end) => ("lost", end, 0.6),
            Fate::Refused(end) => ("refused", end, 1.0),
        };
        assert!(has_class(line, class));
        assert!((number(line, "x1") - from).abs() < NEAR);
        assert!((number(line, "x2") - (from + (to - from) * part)).abs() < NEAR);
        assert!((number(line, "y1") - y(event.at)).abs() < 2.0 * NEAR);
        let end = event.at + (end - event.at) * part;
        assert!((number(line, "y2") - y(end)).abs() < 2.0 * NEAR);
        let tips = group.descendants().filter(|n| has_class(*n, "tip")).count();
        assert_eq!(tips, usize::from(class == "arrives"));
    }
    let mut labels = texts(&svg, "label");
    let mut wanted: Vec<_> = exchange.events.iter().map(|e| e.label.clone()).collect();
    labels.sort();
    wanted.sort();
    assert_eq!(labels, wanted);
    assert_eq!(texts(&svg, "note").len(), exchange.notes.len());
}

/// Labels of one side never stand on top of each other, however close their times are.
#[test]
fn labels_make_way_for_each_other() {
    let event = |n: u32| Event {
        at: f64::from(n / 7) * 1e-3,
        from: Side::Left,
        label: format!("DATA {n}"),
        fate: Fate::Arrives(40.0 + f64::from(n)),
    };
    let events = (0..70).map(event).collect();
    let exchange = Exchange {
        events,
        ..Exchange::default()
    };
    let text = figure("time-sequence", &Input::Exchange(exchange)).unwrap();
    let svg = Document::parse(&text).unwrap();
    let heights: Vec<f64> = all(&svg, "label").iter().map(|l| number(*l, "y")).collect();
    assert_eq!(heights.len(), 70);
    assert!(
        heights.windows(2).all(|pair| pair[1] - pair[0] > 14.8),
        "{heights:?}"
    );
    let bottom = number(svg.root_element(), "height");
    assert!(heights[69] < bottom);
    // Those that moved have a line to their time; the first of a side never moves.
    let lines = all(&svg, "cut");
    assert!((60..70).contains(&lines.len()), "{}", lines.len());
    assert!(
        lines
            .iter()
            .all(|l| number(*l, "y2") - number(*l, "y1") > 3.0)
    );
}

/// What a cross means is said where there is such a cross, and nowhere else.
#[test]
fn only_what_is_seen_is_explained() {
    for (fate, lost, refused) in [
        (Fate::Arrives(2.0), false, false),
        (Fate::Lost(2.0), true, false),
        (Fate::Refused(2.0), false, true),
    ] {
        let event = Event {
            at: 1.0,
            from: Side::Left,
            label: String::new(),
            fate,
        };
        let events = vec![event];
        let exchange = Exchange {
            events,
            ..Exchange::default()
        };
        let text = figure("time-sequence", &Input::Exchange(exchange)).unwrap();
        let said = |words: &str| text.contains(words);
        let found = (said("on the way: lost"), said("at the end: refused"));
        assert_eq!(found, (lost, refused));
    }
}

/// A picture stands alone, speaks, and holds no more digits than it shows.
#[test]
fn every_picture_stands_alone() {
    for (name, input) in samples::NAMED {
        let text = figure(name, &input()).unwrap();
        let svg = Document::parse(&text).unwrap();
        let mut children = svg.root_element().children().filter(Node::is_element);
        assert_eq!(children.next().unwrap().tag_name().name(), "title");
        assert!(
            children.next().unwrap().text().unwrap().len() > 20,
            "{name}"
        );
        assert_eq!(svg.root_element().attribute("role"), Some("img"));
        for forbidden in [
            "<script",
            "href",
            "url(",
            "@import",
            "@font-face",
            "NaN",
            "inf",
        ] {
            assert!(!text.contains(forbidden), "{name}: {forbidden}");
        }
        let (width, height) = ["width", "height"]
            .map(|side| number(svg.root_element(), side))
            .into();
        let inside =
            |x: f64, y: f64| (0.0..=width).contains(&x) && (0.0..=height).contains(&y);
        for node in svg
            .descendants()
            .filter(|node| node.attribute("points").is_some())
        {
            let drawn = points(node);
            assert!(
                drawn.iter().all(|(x, y)| inside(*x, *y)),
                "{name}: {node:?}"
            );
        }
        for node in svg.descendants().filter(|node| node.has_tag_name("text")) {
            let (x, y) = (number(node, "x"), number(node, "y"));
            // At least six pixels a letter, from the end that it is tied to.
            let letters = node.text().unwrap().chars().count();
            let long = 6.0 * f64::from(u16::try_from(letters).unwrap());
            let left = match (has_class(node, "end"), has_class(node, "mid")) {
                (true, _) => x - long,
                (_, true) => x - long / 2.0,
                _ => x,
            };
            assert!(
                inside(left, y) && inside(left + long, y),
                "{name}: {:?}",
                node.text()
            );
        }
        for attribute in svg.descendants().flat_map(|node| node.attributes()) {
            let numbers = attribute.value().split([' ', ',']);
            for number in numbers.filter(|n| n.parse::<f64>().is_ok()) {
                let digits = number.split_once('.').map_or(0, |(_, digits)| digits.len());
                assert!(digits <= 1, "{name}: {number}");
            }
        }
    }
}

/// The sample holds each way for ten seconds: a step goes along first and then across, and the two
/// ways are 34 pixels apart. Delays go straight; zero is at the bottom of their panel.
#[test]
fn values_over_time_stand_at_their_times() {
    let text = figure("over-time", &samples::over_time()).unwrap();
    let svg = Document::parse(&text).unwrap();
    assert_eq!(texts(&svg, "key").len(), 6);
    let lines = all(&svg, "values");
    let delay = points(lines[1]);
    assert_eq!(delay.len(), 13, "seven values and six corners");
    let (start, end) = (delay[0].0, delay[12].0);
    for (n, pair) in delay.windows(2).enumerate() {
        let (along, across) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        let expected = if n % 2 == 0 {
            ((end - start) / 6.0, 0.0)
        } else {
            (0.0, 34.0)
        };
        assert!((along - expected.0).abs() < 2.0 * NEAR, "{n}");
        assert!((across.abs() - expected.1).abs() < 2.0 * NEAR, "{n}");
    }
    let hops = points(lines[3]);
    let zero = all(&svg, "end")
        .into_iter()
        .rfind(|own| own.text() == Some("0"))
        .unwrap();
    let sixty = all(&svg, "end")
        .into_iter()
        .rfind(|own| own.text() == Some("60"))
        .unwrap();
    let (zero, sixty) = (number(zero, "y") - 4.0, number(sixty, "y") - 4.0);
    assert_eq!(hops.len(), 7);
    for ((_, y), value) in hops.iter().zip([40.0, 41.0, 40.0, 42.0, 40.0, 41.0, 40.0]) {
        let expected = zero + (sixty - zero) * value / 60.0;
        assert!((y - expected).abs() < 2.0 * NEAR, "{value}");
    }
}
