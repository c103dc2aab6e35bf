//! The chapters of the book as documentation, so that `cargo test --doc -p layercake-book`
//! compiles and runs every snippet where the reader sees it.
//!
//! Snippets that are included from the sources are marked `ignore`: they are compiled and
//! tested where they live.

macro_rules! chapters { ($($name:ident = $path:literal),* $(,)?) => {
    $(
        #[doc = include_str!(concat!("../../src/", $path))]
        pub mod $name {}
    )*

    /// The chapters that are tested, as `SUMMARY.md` names them.
    pub const CHAPTERS: &[&str] = &[$($path),*];
} }

chapters! {
    map = "map.md",
    one_ping = "one-ping.md",
}

#[cfg(test)]
mod tests {
    use super::CHAPTERS;

    /// The paths in the links of the table of contents.
    fn listed() -> Vec<&'static str> {
        let summary = include_str!("../../src/SUMMARY.md");
        let links = summary.split("](").skip(1);
        links
            .filter_map(|rest| rest.split_once(')').map(|(path, _)| path))
            .collect()
    }

    #[test]
    fn the_pictures_are_drawn_from_the_layouts() {
        let chapter = include_str!("../../src/one-ping.md");
        assert!(chapter.contains(&layercake_network::icmp::echo::LAYOUT.diagram()));
    }

    #[test]
    fn every_chapter_of_the_summary_is_tested() {
        assert_eq!(listed(), CHAPTERS);
    }
}
