//! SHOW and DESCRIBE.

use flint_sql_spec::{Describe, Ident, ObjectName, Result, Show, condition};

use crate::cursor::Parser;

impl Parser {
    pub(crate) fn show(&mut self) -> Result<Show> {
        let start = self.start();
        self.expect_word("SHOW")?;
        let word = self.text_of(self.token()).to_ascii_uppercase();
        match word.as_str() {
            "CATALOGS" => {
                self.bump();
                Ok(Show::Catalogs {
                    pattern: self.like_pattern()?,
                })
            }
            "DATABASES" | "SCHEMAS" | "NAMESPACES" => {
                self.bump();
                let scope = self.in_scope()?;
                Ok(Show::Namespaces {
                    scope,
                    pattern: self.like_pattern()?,
                })
            }
            "TABLES" => {
                self.bump();
                let scope = self.in_scope()?;
                let pattern = self.like_pattern()?;
                Ok(Show::Tables {
                    scope,
                    pattern,
                    extended: false,
                    partition: Vec::new(),
                })
            }
            "TABLE" => self.show_table_extended(),
            "VIEWS" => {
                self.bump();
                let scope = self.in_scope()?;
                Ok(Show::Views {
                    scope,
                    pattern: self.like_pattern()?,
                })
            }
            "COLUMNS" => {
                self.bump();
                self.expect_any(&["FROM", "IN"])?;
                let table = self.object_name()?;
                Ok(Show::Columns {
                    table,
                    scope: self.in_scope()?,
                })
            }
            "PARTITIONS" => {
                self.bump();
                let table = self.object_name()?;
                Ok(Show::Partitions {
                    table,
                    partition: self.partition_spec()?,
                })
            }
            "TBLPROPERTIES" => self.show_properties(),
            "CREATE" => {
                self.bump();
                self.expect_word("TABLE")?;
                let table = self.object_name()?;
                Ok(Show::CreateTable {
                    table,
                    as_serde: self.eat_words(&["AS", "SERDE"]),
                })
            }
            "CURRENT" => {
                self.bump();
                self.expect_any(&["NAMESPACE", "DATABASE", "SCHEMA"])?;
                Ok(Show::CurrentNamespace)
            }
            "COLLATIONS" => {
                self.bump();
                Ok(Show::Collations {
                    pattern: self.like_pattern()?,
                })
            }
            "PROCEDURES" => {
                self.bump();
                Ok(Show::Procedures {
                    scope: self.in_scope()?,
                })
            }
            _ => self.show_functions(start),
        }
    }

    /// `FROM ns` or `IN ns`.
    fn in_scope(&mut self) -> Result<Option<ObjectName>> {
        if self.eat_any(&["FROM", "IN"]).is_none() {
            return Ok(None);
        }
        self.object_name().map(Some)
    }

    fn show_table_extended(&mut self) -> Result<Show> {
        self.expect_words(&["TABLE", "EXTENDED"])?;
        let scope = self.in_scope()?;
        self.expect_word("LIKE")?;
        let pattern = Some(self.string()?);
        Ok(Show::Tables {
            scope,
            pattern,
            extended: true,
            partition: self.partition_spec()?,
        })
    }

    fn show_properties(&mut self) -> Result<Show> {
        self.expect_word("TBLPROPERTIES")?;
        let table = self.object_name()?;
        let key = if self.at_sign("(") {
            Some(self.parens(Self::property_key)?)
        } else {
            None
        };
        Ok(Show::Properties { table, key })
    }

    fn show_functions(&mut self, start: usize) -> Result<Show> {
        let scope: Ident = if self.at_word("FUNCTIONS") {
            "ALL".into()
        } else {
            let scope = self.name()?.to_uppercase();
            if !self.at_word("FUNCTIONS") {
                return Err(self.unexpected());
            }
            scope.into()
        };
        self.expect_word("FUNCTIONS")?;
        if !matches!(&*scope, "ALL" | "SYSTEM" | "USER") {
            let condition = condition::INVALID_SQL_SYNTAX_SHOW_FUNCTIONS_INVALID_SCOPE;
            return Err(self
                .error_from(start, condition)
                .with("scope", format!("`{scope}`")));
        }
        let namespace = self.in_scope()?;
        let like = self.eat_word("LIKE");
        let pattern = if self.at_string() {
            Some(self.string()?)
        } else if self.name_ahead(0) || like {
            Some(self.dotted()?.join(".").into())
        } else {
            None
        };
        Ok(Show::Functions {
            scope,
            namespace,
            pattern,
        })
    }

    pub(crate) fn describe(&mut self) -> Result<Describe> {
        self.expect_any(&["DESCRIBE", "DESC"])?;
        if self.at_word("FUNCTION") && (self.name_ahead(1) || self.string_ahead(1)) {
            self.bump();
            let extended = self.at_word("EXTENDED") && self.name_ahead(1);
            if extended {
                self.bump();
            }
            let name = self.function_to_describe()?;
            return Ok(Describe::Function { name, extended });
        }
        if self.at_any(&["DATABASE", "SCHEMA", "NAMESPACE"]) && self.name_ahead(1) {
            self.bump();
            let extended = self.at_word("EXTENDED") && self.name_ahead(1);
            if extended {
                self.bump();
            }
            return Ok(Describe::Namespace {
                name: self.object_name()?,
                extended,
            });
        }
        if self.at_word("PROCEDURE") && self.name_ahead(1) {
            self.bump();
            return self.object_name().map(Describe::Procedure);
        }
        if self.at_word("QUERY") && !self.at_table_named_query() {
            self.bump();
            return self.query().map(Describe::Query);
        }
        if self.at_query_paren() || self.at_any(&["SELECT", "WITH", "VALUES", "FROM"]) {
            return self.query().map(Describe::Query);
        }
        self.describe_table()
    }

    fn at_table_named_query(&self) -> bool {
        self.kind_ahead(1) == crate::lexer::TokenKind::End || self.sign_ahead(1, ".")
    }

    /// A function's name, or an operator's sign.
    fn function_to_describe(&mut self) -> Result<ObjectName> {
        if self.at_string() {
            return self.string().map(|name| ObjectName::Parts(vec![name]));
        }
        self.object_name()
    }

    fn describe_table(&mut self) -> Result<Describe> {
        if self.at_word("TABLE") && self.name_ahead(1) {
            self.bump();
        }
        let extended = self.at_any(&["EXTENDED", "FORMATTED"]) && self.name_ahead(1);
        if extended {
            self.bump();
        }
        let start = self.start();
        let name = self.object_name()?;
        let written = self.source_from(start).trim().to_owned();
        let partition = self.partition_spec()?;
        let as_json = self.eat_words(&["AS", "JSON"]);
        let column = if !as_json && self.name_ahead(0) {
            Some(self.dotted()?)
        } else {
            None
        };
        let as_json = as_json || self.eat_words(&["AS", "JSON"]);
        if as_json && !extended {
            let error = self.error_from(start, condition::DESCRIBE_JSON_NOT_EXTENDED);
            return Err(error.with("tableName", written));
        }
        if as_json && column.is_some() {
            let wrong = condition::UNSUPPORTED_FEATURE_DESC_TABLE_COLUMN_JSON;
            return Err(self.error_from(start, wrong));
        }
        Ok(Describe::Table {
            name,
            partition,
            column,
            extended,
            as_json,
        })
    }
}
