//! [`Runner`]: statements and scripts, one after the other, in one session.
//!
//! The shell and `-e`, `-f`, `-i` and standard input all run here, so that a line typed and a line of
//! a file mean the same. A statement is SQL up to its semicolon, or a line that begins with `.` or `!`,
//! which `shell::meta` reads, or one of spark-sql's own: `quit`, `exit`, `source FILE`, `clear`.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use flint_sql::{SparkSession, split_script};

use crate::failure::{Failure, Result};
use crate::interrupt::Interrupts;
use crate::output::{self, Layout};
use crate::shell::meta;
use crate::variables::Variables;

/// How deep files may have others read.
const MAX_FILES: usize = 32;

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// With the next statement.
    On,
    /// Not at all: the user has quit.
    Quit,
}

/// A session with what the user has chosen.
pub(crate) struct Runner {
    pub(crate) session: SparkSession,
    pub(crate) layout: Layout,
    pub(crate) variables: Variables,
    /// Whether it is told how long statements take.
    pub(crate) timer: bool,
    /// Whether statements are printed before they run.
    pub(crate) verbose: bool,
    /// Where results go.
    pub(crate) out: Box<dyn Write>,
    pub(crate) interrupts: Interrupts,
    /// How many files are being read.
    depth: usize,
}

impl Runner {
    /// A runner whose results go to standard output.
    pub(crate) fn new(session: SparkSession, layout: Layout, interrupts: Interrupts) -> Runner {
        Runner {
            session,
            layout,
            variables: Variables::default(),
            timer: false,
            verbose: false,
            out: standard_output(),
            interrupts,
            depth: 0,
        }
    }

    /// Runs the statements of a file.
    pub(crate) fn file(&mut self, path: &Path) -> Result<Flow> {
        if self.depth == MAX_FILES {
            let told = format!("{}: files read one another without end", path.display());
            return Err(Failure::Usage(told));
        }
        let text = fs::read_to_string(path).map_err(Failure::of_file(path))?;
        self.depth += 1;
        let ran = self.script(&text, &path.display().to_string());
        self.depth -= 1;
        ran
    }

    /// Runs the statements of a text up to the first that fails. `source` is what errors call it.
    pub(crate) fn script(&mut self, text: &str, source: &str) -> Result<Flow> {
        let (mut from, mut line, mut counted) = (0, 1, 0);
        // A line of the shell's may hold quotes that are none of SQL's, so what follows it is cut anew.
        'cut: loop {
            for piece in split_script(&text[from..]).statements() {
                let (start, end) = (from + piece.start, from + piece.end);
                line += text[counted..start].matches('\n').count();
                counted = start;
                let is_line = meta::is_command(&text[start..]);
                let length = text[start..].find('\n').unwrap_or(text.len() - start);
                let statement = match is_line {
                    true => &text[start..start + length],
                    false => &text[start..end],
                };
                let ran = self.statement(statement);
                let ran = ran.map_err(|failure| failure.at(|| format!("{source}, line {line}")));
                if ran? == Flow::Quit {
                    return Ok(Flow::Quit);
                }
                if is_line {
                    from = start + length;
                    continue 'cut;
                }
            }
            return Ok(Flow::On);
        }
    }

    /// Runs a statement without its semicolon, or a line of the shell's own.
    pub(crate) fn statement(&mut self, text: &str) -> Result<Flow> {
        let text = text.trim();
        if meta::is_command(text) {
            return meta::run(self, text);
        }
        if let Some(flow) = self.own_word(text)? {
            return Ok(flow);
        }
        let text = self.variables.substitute(text, self.session.conf())?;
        if self.verbose {
            // When standard error is closed there is nobody to tell.
            let _ = writeln!(io::stderr(), "{text}");
        }
        let began = Instant::now();
        let rows = self.sql(&text)?;
        if self.timer {
            let _ = writeln!(io::stderr(), "{}", taken(began.elapsed(), rows));
        }
        Ok(Flow::On)
    }

    /// What spark-sql takes beside SQL.
    fn own_word(&mut self, text: &str) -> Result<Option<Flow>> {
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let (word, rest) = (word.to_lowercase(), rest.trim());
        Ok(match word.as_str() {
            "quit" | "exit" if rest.is_empty() => Some(Flow::Quit),
            "clear" if rest.is_empty() => {
                meta::clear_screen();
                Some(Flow::On)
            }
            "source" if !rest.is_empty() => Some(self.file(Path::new(rest))?),
            _ => None,
        })
    }

    /// Runs SQL and writes its rows; gives how many there were, or nothing for what has no rows.
    fn sql(&mut self, text: &str) -> Result<Option<u64>> {
        let running = self.interrupts.begin();
        let frame = self.session.try_sql(text);
        let wrote = frame.map_err(Failure::from).and_then(|frame| {
            let result = output::Rows::of(&frame, text)?;
            let wrote = output::write(&result, &self.layout, &running, &mut self.out);
            self.out.flush().map_err(Failure::of_output)?;
            wrote
        });
        match wrote {
            Err(Failure::Sql { .. }) if running.is_cancelled() => Err(Failure::Interrupted),
            wrote => wrote,
        }
    }
}

/// Standard output with room for many rows before they are written.
pub(crate) fn standard_output() -> Box<dyn Write> {
    Box::new(io::BufWriter::with_capacity(1 << 16, io::stdout()))
}

/// What spark-sql says of a statement that has ended.
fn taken(time: Duration, rows: Option<u64>) -> String {
    let mut told = format!("Time taken: {:.3} seconds", time.as_secs_f64());
    if let Some(rows) = rows {
        told.push_str(&format!(", Fetched {rows} row(s)"));
    }
    told
}
