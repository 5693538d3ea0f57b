//! Rows derived from JSON text or from a table's changes.

use flint_sql_spec::{
    ChangesBound, JsonColumn, JsonTable, Relation, RelationChanges, RelationKind, Result,
    TimeTravel,
};

use crate::cursor::Parser;

impl Parser {
    /// `JSON_TABLE(json, path COLUMNS (n FOR ORDINALITY, a INT PATH '$.a'))`.
    pub(crate) fn json_table(&mut self) -> Result<Relation> {
        let start = self.start();
        self.expect_word("JSON_TABLE")?;
        self.expect_sign("(")?;
        let json = self.expr()?;
        self.expect_sign(",")?;
        let path = self.string()?;
        self.expect_word("COLUMNS")?;
        let columns = self.paren_list(Self::json_column)?;
        self.expect_sign(")")?;
        let table = JsonTable {
            json,
            path,
            columns,
        };
        Ok(self.relation_from(start, RelationKind::JsonTable(table)))
    }

    fn json_column(&mut self) -> Result<JsonColumn> {
        let name = self.name()?;
        if self.eat_words(&["FOR", "ORDINALITY"]) {
            return Ok(JsonColumn::Ordinality(name));
        }
        let data_type = self.data_type()?;
        let path = if self.eat_word("PATH") {
            Some(self.string()?)
        } else {
            None
        };
        Ok(JsonColumn::Value {
            name,
            data_type,
            path,
        })
    }

    /// `t CHANGES FROM VERSION 1 [TO VERSION 2]`, also by TIMESTAMP.
    pub(crate) fn with_changes(&mut self, start: usize, relation: Relation) -> Result<Relation> {
        let follows =
            self.at_words(&["CHANGES", "FROM"]) && self.any_ahead(2, &["VERSION", "TIMESTAMP"]);
        let RelationKind::NamedTable(table) = relation.kind() else {
            return Ok(relation);
        };
        if !follows {
            return Ok(relation);
        }
        self.expect_words(&["CHANGES", "FROM"])?;
        let from = Some(self.changes_bound()?);
        let to = if self.eat_word("TO") {
            Some(self.changes_bound()?)
        } else {
            None
        };
        let changes = RelationChanges {
            name: table.name.clone(),
            options: table.options.clone(),
            is_streaming: table.is_streaming,
            from,
            to,
        };
        Ok(self.relation_from(start, RelationKind::RelationChanges(changes)))
    }

    fn changes_bound(&mut self) -> Result<ChangesBound> {
        let version = self.expect_any(&["VERSION", "TIMESTAMP"])? == "VERSION";
        let at = if !version {
            TimeTravel::Timestamp(self.value()?)
        } else if self.at_string() {
            TimeTravel::Version(self.string()?)
        } else {
            let token = self.token();
            self.integer::<u64>()?;
            TimeTravel::Version(self.text_of(token).into())
        };
        Ok(ChangesBound {
            at,
            inclusive: true,
        })
    }
}
