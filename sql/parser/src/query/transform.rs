//! Rows sent through a program: TRANSFORM, MAP and REDUCE.

use flint_sql_spec::{
    DataType, Ident, Options, Relation, RelationKind, Result, ScriptFormat, ScriptTransform,
};

use super::select::one_row;
use crate::cursor::Parser;

type Columns = Vec<(Ident, Option<DataType>)>;

impl Parser {
    /// Whether SELECT TRANSFORM(..) USING stands here, or MAP or REDUCE in its stead.
    pub(crate) fn at_transform(&self) -> bool {
        if self.at_any(&["MAP", "REDUCE"]) {
            return true;
        }
        self.word_ahead(1, "TRANSFORM") && self.sign_ahead(2, "(") && self.using_follows()
    }

    /// Whether USING or a row format comes after the parenthesis two tokens ahead.
    fn using_follows(&self) -> bool {
        let mut depth = 0usize;
        let mut ahead = 2;
        loop {
            match () {
                () if self.sign_ahead(ahead, "(") => depth += 1,
                () if self.sign_ahead(ahead, ")") => depth -= 1,
                () if self.kind_ahead(ahead) == crate::lexer::TokenKind::End => return false,
                () => {}
            }
            ahead += 1;
            if depth == 0 {
                return self.any_ahead(ahead, &["USING", "ROW", "RECORDWRITER"])
                    && (self.string_ahead(ahead + 1) || !self.word_ahead(ahead, "USING"));
            }
        }
    }

    pub(crate) fn transform_query(&mut self, from: Option<Relation>) -> Result<Relation> {
        let start = self.start();
        let parens = self.eat_words(&["SELECT", "TRANSFORM"]);
        if parens {
            self.expect_sign("(")?;
        } else {
            self.expect_any(&["MAP", "REDUCE"])?;
        }
        let exprs = self.exprs()?;
        if parens {
            self.expect_sign(")")?;
        }
        let mut input_format = self.script_format()?;
        if self.eat_word("RECORDWRITER") {
            input_format.record_class = Some(self.string()?);
        }
        self.expect_word("USING")?;
        let script = self.string()?;
        let output = if self.eat_word("AS") {
            Some(self.script_columns()?)
        } else {
            None
        };
        let mut output_format = self.script_format()?;
        if self.eat_word("RECORDREADER") {
            output_format.record_class = Some(self.string()?);
        }
        let mut input = match from {
            Some(input) => input,
            None if self.at_word("FROM") => self.relations_of_from()?,
            None => self.relation_from(start, one_row()),
        };
        if let Some(condition) = self.where_clause()? {
            input = self.relation_from(start, RelationKind::Filter { input, condition });
        }
        let transform = ScriptTransform {
            input,
            exprs,
            script,
            output,
            input_format,
            output_format,
        };
        Ok(self.relation_from(start, RelationKind::ScriptTransform(transform)))
    }

    fn script_columns(&mut self) -> Result<Columns> {
        let parens = self.eat_sign("(");
        let first = self.name()?;
        let typed = !self.at_sign(",") && !self.at_sign(")") && parens;
        let mut columns = vec![(first, if typed { Some(self.data_type()?) } else { None })];
        while self.eat_sign(",") {
            let name = self.name()?;
            columns.push((name, if typed { Some(self.data_type()?) } else { None }));
        }
        if parens {
            self.expect_sign(")")?;
        }
        Ok(columns)
    }

    /// `ROW FORMAT SERDE ..` or `ROW FORMAT DELIMITED ..`.
    fn script_format(&mut self) -> Result<ScriptFormat> {
        let mut format = ScriptFormat::DEFAULT;
        if !self.at_words(&["ROW", "FORMAT"]) {
            return Ok(format);
        }
        self.expect_words(&["ROW", "FORMAT"])?;
        if self.eat_word("SERDE") {
            let class = self.string()?;
            let mut properties = Options::new();
            if self.eat_words(&["WITH", "SERDEPROPERTIES"]) {
                properties = self.properties()?;
            }
            format.serde = Some((class, properties));
        } else {
            self.expect_word("DELIMITED")?;
            format.delimited = Some(self.delimiters()?);
        }
        Ok(format)
    }

    /// The clauses after `ROW FORMAT DELIMITED`.
    pub(crate) fn delimiters(&mut self) -> Result<Options> {
        let mut found = Options::new();
        loop {
            let key = if self.eat_words(&["FIELDS", "TERMINATED", "BY"]) {
                "fields"
            } else if self.eat_words(&["ESCAPED", "BY"]) {
                "escaped"
            } else if self.eat_words(&["COLLECTION", "ITEMS", "TERMINATED", "BY"]) {
                "collection items"
            } else if self.eat_words(&["MAP", "KEYS", "TERMINATED", "BY"]) {
                "map keys"
            } else if self.eat_words(&["LINES", "TERMINATED", "BY"]) {
                "lines"
            } else if self.eat_words(&["NULL", "DEFINED", "AS"]) {
                "null"
            } else {
                return Ok(found);
            };
            found.push((key.into(), self.string()?));
        }
    }
}
