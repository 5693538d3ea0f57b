//! Writes the text that the word count reads: `gen_text FILE MEGABYTES [SEED]`.
//!
//! Words follow Zipf's law over 192,000 distinct ones; a megabyte is 10^6 bytes, the seed is 42
//! unless given. The same arguments write the same file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use flint_benchmarks::data::{VOCABULARY, ZipfText};

const USAGE: &str = "usage: gen_text FILE MEGABYTES [SEED]";

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Vec<String>) -> Result<(), String> {
    let (path, megabytes, seed) = match args.as_slice() {
        [path, megabytes] => (path, megabytes, "42"),
        [path, megabytes, seed] => (path, megabytes, seed.as_str()),
        _ => return Err(USAGE.to_owned()),
    };
    let number = |s: &str| s.parse::<u64>().map_err(|e| format!("{s}: {e}\n{USAGE}"));
    let (megabytes, seed) = (number(megabytes)?, number(seed)?);
    write_file(path, megabytes * 1_000_000, seed).map_err(|e| format!("{path}: {e}"))
}

fn write_file(path: &str, bytes: u64, seed: u64) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    ZipfText::new(VOCABULARY, seed).write(bytes, &mut out)?;
    out.flush()
}
