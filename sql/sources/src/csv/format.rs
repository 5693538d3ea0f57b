//! [`CsvFormat`]: CSV files as a [`Format`] of tables, and how their schema is inferred.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::FileSource;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::physical_expr_adapter::PhysicalExprAdapterFactory;
use flint_sql_functions::csv::{CsvOptions, CsvReader, Inference, Progress, check_corrupt_column};
use flint_sql_spec::{DataType, Result, SqlError, StructType, condition};
use object_store::{ObjectMeta, ObjectStore};

use super::read::{CsvFile, Lines, Texts};
use crate::error::{read_failed, while_reading};
use crate::files::Location;
use crate::guard::{Guarded, is_tolerated};
use crate::options::{OptionMap, OptionUse};
use crate::settings::SourceSettings;
use crate::table::Format;
use crate::text::{Charset, Input, Separator, TextSource, open_file, split};

/// The options of CSV.
pub(crate) const OPTIONS: &[OptionUse] = &[
    OptionUse::both("sep", "what stands between values"),
    OptionUse::both("delimiter", "another name for sep"),
    OptionUse::both("encoding", "the character set"),
    OptionUse::both("charset", "another name for encoding"),
    OptionUse::both("quote", "what values with separators stand in"),
    OptionUse::write("quoteAll", "whether all values stand in quotes"),
    OptionUse::both("escape", "what makes a quote text"),
    OptionUse::both("charToEscapeQuoteEscaping", "what makes an escape text"),
    OptionUse::write("escapeQuotes", "whether values with quotes stand in quotes"),
    OptionUse::both("comment", "what begins a line that is no record"),
    OptionUse::both("header", "whether the first line names the columns"),
    OptionUse::read("inferSchema", "whether types are found in the values"),
    OptionUse::read("preferDate", "whether inference knows dates"),
    OptionUse::read(
        "enforceSchema",
        "whether headers are not compared with the schema",
    ),
    OptionUse::both("ignoreLeadingWhiteSpace", "whether blanks before values go"),
    OptionUse::both(
        "ignoreTrailingWhiteSpace",
        "whether blanks behind values go",
    ),
    OptionUse::both("nullValue", "the text of NULL"),
    OptionUse::both("emptyValue", "the text of an empty string"),
    OptionUse::read("nanValue", "the text of a number that is none"),
    OptionUse::read("positiveInf", "the text of infinity"),
    OptionUse::read("negativeInf", "the text of negative infinity"),
    OptionUse::both("dateFormat", "the form of dates"),
    OptionUse::both("timestampFormat", "the form of timestamps"),
    OptionUse::both(
        "timestampNTZFormat",
        "the form of timestamps without a zone",
    ),
    OptionUse::both("timeFormat", "the form of times of day"),
    OptionUse::read(
        "enableDateTimeParsingFallback",
        "whether dates of another form may be read as casts do",
    ),
    OptionUse::both("timeZone", "the zone of timestamps"),
    OptionUse::both("locale", "the language of numbers"),
    OptionUse::read("maxColumns", "how many values a record may have"),
    OptionUse::read("maxCharsPerColumn", "how many characters a value may have"),
    OptionUse::read(
        "unescapedQuoteHandling",
        "what a quote means that is not escaped",
    ),
    OptionUse::read("mode", "what becomes of records that don't fit"),
    OptionUse::read("columnNameOfCorruptRecord", "where their text goes"),
    OptionUse::read(
        "columnPruning",
        "whether only columns that are asked for are read",
    ),
    OptionUse::read("multiLine", "whether values in quotes may have line ends"),
    OptionUse::read("samplingRatio", "how many records inference looks at"),
    OptionUse::both("lineSep", "what ends a record"),
    OptionUse::none("inputBufferSize", "the size of a buffer that there is not"),
    OptionUse::write("compression", "how files are packed"),
    OptionUse::write("codec", "another name for compression"),
    OptionUse::write("extension", "how names of files end"),
    OptionUse::refused("singleVariantColumn", "each record as one VARIANT"),
];

/// How CSV files are read.
#[derive(Debug)]
pub(crate) struct CsvFormat {
    settings: SourceSettings,
    options: CsvOptions,
    charset: Charset,
    separator: Separator,
}

impl CsvFormat {
    /// Reads the options.
    ///
    /// # Errors
    /// For values that they cannot have.
    pub(crate) fn read(options: OptionMap<'_>, settings: &SourceSettings) -> Result<Self> {
        options.refuse_unsupported("CSV", OPTIONS)?;
        let options = super::options(options, settings)?;
        let (charset, separator) = super::bytes(&options, "CSVOptions")?;
        Ok(CsvFormat {
            settings: settings.clone(),
            options,
            charset,
            separator,
        })
    }
}

#[async_trait]
impl Format for CsvFormat {
    fn name(&self) -> &'static str {
        "CSV"
    }

    async fn infer(
        &self,
        location: &Location,
        store: &Arc<dyn ObjectStore>,
        files: &[ObjectMeta],
    ) -> Result<Option<StructType>> {
        if files.is_empty() {
            return Ok(None);
        }
        // Spark looks for the first record in the biggest file.
        let mut files = files.to_vec();
        if !self.options.multi_line {
            files.sort_by_key(|file| std::cmp::Reverse(file.size));
        }
        let mut sampled = Sampled::new(&self.options);
        for file in files {
            let path = location.display_of(&file.location);
            let input = open_file(&**store, &file.location, None).await;
            let looked = match input.map_err(|error| while_reading(&path, error)) {
                Err(error) => (sampled, Err(error)),
                Ok(input) => {
                    let (options, charset) = (self.options.clone(), self.charset);
                    let separator = self.separator.clone();
                    let look = move || {
                        let found = sampled.file(input, &options, charset, &separator);
                        (sampled, found.map_err(|error| named(&path, error)))
                    };
                    tokio::task::spawn_blocking(look)
                        .await
                        .map_err(|e| SqlError::internal(format!("an inference ended: {e}")))?
                }
            };
            sampled = looked.0;
            match looked.1 {
                Err(error) if !is_tolerated(&error, &self.settings) => return Err(error),
                _ => {}
            }
            if sampled.is_enough(&self.options) {
                break;
            }
        }
        Ok(Some(sampled.schema()))
    }

    fn check(&self, schema: &StructType) -> Result<()> {
        check_corrupt_column(schema, &self.options.corrupt_column)?;
        for field in schema.iter() {
            if !is_readable(&field.data_type) {
                return Err(
                    SqlError::new(condition::UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE)
                        .with("format", "CSV")
                        .with("columnName", format!("`{}`", field.name))
                        .with("columnType", format!("\"{}\"", field.data_type.sql())),
                );
            }
        }
        Ok(())
    }

    async fn prepare(
        &self,
        _: &dyn Session,
        _: &Location,
        _: &Arc<dyn ObjectStore>,
        _: &SchemaRef,
        files: Vec<PartitionedFile>,
    ) -> Result<Vec<PartitionedFile>> {
        Ok(files)
    }

    fn source(
        &self,
        _: &dyn Session,
        location: &Location,
        _: &Arc<dyn ObjectStore>,
        table: TableSchema,
        types: &StructType,
    ) -> Arc<dyn FileSource> {
        let reader = CsvFile {
            options: self.options.clone(),
            charset: self.charset,
            separator: self.separator.clone(),
            schema: types.clone(),
            layout: Arc::clone(table.file_schema()),
        };
        let source = TextSource::new(Arc::new(reader), table);
        Arc::new(Guarded::new(
            Arc::new(source),
            location.clone(),
            &self.settings,
        ))
    }

    fn adapter(&self) -> Option<Arc<dyn PhysicalExprAdapterFactory>> {
        None
    }

    fn prunes(&self) -> bool {
        false
    }

    fn pieces(&self, files: Vec<PartitionedFile>, tasks: usize) -> Vec<PartitionedFile> {
        let splits = !self.options.multi_line && self.separator.can_split();
        split(files, splits, tasks, &self.settings)
    }
}

/// Whether values of a type can be read from text.
fn is_readable(data_type: &DataType) -> bool {
    match data_type {
        DataType::UserDefined(own) => is_readable(&own.sql_type),
        other => !matches!(
            other,
            DataType::Array { .. }
                | DataType::Map { .. }
                | DataType::Struct(_)
                | DataType::Null
                | DataType::Variant
        ),
    }
}

/// What a file system failed with, with the name of the file; errors of records are shown as they
/// are.
fn named(path: &str, error: SqlError) -> SqlError {
    match error.condition().class() {
        "INTERNAL_ERROR" => read_failed(path, "").caused_by(error),
        _ => error,
    }
}

/// Records that inference looks at.
struct Sampled {
    inference: Option<Inference>,
    /// The first line, which is a header wherever it is.
    first: Option<String>,
    sample: Sample,
}

/// Takes as many of all records as a ratio says, evenly.
struct Sample {
    ratio: f64,
    due: f64,
}

impl Sample {
    fn takes(&mut self) -> bool {
        if self.ratio > 0.99 {
            return true;
        }
        self.due += self.ratio;
        let takes = self.due >= 1.0;
        if takes {
            self.due -= 1.0;
        }
        takes
    }
}

impl Sampled {
    fn new(options: &CsvOptions) -> Sampled {
        Sampled {
            inference: None,
            first: None,
            sample: Sample {
                ratio: options.sampling_ratio,
                due: 0.0,
            },
        }
    }

    /// Whether other records would say nothing more.
    fn is_enough(&self, options: &CsvOptions) -> bool {
        self.inference.is_some() && !options.infer_schema
    }

    fn schema(self) -> StructType {
        match self.inference {
            Some(inference) => inference.schema(),
            None => StructType::new([]),
        }
    }

    fn file(
        &mut self,
        input: Input,
        options: &CsvOptions,
        charset: Charset,
        separator: &Separator,
    ) -> Result<()> {
        match options.multi_line {
            true => self.text(input, options, charset),
            false => self.lines(Lines::new(input, separator.clone(), charset)?, options),
        }
    }

    fn lines(&mut self, mut lines: Lines, options: &CsvOptions) -> Result<()> {
        while let Some(line) = lines.next()? {
            if options.skips(line) {
                continue;
            }
            let Some(inference) = &mut self.inference else {
                self.inference = Inference::begin(options, line)?;
                self.first = Some(line.to_owned());
                if self.is_enough(options) {
                    return Ok(());
                }
                if !options.header
                    && self.sample.takes()
                    && let Some(inference) = &mut self.inference
                {
                    inference.line(line)?;
                }
                continue;
            };
            let is_header = options.header && self.first.as_deref() == Some(line);
            if !is_header && self.sample.takes() {
                inference.line(line)?;
            }
        }
        Ok(())
    }

    /// The records of a file with line ends in values, whose first is its header.
    fn text(&mut self, input: Input, options: &CsvOptions, charset: Charset) -> Result<()> {
        let mut texts = Texts::new(input, charset);
        let nothing = StructType::new([]);
        let mut reader = CsvReader::new(options, &nothing, &nothing)?;
        let mut is_first = true;
        loop {
            let (text, from, whole) = texts.rest()?;
            let (progress, values) = reader.header(text, from, whole)?;
            match progress {
                Progress::End => return Ok(()),
                Progress::More(_) => texts.more()?,
                Progress::Record(end) => {
                    texts.step(end);
                    let is_header = options.header && std::mem::take(&mut is_first);
                    if self.inference.is_none() {
                        self.inference = Some(Inference::with(options, &values));
                    }
                    if self.is_enough(options) {
                        return Ok(());
                    }
                    if !is_header
                        && self.sample.takes()
                        && let Some(inference) = &mut self.inference
                    {
                        inference.values(values.iter().map(String::as_str));
                    }
                }
            }
        }
    }
}
