//! Lines through measured points, as an SVG file that shows in `BENCHMARKS.md`.
//!
//! Both axes are linear and begin at 0, so that time in proportion to size is a straight line. The
//! colours and the dashes tell lines apart; the legend stands to the right of the plot.

use std::fmt::{self, Display};

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What the legend calls it.
    pub name: String,
    /// Lines of one number share a colour.
    pub colour: usize,
    /// Lines of one number share a dash pattern.
    pub dash: usize,
    /// Points from left to right: finite and not negative.
    pub points: Vec<(f64, f64)>,
}

/// A plot. Displays as an SVG document.
///
/// ```
/// use flint_benchmarks::plot::{Line, Plot};
/// let line = Line { name: "sort".into(), colour: 0, dash: 0, points: vec![(1.0, 0.5), (2.0, 1.0)] };
/// let plot = Plot { title: "Time".into(), x: "size".into(), y: "seconds".into(), lines: vec![line] };
/// assert!(plot.to_string().starts_with("<svg"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// Stands above.
    pub title: String,
    /// What the horizontal axis shows.
    pub x: String,
    /// What the vertical axis shows.
    pub y: String,
    /// The lines.
    pub lines: Vec<Line>,
}

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 200.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;
/// About so many marks on an axis.
const MARKS: f64 = 6.0;
/// Told apart by people who see colours differently, too (Okabe and Ito).
const COLOURS: [&str; 6] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
];
const DASHES: [&str; 3] = ["none", "7 4", "2 3"];

/// One axis: values from 0 to `end` on a stretch of the page.
struct Axis {
    end: f64,
    step: f64,
    from: f64,
    to: f64,
}

impl Axis {
    fn new(largest: f64, from: f64, to: f64) -> Axis {
        let step = round_step(largest / MARKS);
        Axis {
            end: (largest / step).ceil().max(1.0) * step,
            step,
            from,
            to,
        }
    }

    fn at(&self, value: f64) -> f64 {
        self.from + (self.to - self.from) * value / self.end
    }

    /// The values that are marked, and where they stand.
    fn marks(&self) -> impl Iterator<Item = (f64, f64)> {
        let count = (self.end / self.step).round() as usize;
        (0..=count).map(|i| {
            let value = i as f64 * self.step;
            (value, self.at(value))
        })
    }
}

/// The least of 1, 2 and 5 times a power of ten that is not below `step`.
fn round_step(step: f64) -> f64 {
    if step.is_nan() || step <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(step.log10().floor());
    // A hundredth of tolerance: logarithms are not exact.
    let factor = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|f| f * power >= step * 0.99);
    factor.unwrap_or(10.0) * power
}

impl Display for Plot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let points = || self.lines.iter().flat_map(|line| &line.points);
        let largest = |of: fn(&(f64, f64)) -> f64| points().map(of).fold(0.0, f64::max);
        let x = Axis::new(largest(|p| p.0), LEFT, WIDTH - RIGHT);
        let y = Axis::new(largest(|p| p.1), HEIGHT - BOTTOM, TOP);
        writeln!(
            f,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             font-family=\"sans-serif\" font-size=\"12\">\n\
             <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>"
        )?;
        self.grid(f, &x, &y)?;
        for (row, line) in self.lines.iter().enumerate() {
            draw(f, line, row, &x, &y)?;
        }
        writeln!(f, "</svg>")
    }
}

impl Plot {
    fn grid(&self, f: &mut fmt::Formatter<'_>, x: &Axis, y: &Axis) -> fmt::Result {
        for (value, at) in x.marks() {
            rule(f, (at, y.from), (at, y.to))?;
            text(f, (at, y.from + 16.0), "middle", &number(value))?;
        }
        for (value, at) in y.marks() {
            rule(f, (x.from, at), (x.to, at))?;
            text(f, (x.from - 6.0, at + 4.0), "end", &number(value))?;
        }
        let middle = (x.from + x.to) / 2.0;
        text(f, (middle, TOP / 2.0 + 4.0), "middle", &self.title)?;
        text(f, (middle, HEIGHT - 12.0), "middle", &self.x)?;
        text(f, (8.0, TOP - 14.0), "start", &self.y)
    }
}

fn rule(f: &mut fmt::Formatter<'_>, from: (f64, f64), to: (f64, f64)) -> fmt::Result {
    writeln!(
        f,
        "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"#dddddd\"/>",
        from.0, from.1, to.0, to.1
    )
}

fn text(f: &mut fmt::Formatter<'_>, at: (f64, f64), anchor: &str, text: &str) -> fmt::Result {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let (x, y) = at;
    writeln!(
        f,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"
    )
}

/// A line, its points, and its row of the legend.
fn draw(f: &mut fmt::Formatter<'_>, line: &Line, row: usize, x: &Axis, y: &Axis) -> fmt::Result {
    let colour = COLOURS[line.colour % COLOURS.len()];
    let dash = DASHES[line.dash % DASHES.len()];
    let stroke =
        format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dash}\"");
    write!(f, "<polyline {stroke} points=\"")?;
    for (a, b) in &line.points {
        write!(f, "{:.1},{:.1} ", x.at(*a), y.at(*b))?;
    }
    writeln!(f, "\"/>")?;
    for (a, b) in &line.points {
        let (cx, cy) = (x.at(*a), y.at(*b));
        writeln!(
            f,
            "<circle cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"3\" fill=\"{colour}\"/>"
        )?;
    }
    let (left, height) = (WIDTH - RIGHT + 16.0, TOP + 10.0 + 20.0 * row as f64);
    let end = left + 28.0;
    writeln!(
        f,
        "<polyline {stroke} points=\"{left},{height} {end},{height}\"/>"
    )?;
    text(f, (end + 6.0, height + 4.0), "start", &line.name)
}

/// A mark without the noise of binary fractions.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        for (step, round) in [
            (0.0, 1.0),
            (1.0, 1.0),
            (1.1, 2.0),
            (3.0, 5.0),
            (6.0, 10.0),
            (0.03, 0.05),
            (1_000.0, 1_000.0),
        ] {
            assert!((round_step(step) - round).abs() < 1e-9, "{step}");
        }
    }

    #[test]
    fn an_axis_ends_at_a_mark_behind_the_largest_value() {
        let axis = Axis::new(8.0, 100.0, 500.0);
        let marks: Vec<(f64, f64)> = axis.marks().collect();
        assert_eq!(marks.first(), Some(&(0.0, 100.0)));
        assert_eq!(marks.last(), Some(&(8.0, 500.0)));
        assert!((axis.at(4.0) - 300.0).abs() < 1e-9);
    }

    #[test]
    fn every_point_is_drawn_and_names_are_escaped() {
        let line = |name: &str, colour| Line {
            name: name.to_owned(),
            colour,
            dash: 1,
            points: vec![(1.0, 0.1), (2.0, 0.2), (4.0, 0.4)],
        };
        let plot = Plot {
            title: "Time".into(),
            x: "size".into(),
            y: "seconds".into(),
            lines: vec![line("a<b & c", 0), line("d", 7)],
        };
        let svg = plot.to_string();
        assert_eq!(svg.matches("<circle").count(), 6);
        assert!(svg.contains("a&lt;b &amp; c"));
        assert!(svg.contains(COLOURS[1]), "colours begin again");
        assert!(svg.trim_end().ends_with("</svg>"));
    }

    #[test]
    fn a_plot_of_nothing_is_a_plot() {
        let plot = Plot {
            title: String::new(),
            x: String::new(),
            y: String::new(),
            lines: Vec::new(),
        };
        assert!(!plot.to_string().contains("NaN"));
    }
}
