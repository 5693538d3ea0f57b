//! The command line. Help texts, completions and the manual page are made of it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::output::Format;

/// Flint's version and that of the Spark whose behaviour it has.
pub(crate) const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (Spark 4.3.0)");

const AFTER_HELP: &str = "\
Configuration is taken from, strongest first:
  1. --master and --conf, the last of equal keys
  2. the variables FLINT_MASTER and FLINT_CONF (KEY=VALUE;KEY=VALUE)
  3. the properties file (--properties-file, FLINT_PROPERTIES_FILE)
  4. the defaults of the keys
Whatever SET says in SQL is stronger than all of them. The log follows --log, else FLINT_LOG.";

const CONNECT_HELP: &str = "\
Without --token-file the token is that of FLINT_CONNECT_TOKEN, else of SPARK_CONNECT_AUTHENTICATE_TOKEN.
An address that other machines can reach needs a token, clients' certificates, or --insecure: whoever
can connect can run code as the server's user.";

/// Spark's SQL and DataFrames without Spark: one native program.
#[derive(Debug, Parser)]
#[command(name = "flint", version = VERSION, after_help = AFTER_HELP, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct Common {
    /// Where jobs run.
    #[arg(
        help = "Where jobs run: local, local[4], local[*]",
        long,
        global = true,
        value_name = "URL",
        env = "FLINT_MASTER"
    )]
    pub(crate) master: Option<String>,
    /// Sets a configuration key; may be given many times
    #[arg(short, long, global = true, value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) conf: Vec<(String, String)>,
    /// A file of keys and values, in the form of spark-defaults.conf
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "FLINT_PROPERTIES_FILE"
    )]
    pub(crate) properties_file: Option<PathBuf>,
    /// What is logged on standard error: off, error, warn, info, debug, trace, or a list such as
    /// warn,flint_core=debug
    #[arg(long, global = true, value_name = "LEVEL", env = "FLINT_LOG")]
    pub(crate) log: Option<String>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs SQL: at a prompt, of texts, of files, or of standard input
    Sql(SqlArgs),
    /// Serves Spark Connect until SIGTERM or Ctrl-C; prints its address when it is ready
    Connect(ConnectArgs),
    /// Runs a Python file, or another program, beside a server of its own
    Submit(SubmitArgs),
    /// Prints completions for a shell, to be put where the shell looks for them
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Prints the manual page in roff
    Man,
}

/// What `flint sql` takes.
#[derive(Debug, Args)]
pub(crate) struct SqlArgs {
    /// Runs the statements of a text and ends; may be given many times
    #[arg(short = 'e', value_name = "TEXT", conflicts_with = "file")]
    pub(crate) execute: Vec<String>,
    /// Runs the statements of a file and ends; `-` is standard input; may be given many times
    #[arg(short = 'f', long, value_name = "FILE")]
    pub(crate) file: Vec<PathBuf>,
    /// Runs the statements of a file first
    #[arg(short = 'i', long, value_name = "FILE")]
    pub(crate) init: Vec<PathBuf>,
    /// The form of results
    #[arg(short, long, value_enum, default_value_t = Format::Table, value_name = "FORMAT")]
    pub(crate) output: Format,
    /// Most rows of a table, 0 for all; other forms have all rows always
    #[arg(long, value_name = "COUNT", default_value_t = 1000)]
    pub(crate) rows: usize,
    /// Most characters of a table's cell, as show() cuts them; 0 for all
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub(crate) truncate: usize,
    /// Leaves out the line of names in CSV
    #[arg(long)]
    pub(crate) no_header: bool,
    /// The schema to begin in
    #[arg(long, value_name = "NAME")]
    pub(crate) database: Option<String>,
    /// Defines a variable: ${NAME} in statements is replaced by its value; may be given many times
    #[arg(short, long, value_name = "NAME=VALUE", value_parser = pair, visible_alias = "hivevar")]
    pub(crate) define: Vec<(String, String)>,
    /// Tells on standard error how long each statement took; always at a prompt, unless .timer is off
    #[arg(long)]
    pub(crate) timer: bool,
    /// Prints each statement on standard error before it runs
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

/// What `flint connect` takes.
#[derive(Debug, Args)]
#[command(after_help = CONNECT_HELP)]
pub(crate) struct ConnectArgs {
    /// The address to listen at
    #[arg(long, default_value = "127.0.0.1")]
    pub(crate) host: String,
    /// The port to listen at; 0 takes a free one
    #[arg(long, default_value_t = 15002)]
    pub(crate) port: u16,
    /// A file with the token that clients must show
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// The server's certificate chain, as PEM; clients then need TLS. Read again when it is renewed
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The key of the certificate, as PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Lets in only clients with a certificate of this authority, as PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_client_ca: Option<PathBuf>,
    /// Lets everybody in who can reach an address that is open to other machines
    #[arg(long)]
    pub(crate) insecure: bool,
}

/// What `flint submit` takes.
#[derive(Debug, Args)]
pub(crate) struct SubmitArgs {
    /// The Python that runs a .py file
    #[arg(long, value_name = "PROGRAM", env = "PYSPARK_PYTHON")]
    pub(crate) python: Option<PathBuf>,
    /// The application's name; that of the file without it
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Starts the server without a token: for clients before Spark 4, which show none without TLS
    #[arg(long)]
    pub(crate) insecure: bool,
    /// A .py file, or a file that can be executed, and its arguments
    #[arg(required = true, trailing_var_arg = true, value_names = ["PROGRAM", "ARGUMENT"], num_args = 1..)]
    pub(crate) program: Vec<OsString>,
}

impl SubmitArgs {
    /// The program and its arguments.
    pub(crate) fn program(&self) -> (&Path, &[OsString]) {
        match self.program.split_first() {
            Some((program, arguments)) => (Path::new(program), arguments),
            None => (Path::new(""), &[]),
        }
    }
}

/// Reads `key=value`.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.to_owned()))
        }
        _ => Err("it has to be NAME=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn pairs_are_cut_at_the_first_sign() {
        assert_eq!(pair("a=b=c"), Ok(("a".into(), "b=c".into())));
        assert_eq!(pair("a="), Ok(("a".into(), String::new())));
        assert!(pair("a").is_err() && pair("=b").is_err());
    }
}
