//! `withWatermark`: how late events may come.
//!
//! Only streams wait for events, so over rows at rest the delay is checked and nothing else happens:
//! as in Spark, nobody looks whether the column is there, unless its name is that of a field.

use flint_sql_spec::{Ident, Origin, Relation, Result, SqlError, condition};

use super::Analysed;
use crate::analyzer::Analyzer;

impl Analyzer<'_> {
    pub(super) fn with_watermark(
        &self,
        input: &Relation,
        event_time: &Ident,
        delay: &Ident,
        origin: &Origin,
    ) -> Result<Analysed> {
        if flint_sql_parser::parse_duration(delay)? < 0 {
            let message = format!("a delay of {delay}, which is below 0");
            return Err(SqlError::new(condition::REQUIREMENT_FAILED).with("message", message));
        }
        let input = self.relation(input)?;
        let name = flint_sql_parser::parse_name(event_time)?;
        let found = input.scope.find(&name, self.case(), origin)?;
        if found.is_some_and(|found| !found.fields.is_empty()) {
            return Err(
                SqlError::new(condition::EVENT_TIME_MUST_BE_TOP_LEVEL_COLUMN)
                    .with("eventExpr", &**event_time)
                    .at(origin),
            );
        }
        Ok(input)
    }
}
