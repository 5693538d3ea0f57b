//! CSV as Spark reads and writes it, in functions and in files.
//!
//! - [`CsvOptions`] are the options, each of which acts.
//! - `tokenizer` takes text apart into records of values, `quoted` and `multiple` are its harder parts;
//!   the answers to broken text are Univocity's.
//! - [`CsvReader`] makes columns of records under a parse mode, `values` knows their types.
//! - [`Inference`] finds types where nobody says them.
//! - [`CsvWriter`] spells rows.
//!
//! Not as in Spark: a quote that is not escaped, with line ends before it and the handling
//! `BACK_TO_DELIMITER`, leaves the line ends in the value.

mod dialect;
mod functions;
mod generate;
mod infer;
mod moments;
mod multiple;
mod options;
mod quoted;
mod reader;
mod record;
mod spell;
mod symbols;
mod tokenizer;
mod values;

pub(crate) use functions::FUNCTIONS;
pub use generate::{CsvRows, CsvWriter, can_write};
pub use infer::Inference;
pub(crate) use moments::Moments;
pub(crate) use options::invalid_option;
pub use options::{CsvOptions, CsvSession, GetOption, ParseMode};
pub use reader::{CsvReader, Progress, check_corrupt_column};
pub(crate) use symbols::Symbols;
pub(crate) use values::{boolean, number};
