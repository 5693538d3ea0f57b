//! CREATE and DROP.

use flint_sql_spec::{
    BucketBy, ColumnDef, ColumnPosition, Constraint, ConstraintKind, CreateTable, CreateTableMode,
    CreateView, DataType, Generated, Ident, Identity, Partitioning, Result, RowFormat, SqlError,
    Statement, TableBody, ViewKind, ViewSchemaMode, condition,
};

use super::reserved::{OF_NAMESPACES, OF_TABLES};
use crate::cursor::Parser;

/// `spark.sql.sources.bucketing.maxBuckets` by default.
const MOST_BUCKETS: i32 = 100_000;

impl Parser {
    pub(crate) fn create(&mut self) -> Result<Statement> {
        let start = self.start();
        let created = self.expect_any(&["CREATE", "REPLACE"])? == "CREATE";
        let replace = created && self.eat_words(&["OR", "REPLACE"]);
        let mode = match (created, replace) {
            (true, false) => CreateTableMode::Create,
            (true, true) => CreateTableMode::CreateOrReplace,
            (false, _) => CreateTableMode::Replace,
        };
        let global = self.eat_word("GLOBAL");
        let temporary = self.eat_any(&["TEMPORARY", "TEMP"]).is_some();
        if self.at_word("VIEW") && created {
            let kind = match (global, temporary) {
                (true, _) => ViewKind::GlobalTemporary,
                (false, true) => ViewKind::Temporary,
                (false, false) => ViewKind::Persistent,
            };
            return self.create_view(start, kind, replace);
        }
        let external = self.eat_word("EXTERNAL");
        if self.at_word("TABLE") {
            return self.create_table(start, mode, temporary, external);
        }
        if created && self.at_any(&["DATABASE", "SCHEMA", "NAMESPACE"]) {
            return self.create_namespace();
        }
        Err(self.unexpected())
    }

    fn create_namespace(&mut self) -> Result<Statement> {
        let start = self.start();
        self.bump();
        let if_not_exists = self.if_not_exists();
        let name = self.object_name()?;
        let (mut comment, mut location, mut collation, mut properties) = (None, None, None, None);
        loop {
            let place = self.start();
            let repeated = if self.eat_word("COMMENT") {
                comment.replace(self.string()?).is_some()
            } else if self.eat_word("LOCATION") {
                location.replace(self.string()?).is_some()
            } else if self.eat_words(&["DEFAULT", "COLLATION"]) {
                collation.replace(self.name()?).is_some()
            } else if self.eat_word("WITH") {
                self.expect_any(&["DBPROPERTIES", "PROPERTIES"])?;
                properties.replace(self.properties()?).is_some()
            } else {
                break;
            };
            if repeated {
                return Err(self.repeated_clause(start, place));
            }
        }
        if location.as_deref() == Some("") {
            let error = self.error_from(start, condition::INVALID_EMPTY_LOCATION);
            return Err(error.with("location", ""));
        }
        if collation.is_some() {
            let wrong = condition::UNSUPPORTED_FEATURE_SCHEMA_LEVEL_COLLATIONS;
            return Err(self.error_from(start, wrong));
        }
        let properties = properties.unwrap_or_default();
        let wrong = condition::UNSUPPORTED_FEATURE_SET_NAMESPACE_PROPERTY;
        self.not_reserved(start, &properties, OF_NAMESPACES, wrong)?;
        Ok(Statement::CreateNamespace {
            name,
            if_not_exists,
            comment,
            location,
            collation,
            properties,
        })
    }

    /// The error for a clause that is there already.
    fn repeated_clause(&self, start: usize, clause: usize) -> SqlError {
        let shown = self.text.text[clause..]
            .split(['(', '\''])
            .next()
            .unwrap_or_default();
        let shown = shown.trim().to_uppercase();
        self.error_from(start, condition::DUPLICATE_CLAUSES)
            .with("clauseName", shown)
    }

    fn create_view(&mut self, start: usize, kind: ViewKind, replace: bool) -> Result<Statement> {
        self.expect_word("VIEW")?;
        let if_not_exists = self.if_not_exists();
        let name = self.object_name()?;
        if kind != ViewKind::Persistent && !if_not_exists && self.view_over_source() {
            return self.view_using(name, kind == ViewKind::GlobalTemporary, replace);
        }
        let mut view = CreateView {
            name,
            kind,
            replace,
            if_not_exists,
            columns: Vec::new(),
            comment: None,
            collation: None,
            properties: Vec::new(),
            schema_mode: None,
            query: flint_sql_spec::RelationKind::Unknown.into(),
        };
        if self.at_sign("(") {
            view.columns = self.paren_list(|p| {
                let name = p.name()?;
                let comment = if p.eat_word("COMMENT") {
                    Some(p.string()?)
                } else {
                    None
                };
                Ok((name, comment))
            })?;
        }
        loop {
            if self.at_words(&["PARTITIONED", "ON"]) {
                return Err(self.refusal(start, "CREATE VIEW ... PARTITIONED ON"));
            }
            if self.eat_word("COMMENT") {
                view.comment = Some(self.string()?);
            } else if self.eat_word("TBLPROPERTIES") {
                view.properties = self.properties()?;
            } else if self.at_words(&["WITH", "SCHEMA"]) {
                view.schema_mode = Some(self.schema_mode()?);
            } else if self.eat_words(&["DEFAULT", "COLLATION"]) {
                view.collation = Some(self.name()?);
            } else {
                break;
            }
        }
        self.expect_word("AS")?;
        view.query = self.query()?;
        if kind != ViewKind::Persistent && if_not_exists {
            return Err(self.error_from(start, condition::TEMPORARY_VIEW_IF_NOT_EXISTS));
        }
        if replace && if_not_exists {
            let condition = condition::CREATE_VIEW_WITH_IF_NOT_EXISTS_AND_REPLACE;
            return Err(self.error_from(start, condition));
        }
        Ok(Statement::CreateView(view))
    }

    pub(crate) fn schema_mode(&mut self) -> Result<ViewSchemaMode> {
        self.expect_words(&["WITH", "SCHEMA"])?;
        Ok(
            match self.expect_any(&["BINDING", "COMPENSATION", "TYPE", "EVOLUTION"])? {
                "BINDING" => ViewSchemaMode::Binding,
                "COMPENSATION" => ViewSchemaMode::Compensation,
                "EVOLUTION" => ViewSchemaMode::Evolution,
                _ => {
                    self.expect_word("EVOLUTION")?;
                    ViewSchemaMode::TypeEvolution
                }
            },
        )
    }

    /// Whether USING comes, after a schema or at once.
    fn view_over_source(&self) -> bool {
        if self.at_word("USING") {
            return true;
        }
        // `(a INT)` has a type where `(a)` and `(a COMMENT ..)` have none.
        self.at_sign("(")
            && self.name_ahead(1)
            && self.name_ahead(2)
            && !self.word_ahead(2, "COMMENT")
    }

    fn view_using(
        &mut self,
        name: flint_sql_spec::ObjectName,
        global: bool,
        replace: bool,
    ) -> Result<Statement> {
        let schema = if self.at_sign("(") {
            Some(DataType::structure(self.parens(Self::schema)?))
        } else {
            None
        };
        self.expect_word("USING")?;
        let provider = self.dotted()?.join(".").into();
        let options = if self.eat_word("OPTIONS") {
            self.properties()?
        } else {
            Vec::new()
        };
        Ok(Statement::CreateTempViewUsing {
            name,
            global,
            replace,
            schema,
            provider,
            options,
        })
    }

    fn create_table(
        &mut self,
        start: usize,
        mode: CreateTableMode,
        temporary: bool,
        external: bool,
    ) -> Result<Statement> {
        self.expect_word("TABLE")?;
        let mode = match mode {
            CreateTableMode::Create if self.if_not_exists() => CreateTableMode::CreateIfNotExists,
            mode => mode,
        };
        let name = self.object_name()?;
        let mut table = CreateTable {
            name,
            mode,
            temporary,
            external,
            body: TableBody::Columns(Vec::new()),
            provider: None,
            options: Vec::new(),
            partitioning: Vec::new(),
            buckets: None,
            bucket_order: Vec::new(),
            cluster_by: None,
            row_format: None,
            stored_as: None,
            location: None,
            comment: None,
            collation: None,
            properties: Vec::new(),
            constraints: Vec::new(),
        };
        if self.eat_word("LIKE") {
            table.body = TableBody::Like(self.object_name()?);
        } else if self.at_sign("(") && !self.at_query_paren() {
            let mut columns = Vec::new();
            self.parens(|p| {
                p.list(|p| {
                    if p.at_table_constraint() {
                        let constraint = p.constraint()?;
                        table.constraints.push(constraint);
                    } else {
                        columns.push(p.column_def()?);
                    }
                    Ok(())
                })
            })?;
            table.body = TableBody::Columns(columns);
        }
        if self.at_word("USING") {
            self.bump();
            table.provider = Some(self.dotted()?.join(".").into());
        }
        while self.table_clause(start, &mut table)? {}
        let as_query = self.eat_word("AS");
        if as_query || self.at_query_paren() || self.at_any(&["SELECT", "WITH", "VALUES", "FROM"]) {
            let columns = match std::mem::replace(&mut table.body, TableBody::Columns(Vec::new())) {
                TableBody::Columns(columns) => columns,
                TableBody::Query { .. } | TableBody::Like(_) => return Err(self.unexpected()),
            };
            if !columns.is_empty() {
                let told = match table.mode {
                    CreateTableMode::Create => "Create Table As Select (CTAS)",
                    _ => "Replace Table As Select (RTAS)",
                };
                let told = format!("Schema may not be specified in a {told} statement");
                let error = self.error_from(start, condition::OPERATION_NOT_ALLOWED);
                return Err(error.with("message", told));
            }
            table.body = TableBody::Query {
                columns,
                query: self.query()?,
            };
        }
        let in_options = |(key, _): &(Ident, Ident)| key.eq_ignore_ascii_case("path");
        let placed = table.location.is_some() || table.options.iter().any(in_options);
        if table.external && !placed && !matches!(table.body, TableBody::Like(_)) {
            return Err(self.error_from(start, condition::CREATE_EXTERNAL_TABLE_WITHOUT_LOCATION));
        }
        Ok(Statement::CreateTable(table))
    }

    /// One clause after the columns, if there is one; each is written once.
    fn table_clause(&mut self, start: usize, table: &mut CreateTable) -> Result<bool> {
        let clause = self.start();
        let repeated = if self.eat_word("OPTIONS") {
            let old = std::mem::replace(&mut table.options, self.properties()?);
            !old.is_empty()
        } else if self.eat_words(&["PARTITIONED", "BY"]) {
            let old = std::mem::replace(&mut table.partitioning, self.partitioning()?);
            !old.is_empty()
        } else if self.eat_words(&["CLUSTERED", "BY"]) {
            let repeated = table.buckets.is_some();
            self.bucket_clause(clause, table)?;
            repeated
        } else if self.eat_words(&["CLUSTER", "BY"]) {
            table.cluster_by.replace(self.clustering()?).is_some()
        } else if self.at_words(&["ROW", "FORMAT"]) {
            table.row_format.replace(self.row_format()?).is_some()
        } else if self.at_word("STORED") {
            self.bump();
            self.expect_any(&["AS", "BY"])?;
            let stored = self.stored_as()?;
            table.stored_as.replace(stored).is_some()
        } else if self.eat_word("LOCATION") {
            table.location.replace(self.string()?).is_some()
        } else if self.eat_word("COMMENT") {
            table.comment.replace(self.string()?).is_some()
        } else if self.eat_words(&["DEFAULT", "COLLATION"]) {
            table.collation.replace(self.name()?).is_some()
        } else if self.eat_word("TBLPROPERTIES") {
            let old = std::mem::replace(&mut table.properties, self.properties()?);
            let wrong = condition::UNSUPPORTED_FEATURE_SET_TABLE_PROPERTY;
            self.not_reserved(clause, &table.properties, OF_TABLES, wrong)?;
            !old.is_empty()
        } else if self.at_word("USING") && table.provider.is_none() {
            self.bump();
            table.provider = Some(self.dotted()?.join(".").into());
            false
        } else {
            return Ok(false);
        };
        if repeated {
            return Err(self.repeated_clause(start, clause));
        }
        Ok(true)
    }

    fn bucket_clause(&mut self, clause: usize, table: &mut CreateTable) -> Result<()> {
        let columns = self.name_list()?;
        if self.eat_words(&["SORTED", "BY"]) {
            table.bucket_order = self.paren_list(|p| {
                let name = p.name()?;
                Ok((name, p.eat_any(&["ASC", "DESC"]) != Some("DESC")))
            })?;
        }
        if let Some((column, _)) = table.bucket_order.iter().find(|(_, ascends)| !ascends) {
            let message = format!("Column ordering must be ASC, was '{column} DESC'");
            let error = self.error_from(clause, condition::OPERATION_NOT_ALLOWED);
            return Err(error.with("message", message));
        }
        self.expect_word("INTO")?;
        let num_buckets: i32 = self.integer()?;
        if num_buckets <= 0 || num_buckets > MOST_BUCKETS {
            let error = self.error_from(clause, condition::INVALID_BUCKET_COUNT);
            return Err(error
                .with("bucketingMaxBuckets", MOST_BUCKETS.to_string())
                .with("numBuckets", num_buckets.to_string()));
        }
        self.expect_word("BUCKETS")?;
        table.buckets = Some(BucketBy {
            columns,
            num_buckets,
        });
        Ok(())
    }

    pub(crate) fn clustering(&mut self) -> Result<Vec<Vec<Ident>>> {
        if self.eat_word("NONE") || self.eat_word("AUTO") {
            return Ok(Vec::new());
        }
        self.paren_list(Self::dotted)
    }

    fn row_format(&mut self) -> Result<RowFormat> {
        self.expect_words(&["ROW", "FORMAT"])?;
        if self.eat_word("DELIMITED") {
            return self.delimiters().map(RowFormat::Delimited);
        }
        self.expect_word("SERDE")?;
        let class = self.string()?;
        let mut properties = Vec::new();
        if self.eat_words(&["WITH", "SERDEPROPERTIES"]) {
            properties = self.properties()?;
        }
        Ok(RowFormat::Serde { class, properties })
    }

    fn stored_as(&mut self) -> Result<Ident> {
        let start = self.start();
        if self.eat_word("INPUTFORMAT") {
            self.string()?;
            self.expect_word("OUTPUTFORMAT")?;
            self.string()?;
        } else if self.at_string() {
            self.string()?;
        } else {
            self.name()?;
        }
        Ok(self.source_from(start).into())
    }

    fn partitioning(&mut self) -> Result<Vec<Partitioning>> {
        self.paren_list(|p| {
            let typed = p.name_ahead(0) && p.name_ahead(1);
            if typed {
                return p.column_def().map(Partitioning::Column);
            }
            let start = p.start();
            let name = p.dotted()?;
            let name = flint_sql_spec::ObjectName::Parts(name);
            let transform = if p.at_sign("(") {
                p.function(start, name)?
            } else {
                p.attribute(start, name)
            };
            Ok(Partitioning::Transform(transform))
        })
    }

    fn at_table_constraint(&self) -> bool {
        self.at_word("CONSTRAINT") && self.name_ahead(1) && self.name_ahead(2)
            || self.at_words(&["PRIMARY", "KEY"])
            || self.at_words(&["FOREIGN", "KEY"])
            || self.at_any(&["UNIQUE", "CHECK"]) && self.sign_ahead(1, "(")
    }

    pub(crate) fn constraint(&mut self) -> Result<Constraint> {
        let name = if self.eat_word("CONSTRAINT") {
            Some(self.name()?)
        } else {
            None
        };
        let kind = match self.expect_any(&["CHECK", "PRIMARY", "UNIQUE", "FOREIGN"])? {
            "CHECK" => ConstraintKind::Check(self.parens(Self::expr)?),
            "UNIQUE" => ConstraintKind::Unique(self.name_list()?),
            "PRIMARY" => {
                self.expect_word("KEY")?;
                ConstraintKind::PrimaryKey(self.name_list()?)
            }
            _ => {
                self.expect_word("KEY")?;
                let columns = self.name_list()?;
                self.references(columns)?
            }
        };
        Ok(Constraint {
            name,
            kind,
            characteristics: self.characteristics(),
        })
    }

    fn references(&mut self, columns: Vec<Ident>) -> Result<ConstraintKind> {
        self.expect_word("REFERENCES")?;
        let table = self.object_name()?;
        let referred = if self.at_sign("(") {
            self.name_list()?
        } else {
            Vec::new()
        };
        Ok(ConstraintKind::ForeignKey {
            columns,
            table,
            referred,
        })
    }

    fn characteristics(&mut self) -> Vec<Ident> {
        let mut found = Vec::new();
        loop {
            if self.eat_words(&["NOT", "ENFORCED"]) {
                found.push("NOT ENFORCED".into());
            } else if let Some(word) = self.eat_any(&["ENFORCED", "RELY", "NORELY"]) {
                found.push(word.into());
            } else {
                return found;
            }
        }
    }

    /// `name type [NOT NULL] [DEFAULT ..] [COMMENT ..] ..`.
    pub(crate) fn column_def(&mut self) -> Result<ColumnDef> {
        let name = self.dotted()?;
        self.eat_sign(":");
        let data_type = Some(self.data_type()?);
        let mut column = ColumnDef {
            name,
            data_type,
            nullable: true,
            default: None,
            generated: None,
            comment: None,
            position: None,
            constraints: Vec::new(),
        };
        while self.column_clause(&mut column)? {}
        Ok(column)
    }

    fn column_clause(&mut self, column: &mut ColumnDef) -> Result<bool> {
        if self.eat_words(&["NOT", "NULL"]) {
            column.nullable = false;
        } else if self.eat_word("DEFAULT") {
            column.default = Some(self.expr()?);
        } else if self.eat_word("COMMENT") {
            column.comment = Some(self.string()?);
        } else if self.eat_word("GENERATED") {
            column.generated = Some(self.generated()?);
        } else if self.at_any(&["FIRST", "AFTER"]) {
            column.position = Some(self.column_position()?);
        } else if self.at_any(&["CONSTRAINT", "CHECK", "PRIMARY", "UNIQUE", "REFERENCES"]) {
            let constraint = self.column_constraint(column)?;
            column.constraints.push(constraint);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn column_constraint(&mut self, column: &ColumnDef) -> Result<Constraint> {
        let name = if self.eat_word("CONSTRAINT") {
            Some(self.name()?)
        } else {
            None
        };
        let own: Vec<Ident> = column.name.last().cloned().into_iter().collect();
        let kind = if self.at_word("REFERENCES") {
            self.references(own)?
        } else {
            match self.expect_any(&["CHECK", "PRIMARY", "UNIQUE"])? {
                "CHECK" => ConstraintKind::Check(self.parens(Self::expr)?),
                "UNIQUE" => ConstraintKind::Unique(own),
                _ => {
                    self.expect_word("KEY")?;
                    ConstraintKind::PrimaryKey(own)
                }
            }
        };
        Ok(Constraint {
            name,
            kind,
            characteristics: self.characteristics(),
        })
    }

    pub(crate) fn column_position(&mut self) -> Result<ColumnPosition> {
        if self.eat_word("FIRST") {
            return Ok(ColumnPosition::First);
        }
        self.expect_word("AFTER")?;
        self.name().map(ColumnPosition::After)
    }

    fn generated(&mut self) -> Result<Generated> {
        let by_default = self.eat_words(&["BY", "DEFAULT"]);
        if !by_default {
            self.expect_word("ALWAYS")?;
        }
        self.expect_word("AS")?;
        if !by_default && !self.at_word("IDENTITY") {
            return self.parens(Self::expr).map(Generated::Expr);
        }
        self.expect_word("IDENTITY")?;
        let mut identity = Identity {
            by_default,
            start: None,
            increment: None,
        };
        if self.eat_sign("(") {
            while !self.eat_sign(")") {
                if self.eat_words(&["START", "WITH"]) {
                    identity.start = Some(self.signed_integer()?);
                } else {
                    self.expect_words(&["INCREMENT", "BY"])?;
                    let start = self.start();
                    let step = self.signed_integer()?;
                    if step == 0 {
                        let wrong = condition::IDENTITY_COLUMNS_ILLEGAL_STEP;
                        return Err(self.error_from(start, wrong));
                    }
                    identity.increment = Some(step);
                }
            }
        }
        Ok(Generated::Identity(identity))
    }

    fn signed_integer(&mut self) -> Result<i64> {
        let sign = if self.eat_sign("-") { -1 } else { 1 };
        Ok(sign * self.integer::<i64>()?)
    }

    pub(crate) fn drop_object(&mut self) -> Result<Statement> {
        self.expect_word("DROP")?;
        let temporary = self.eat_any(&["TEMPORARY", "TEMP"]).is_some();
        let what = if temporary {
            self.expect_any(&["FUNCTION", "VARIABLE", "VAR"])?
        } else {
            self.expect_any(&[
                "TABLE",
                "VIEW",
                "DATABASE",
                "SCHEMA",
                "NAMESPACE",
                "FUNCTION",
            ])?
        };
        let if_exists = self.if_exists();
        let name = self.object_name()?;
        Ok(match what {
            "TABLE" => Statement::DropTable {
                name,
                if_exists,
                purge: self.eat_word("PURGE"),
            },
            "VIEW" => Statement::DropView { name, if_exists },
            "FUNCTION" => Statement::DropFunction {
                name,
                if_exists,
                temporary,
            },
            "VARIABLE" | "VAR" => Statement::DropVariable { name, if_exists },
            _ => {
                let cascade = self.eat_any(&["CASCADE", "RESTRICT"]) == Some("CASCADE");
                Statement::DropNamespace {
                    name,
                    if_exists,
                    cascade,
                }
            }
        })
    }
}
