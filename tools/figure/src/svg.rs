//! The few elements of SVG that the figures are made of, one to a line.

use std::fmt::{self, Write as _};

/// Colours that are seen on white and on black alike, and lines and letters in the colour of
/// the page. `:root` is the picture only when it is a document of its own.
const STYLE: &str = "\
:root.lf{color:#1f2328;background:#fff}
@media(prefers-color-scheme:dark){:root.lf{color:#d7dde3;background:#14181c}}
.lf{font:12px system-ui,sans-serif;fill:currentColor}
.lf .end{text-anchor:end}
.lf .mid{text-anchor:middle}
.lf .small{font-size:10.5px}
.lf .faint{opacity:.72}
.lf .head{font-size:14px;font-weight:600}
.lf .name{font-weight:600}
.lf .line{fill:none;stroke:currentColor;stroke-width:1}
.lf .grid{fill:none;stroke:currentColor;stroke-width:1;opacity:.22}
.lf .cut{fill:none;stroke:currentColor;stroke-width:1;opacity:.35;stroke-dasharray:3 3}
.lf .wave{fill:none;stroke:#2f81f7;stroke-width:1.6;stroke-linejoin:round}
.lf .trace{fill:none;stroke:#2f81f7;stroke-width:1;opacity:.4}
.lf .ok{fill:#2da44e;stroke:none}
.lf .bad{fill:#e5484d;stroke:none}
.lf .cross{fill:none;stroke:#e5484d;stroke-width:2}
.lf .odd{fill:#e5484d;stroke:none;opacity:.16}
.lf .sent{fill:none;stroke:#2f81f7;stroke-width:1.5}
.lf .tip{fill:#2f81f7;stroke:none}
.lf .gone{fill:none;stroke:#e5484d;stroke-width:1.5;stroke-dasharray:6 3}
.lf .c0{fill:none;stroke:#2f81f7;stroke-width:1.8}
.lf .c1{fill:none;stroke:#d9730d;stroke-width:1.8;stroke-dasharray:8 5}
.lf .c2{fill:none;stroke:#2da44e;stroke-width:1.8;stroke-dasharray:2 3}
.lf .c3{fill:none;stroke:#a55ee0;stroke-width:1.8;stroke-dasharray:9 3 2 3}
.lf .c4{fill:none;stroke:#e5484d;stroke-width:1.8;stroke-dasharray:5 3}
.lf .c5{fill:none;stroke:#8a8f98;stroke-width:1.8}
.lf .mark{stroke-dasharray:none;stroke-width:1.5}
";

/// A picture that is being drawn. Sizes and places in pixels, from the upper left corner.
pub(crate) struct Svg(String);

impl Svg {
    /// An empty picture; `title` and `description` are read out to those who cannot see it.
    pub(crate) fn new(width: f64, height: f64, title: &str, description: &str) -> Self {
        let (width, height) = (Px(width), Px(height));
        let mut svg = Svg(String::new());
        svg.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"lf\" role=\"img\" \
             width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">"
        ));
        svg.put(format_args!("<title>{}</title>", Escaped(title)));
        svg.put(format_args!("<desc>{}</desc>", Escaped(description)));
        svg.put(format_args!("<style>\n{STYLE}</style>"));
        svg
    }

    /// The picture as text.
    pub(crate) fn finish(mut self) -> String {
        self.put(format_args!("</svg>"));
        self.0
    }

    fn put(&mut self, element: fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.0.write_fmt(element);
        self.0.push('\n');
    }

    /// Opens a group that pointing devices show `title` for; `close` ends it.
    pub(crate) fn open(&mut self, class: &str, title: &str) {
        self.put(format_args!(
            "<g class=\"{class}\"><title>{}</title>",
            Escaped(title)
        ));
    }

    pub(crate) fn close(&mut self) {
        self.put(format_args!("</g>"));
    }

    pub(crate) fn text(&mut self, class: &str, (x, y): (f64, f64), text: &str) {
        let (x, y, text) = (Px(x), Px(y), Escaped(text));
        self.put(format_args!(
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{text}</text>"
        ));
    }

    pub(crate) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let (x1, y1, x2, y2) = (Px(from.0), Px(from.1), Px(to.0), Px(to.1));
        self.put(format_args!(
            "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"
        ));
    }

    pub(crate) fn rect(
        &mut self,
        class: &str,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
    ) {
        let (x, y, width, height) = (Px(x), Px(y), Px(width), Px(height));
        self.put(format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
        ));
    }

    pub(crate) fn circle(&mut self, class: &str, (x, y): (f64, f64), radius: f64) {
        let (x, y, r) = (Px(x), Px(y), Px(radius));
        self.put(format_args!(
            "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>"
        ));
    }

    /// A line through points; points that fall on the same tenth of a pixel as the one before
    /// are left out.
    pub(crate) fn polyline(
        &mut self,
        class: &str,
        points: impl Iterator<Item = (f64, f64)>,
    ) {
        self.points("polyline", class, points);
    }

    pub(crate) fn polygon(
        &mut self,
        class: &str,
        points: impl Iterator<Item = (f64, f64)>,
    ) {
        self.points("polygon", class, points);
    }

    fn points(
        &mut self,
        element: &str,
        class: &str,
        points: impl Iterator<Item = (f64, f64)>,
    ) {
        let mut places: Vec<_> = points
            .map(|(x, y)| format!("{},{}", Px(x), Px(y)))
            .collect();
        places.dedup();
        let places = places.join(" ");
        self.put(format_args!(
            "<{element} class=\"{class}\" points=\"{places}\"/>"
        ));
    }

    /// Two strokes across each other.
    pub(crate) fn cross(&mut self, class: &str, (x, y): (f64, f64), size: f64) {
        self.line(class, (x - size, y - size), (x + size, y + size));
        self.line(class, (x - size, y + size), (x + size, y - size));
    }
}

/// Pixels, rounded to a tenth, written as short as that goes.
struct Px(f64);

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Adding zero makes minus zero zero.
        write!(f, "{}", (self.0 * 10.0).round() / 10.0 + 0.0)
    }
}

/// Text that is text wherever it stands: no markup, no character that XML forbids.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}')?,
                letter if letter.is_control() => f.write_char('\u{fffd}')?,
                letter => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

/// At most `most` letters of a text; what is cut shows as "…".
pub(crate) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept = text.chars().take(most.saturating_sub(1));
    kept.chain(std::iter::once('…')).collect()
}

/// About how wide a text of 12 pixels height is: letters differ, so rather too much.
pub(crate) fn width(text: &str) -> f64 {
    7.0 * crate::scale::float(text.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_short_and_have_no_minus_zero() {
        let cases = [
            (0.04, "0"),
            (-0.04, "0"),
            (12.0, "12"),
            (1.25, "1.3"),
            (-3.16, "-3.2"),
        ];
        for (value, text) in cases {
            assert_eq!(Px(value).to_string(), text);
        }
    }

    #[test]
    fn points_on_the_same_tenth_of_a_pixel_are_one() {
        let mut svg = Svg(String::new());
        let points = [(0.0, 1.0), (0.02, 1.04), (0.1, 1.0), (0.1, 1.0), (0.0, 1.0)];
        svg.polyline("wave", points.into_iter());
        assert!(svg.0.contains("points=\"0,1 0.1,1 0,1\""), "{}", svg.0);
    }

    #[test]
    fn markup_and_control_characters_become_text() {
        let text = Escaped("<script>\"a\" & 'b'\u{0}\u{1b}[31m\u{ffff}").to_string();
        let safe =
            "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;\u{fffd}\u{fffd}[31m\u{fffd}";
        assert_eq!(text, safe);
    }

    #[test]
    fn long_texts_are_cut_between_letters() {
        assert_eq!(shortened("añb", 3), "añb");
        assert_eq!(shortened("añbc", 3), "añ…");
    }
}
