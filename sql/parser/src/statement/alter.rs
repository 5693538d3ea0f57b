//! ALTER.

use flint_sql_spec::{
    AlterColumn, AlterTable, AlterTableAction, Ident, PartitionSpec, Result, Statement, condition,
};

use super::reserved::OF_TABLES;
use crate::cursor::Parser;

impl Parser {
    pub(crate) fn alter(&mut self) -> Result<Statement> {
        self.expect_word("ALTER")?;
        let what = self.expect_any(&["TABLE", "VIEW", "DATABASE", "SCHEMA", "NAMESPACE"])?;
        let name = self.object_name()?;
        if !matches!(what, "TABLE" | "VIEW") {
            return self.alter_namespace(name);
        }
        let partition = self.partition_spec()?;
        let view = what == "VIEW";
        let action = self.alter_action(view)?;
        Ok(Statement::AlterTable(AlterTable {
            name,
            view,
            partition,
            action,
        }))
    }

    fn alter_namespace(&mut self, name: flint_sql_spec::ObjectName) -> Result<Statement> {
        self.expect_word("SET")?;
        let (mut properties, mut location) = (Vec::new(), None);
        match self.expect_any(&["DBPROPERTIES", "PROPERTIES", "LOCATION"])? {
            "LOCATION" => location = Some(self.string()?),
            _ => properties = self.properties()?,
        }
        Ok(Statement::AlterNamespace {
            name,
            properties,
            location,
        })
    }

    fn alter_action(&mut self, view: bool) -> Result<AlterTableAction> {
        if view && (self.at_any(&["AS", "SELECT", "VALUES"]) || self.at_query_paren()) {
            self.eat_word("AS");
            return self.query().map(AlterTableAction::SetQuery);
        }
        if view && self.at_words(&["WITH", "SCHEMA"]) {
            return self.schema_mode().map(AlterTableAction::SetSchemaMode);
        }
        match self.expect_any(&[
            "ADD", "DROP", "RENAME", "ALTER", "CHANGE", "REPLACE", "SET", "UNSET", "RECOVER",
            "CLUSTER", "DEFAULT",
        ])? {
            "ADD" => self.alter_add(),
            "DROP" => self.alter_drop(),
            "RENAME" => self.alter_rename(),
            "ALTER" | "CHANGE" => self.alter_columns(),
            "REPLACE" => {
                self.expect_word("COLUMNS")?;
                self.columns_in_parens()
                    .map(AlterTableAction::ReplaceColumns)
            }
            "SET" => self.alter_set(),
            "UNSET" => {
                self.expect_word("TBLPROPERTIES")?;
                let if_exists = self.if_exists();
                Ok(AlterTableAction::UnsetProperties {
                    keys: self.property_keys()?,
                    if_exists,
                })
            }
            "RECOVER" => {
                self.expect_word("PARTITIONS")?;
                Ok(AlterTableAction::RecoverPartitions)
            }
            "CLUSTER" => {
                self.expect_word("BY")?;
                self.clustering().map(AlterTableAction::ClusterBy)
            }
            _ => {
                self.expect_word("COLLATION")?;
                self.name().map(AlterTableAction::SetCollation)
            }
        }
    }

    fn columns_in_parens(&mut self) -> Result<Vec<flint_sql_spec::ColumnDef>> {
        if self.at_sign("(") {
            self.paren_list(Self::column_def)
        } else {
            self.list(Self::column_def)
        }
    }

    fn alter_add(&mut self) -> Result<AlterTableAction> {
        if self.eat_any(&["COLUMN", "COLUMNS"]).is_some() {
            let if_not_exists = self.if_not_exists();
            let columns = self.columns_in_parens()?;
            return Ok(AlterTableAction::AddColumns {
                columns,
                if_not_exists,
            });
        }
        let constraint = self.at_any(&["CONSTRAINT", "CHECK", "PRIMARY", "UNIQUE", "FOREIGN"]);
        if constraint {
            return self.constraint().map(AlterTableAction::AddConstraint);
        }
        let if_not_exists = self.if_not_exists();
        let mut partitions = Vec::new();
        loop {
            let spec = self.some_partition()?;
            let location = if self.eat_word("LOCATION") {
                Some(self.string()?)
            } else {
                None
            };
            partitions.push((spec, location));
            if !self.at_word("PARTITION") {
                return Ok(AlterTableAction::AddPartitions {
                    partitions,
                    if_not_exists,
                });
            }
        }
    }

    fn some_partition(&mut self) -> Result<PartitionSpec> {
        let spec = self.partition_spec()?;
        if spec.is_empty() {
            Err(self.unexpected())
        } else {
            Ok(spec)
        }
    }

    fn alter_drop(&mut self) -> Result<AlterTableAction> {
        if self.eat_any(&["COLUMN", "COLUMNS"]).is_some() {
            let if_exists = self.if_exists();
            let columns = if self.at_sign("(") {
                self.paren_list(Self::dotted)?
            } else {
                self.list(Self::dotted)?
            };
            return Ok(AlterTableAction::DropColumns { columns, if_exists });
        }
        if self.eat_word("CONSTRAINT") {
            let if_exists = self.if_exists();
            let name = self.name()?;
            let cascade = self.eat_any(&["CASCADE", "RESTRICT"]) == Some("CASCADE");
            return Ok(AlterTableAction::DropConstraint {
                name,
                if_exists,
                cascade,
            });
        }
        let if_exists = self.if_exists();
        let partitions = self.list(Self::some_partition)?;
        let purge = self.eat_word("PURGE");
        Ok(AlterTableAction::DropPartitions {
            partitions,
            if_exists,
            purge,
        })
    }

    fn alter_rename(&mut self) -> Result<AlterTableAction> {
        if self.eat_word("COLUMN") {
            let from = self.dotted()?;
            self.expect_word("TO")?;
            return Ok(AlterTableAction::RenameColumn {
                from,
                to: self.name()?,
            });
        }
        self.expect_word("TO")?;
        if self.at_word("PARTITION") && self.sign_ahead(1, "(") {
            return self.some_partition().map(AlterTableAction::RenamePartition);
        }
        self.dotted().map(AlterTableAction::RenameTo)
    }

    fn alter_columns(&mut self) -> Result<AlterTableAction> {
        self.eat_word("COLUMN");
        self.list(Self::alter_column)
            .map(AlterTableAction::AlterColumns)
    }

    fn alter_column(&mut self) -> Result<(Vec<Ident>, AlterColumn)> {
        let column = self.dotted()?;
        let change = if self.eat_word("TYPE") {
            AlterColumn::Type(self.data_type()?)
        } else if self.eat_word("COMMENT") {
            AlterColumn::Comment(self.string()?)
        } else if self.at_any(&["FIRST", "AFTER"]) {
            AlterColumn::Position(self.column_position()?)
        } else if self.eat_words(&["SET", "NOT", "NULL"]) {
            AlterColumn::SetNotNull
        } else if self.eat_words(&["DROP", "NOT", "NULL"]) {
            AlterColumn::DropNotNull
        } else if self.eat_words(&["SET", "DEFAULT"]) {
            AlterColumn::SetDefault(self.expr()?)
        } else if self.eat_words(&["DROP", "DEFAULT"]) {
            AlterColumn::DropDefault
        } else {
            AlterColumn::Change(self.column_def()?)
        };
        Ok((column, change))
    }

    fn alter_set(&mut self) -> Result<AlterTableAction> {
        Ok(
            match self.expect_any(&["TBLPROPERTIES", "LOCATION", "SERDE", "SERDEPROPERTIES"])? {
                "TBLPROPERTIES" => {
                    let start = self.start();
                    let properties = self.properties()?;
                    let wrong = condition::UNSUPPORTED_FEATURE_SET_TABLE_PROPERTY;
                    self.not_reserved(start, &properties, OF_TABLES, wrong)?;
                    AlterTableAction::SetProperties(properties)
                }
                "LOCATION" => AlterTableAction::SetLocation(self.string()?),
                "SERDE" => {
                    let class = Some(self.string()?);
                    let mut properties = Vec::new();
                    if self.eat_words(&["WITH", "SERDEPROPERTIES"]) {
                        properties = self.properties()?;
                    }
                    AlterTableAction::SetSerde { class, properties }
                }
                _ => AlterTableAction::SetSerde {
                    class: None,
                    properties: self.properties()?,
                },
            },
        )
    }
}
