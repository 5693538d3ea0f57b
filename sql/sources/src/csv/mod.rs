//! CSV files. Records are the business of `flint_sql_functions::csv`; here are files of them: how
//! `format` finds a schema, how `read` makes batches of lines or of text as a whole, how `encode`
//! writes them.

mod encode;
mod format;
mod read;

pub(crate) use encode::CsvEncoding;
pub(crate) use format::{CsvFormat, OPTIONS};

use flint_sql_functions::csv::{CsvOptions, CsvSession};
use flint_sql_spec::Result;

use crate::options::OptionMap;
use crate::settings::SourceSettings;
use crate::text::{Charset, Separator};

/// Reads the options.
fn options(options: OptionMap<'_>, settings: &SourceSettings) -> Result<CsvOptions> {
    let session = CsvSession {
        time_zone: settings.time_zone.to_string(),
        corrupt_column: settings.corrupt_column.to_string(),
        case_sensitive: settings.case_sensitive,
        timestamps_without_zone: settings.timestamps_without_zone,
        column_pruning: settings.csv_column_pruning,
        now: chrono::Utc::now().timestamp_micros(),
    };
    let get = |name: &str| options.get(name).map(str::to_owned);
    CsvOptions::read(&get, &session)
}

/// How the bytes of files are text, and what ends a line.
fn bytes(options: &CsvOptions, asked_by: &str) -> Result<(Charset, Separator)> {
    let charset = Charset::named(&options.encoding, asked_by)?;
    let separator = match &options.line_separator {
        None => Separator::Newline,
        Some(text) => Separator::Bytes(charset.encode(text)),
    };
    Ok((charset, separator))
}
