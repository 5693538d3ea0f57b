//! How time grows with input and threads: `growth [SCALE [THREADS [CSV [SVG]]]]`.
//!
//! Chain, sums by key, sort by key and word count, each at 1, 2, 4 and 8 times its smallest size,
//! on 1, 2, 4 … THREADS threads (2 unless given). SCALE multiplies the sizes (1 unless given; 0.01
//! is a quick try). All runs of a round are made in turn, sizes and threads mixed, so that a
//! machine that slows down slows all alike; a point is the median of five rounds. Writes the points
//! to CSV (`growth.csv`) and the plot to SVG (`growth.svg`), and prints a table in which the ideal
//! of a row is twice the time of the column before.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use flint_benchmarks::data::{self, VOCABULARY, ZipfText};
use flint_benchmarks::peers::chain::{Chain, Dividing};
use flint_benchmarks::plot::{Line, Plot};
use flint_core::{Context, Rdd, Result, Text};

const ROUNDS: usize = 5;
const FACTORS: [usize; 4] = [1, 2, 4, 8];
const SEED: u64 = 42;
/// Partitions of every input, whatever its size and the threads.
const PARTITIONS: usize = 8;
/// Records or bytes of the smallest size.
const CHAIN_RECORDS: f64 = 12.5e6;
const PAIRS: f64 = 2.5e6;
const KEYS: f64 = 125e3;
const TEXT_BYTES: f64 = 25e6;

type Outcome<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Outcome {
    let scale: f64 = args.first().map_or(Ok(1.0), |s| s.parse())?;
    let threads: usize = args.get(1).map_or(Ok(2), |s| s.parse())?;
    if scale.is_nan() || scale <= 0.0 || threads == 0 {
        return Err(
            "usage: growth [SCALE [THREADS [CSV [SVG]]]], SCALE and THREADS above 0".into(),
        );
    }
    let path = |n: usize, default| args.get(n).map_or(default, String::as_str).to_owned();
    let threads: Vec<usize> = std::iter::successors(Some(1), |n| Some(n * 2))
        .take_while(|n| *n <= threads)
        .collect();
    let texts = tempfile::tempdir()?;
    let inputs = FACTORS
        .map(|factor| Input::make(factor, scale, texts.path()))
        .into_iter()
        .collect::<Outcome<Vec<_>>>()?;
    let points = measure(&inputs, &threads)?;
    print(&points)?;
    std::fs::write(path(2, "growth.csv"), csv(&points, scale))?;
    std::fs::write(path(3, "growth.svg"), plot(&points).to_string())?;
    Ok(())
}

/// What the workloads of one size read.
struct Input {
    factor: usize,
    numbers: usize,
    pairs: Vec<(u64, u64)>,
    unsorted: Vec<(u64, u64)>,
    text: PathBuf,
}

impl Input {
    fn make(factor: usize, scale: f64, texts: &Path) -> Outcome<Self> {
        let size = |smallest: f64| ((smallest * scale).ceil() as usize) * factor;
        let text = texts.join(format!("{factor}.txt"));
        let mut out = BufWriter::new(std::fs::File::create(&text)?);
        ZipfText::new(VOCABULARY, SEED).write(size(TEXT_BYTES) as u64, &mut out)?;
        out.flush()?;
        Ok(Input {
            factor,
            numbers: size(CHAIN_RECORDS),
            pairs: data::pairs(size(PAIRS), size(KEYS) as u64, SEED),
            unsorted: data::unsorted_pairs(size(PAIRS), SEED),
            text,
        })
    }

    /// Times the workloads, in the order of [`WORKLOADS`]. Lineage is built before the clock starts.
    fn time(&self, ctx: &Context) -> Result<[Duration; 4]> {
        let chain = ctx
            .range(0, self.numbers as i64, 1, PARTITIONS)?
            .map(|x| Dividing::first(x as u64))
            .filter(Dividing::keep)
            .map(Dividing::last);
        let sums = ctx
            .parallelize(self.pairs.clone(), PARTITIONS)
            .reduce_by_key(u64::wrapping_add, 0);
        let sorted = ctx
            .parallelize(self.unsorted.clone(), PARTITIONS)
            .sort_by_key(true, PARTITIONS);
        let words = ctx
            .text_file(self.text.display().to_string(), PARTITIONS)?
            .flat_map(Text::words)
            .map(|word| (word, 1_u64))
            .reduce_by_key(|a, b| a + b, 0);
        Ok([time(&chain)?, time(&sums)?, time(&sorted)?, time(&words)?])
    }
}

const WORKLOADS: [&str; 4] = [
    "chain, dividing",
    "reduce_by_key",
    "sort_by_key",
    "word count",
];

/// The time to make all records; they are dropped where they are made.
fn time<T: flint_core::Data>(rdd: &Rdd<T>) -> Result<Duration> {
    let start = Instant::now();
    rdd.run_job(|_, records| {
        records.for_each(|x| drop(std::hint::black_box(x)));
        Ok(())
    })?;
    Ok(start.elapsed())
}

/// Workload, threads, factor.
type Point = (usize, usize, usize);

fn measure(inputs: &[Input], threads: &[usize]) -> Outcome<BTreeMap<Point, Duration>> {
    let mut times: BTreeMap<Point, Vec<Duration>> = BTreeMap::new();
    // The first round warms caches and is not counted.
    for round in 0..=ROUNDS {
        for input in inputs {
            for &threads in threads {
                let ctx = context(threads)?;
                for (workload, time) in input.time(&ctx)?.into_iter().enumerate() {
                    if round > 0 {
                        let point = (workload, threads, input.factor);
                        times.entry(point).or_default().push(time);
                    }
                }
                ctx.stop();
            }
        }
    }
    let median = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    Ok(times.into_iter().map(|(p, t)| (p, median(t))).collect())
}

fn context(threads: usize) -> Result<Context> {
    Context::builder()
        .master(&format!("local[{threads}]"))
        .memory_bytes(8 << 30)
        .config("spark.ui.showConsoleProgress", false)
        .build()
}

/// The points of each line: a workload on so many threads.
fn lines(points: &BTreeMap<Point, Duration>) -> BTreeMap<(usize, usize), Vec<(f64, f64)>> {
    let mut lines: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (&(workload, threads, factor), time) in points {
        let line = lines.entry((workload, threads)).or_default();
        line.push((factor as f64, time.as_secs_f64()));
    }
    lines
}

fn print(points: &BTreeMap<Point, Duration>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let sizes = FACTORS.map(|f| format!(" {f}x |")).concat();
    let rules = FACTORS.map(|_| " ---: |").concat();
    writeln!(out, "| workload | threads |{sizes}\n| --- | ---: |{rules}")?;
    for ((workload, threads), line) in lines(points) {
        let seconds: String = line.iter().map(|(_, s)| format!(" {s:.3} s |")).collect();
        writeln!(out, "| {} | {threads} |{seconds}", WORKLOADS[workload])?;
    }
    Ok(())
}

fn csv(points: &BTreeMap<Point, Duration>, scale: f64) -> String {
    let smallest = [CHAIN_RECORDS, PAIRS, PAIRS, TEXT_BYTES];
    let mut csv = "workload,threads,size,seconds\n".to_owned();
    for (&(workload, threads, factor), time) in points {
        let size = (smallest[workload] * scale).ceil() as usize * factor;
        let (name, seconds) = (WORKLOADS[workload].replace(',', ""), time.as_secs_f64());
        csv.push_str(&format!("{name},{threads},{size},{seconds:.6}\n"));
    }
    csv
}

fn plot(points: &BTreeMap<Point, Duration>) -> Plot {
    let line = |((workload, threads), points): ((usize, usize), Vec<(f64, f64)>)| Line {
        name: format!("{}, {threads} threads", WORKLOADS[workload])
            .replace(" 1 threads", " 1 thread"),
        colour: workload,
        dash: threads.ilog2() as usize,
        points,
    };
    Plot {
        title: "Time against input size".to_owned(),
        x: "input, multiples of the smallest".to_owned(),
        y: "seconds".to_owned(),
        lines: lines(points).into_iter().map(line).collect(),
    }
}
