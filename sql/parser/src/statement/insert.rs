//! INSERT in all its forms, and plans that start with WITH or FROM.

use flint_sql_spec::{
    Insert, InsertMode, InsertTarget, Plan, Relation, Result, Statement, condition,
};

use crate::cursor::Parser;

/// INSERT up to its query.
struct Head {
    start: usize,
    insert: Insert,
}

impl Parser {
    pub(crate) fn insert_statement(&mut self) -> Result<Statement> {
        let head = self.insert_head()?;
        let query = self.query()?;
        self.finish_insert(head, query).map(Statement::Insert)
    }

    /// WITH before a query, or before a statement that has one.
    pub(crate) fn with_plan(&mut self) -> Result<Plan> {
        let start = self.start();
        let with = self.with_clause()?;
        if self.at_word("INSERT") {
            let head = self.insert_head()?;
            let query = self.query()?;
            let query = self.put_with(start, with, query);
            return self
                .finish_insert(head, query)
                .map(|insert| Statement::Insert(insert).into());
        }
        let query = self.query_after_with()?;
        Ok(Plan::Relation(self.put_with(start, with, query)))
    }

    /// FROM before a query, or before inserts that share it.
    pub(crate) fn plan_of_from(&mut self) -> Result<Plan> {
        let Some(inserts) = self.attempt(Self::multi_insert) else {
            return self.query().map(Plan::Relation);
        };
        Ok(Statement::InsertMany(inserts).into())
    }

    /// `FROM t INSERT INTO a SELECT .. INSERT INTO b SELECT ..`.
    fn multi_insert(&mut self) -> Result<Vec<Insert>> {
        let source = self.relations_of_from()?;
        let mut inserts = Vec::new();
        while inserts.is_empty() || self.at_word("INSERT") {
            let head = self.insert_head()?;
            let start = self.start();
            let query = self.select_over(source.clone())?;
            let query = self.organize(start, query)?;
            inserts.push(self.finish_insert(head, query)?);
        }
        Ok(inserts)
    }

    fn insert_head(&mut self) -> Result<Head> {
        let start = self.start();
        self.expect_word("INSERT")?;
        let with_schema_evolution = self.eat_words(&["WITH", "SCHEMA", "EVOLUTION"]);
        let overwrite = self.expect_any(&["INTO", "OVERWRITE"])? == "OVERWRITE";
        let directory = self.at_word("DIRECTORY") && !self.sign_ahead(1, ".")
            || self.at_words(&["LOCAL", "DIRECTORY"]);
        let mut insert = Insert {
            target: InsertTarget::Directory {
                local: false,
                path: None,
                format: None,
                options: Vec::new(),
            },
            mode: if overwrite {
                InsertMode::Overwrite
            } else {
                InsertMode::Append
            },
            columns: Vec::new(),
            by_name: false,
            partition: Vec::new(),
            if_partition_not_exists: false,
            with_schema_evolution,
            query: flint_sql_spec::RelationKind::Unknown.into(),
        };
        if overwrite && directory {
            insert.target = self.insert_directory()?;
        } else {
            self.insert_table(start, &mut insert)?;
        }
        Ok(Head { start, insert })
    }

    fn insert_table(&mut self, start: usize, insert: &mut Insert) -> Result<()> {
        if self.at_word("TABLE") && (self.name_ahead(1)) {
            self.bump();
        }
        let name = self.object_name()?;
        let options = if self.at_word("WITH") && self.sign_ahead(1, "(") {
            self.bump();
            self.properties()?
        } else {
            Vec::new()
        };
        let alias_follows = self.at_word("AS") && self.strict_name_ahead(1);
        let alias = if alias_follows {
            self.bump();
            Some(self.name()?)
        } else {
            None
        };
        insert.target = InsertTarget::Table {
            name,
            alias,
            options,
        };
        if self.at_words(&["REPLACE"]) && self.any_ahead(1, &["WHERE", "USING", "ON"]) {
            self.bump();
            insert.mode = match self.expect_any(&["WHERE", "USING", "ON"])? {
                "WHERE" => InsertMode::ReplaceWhere(self.expr()?),
                "USING" => InsertMode::ReplaceUsing(self.name_list()?),
                _ => InsertMode::ReplaceOn(self.expr()?),
            };
            insert.by_name = self.eat_words(&["BY", "NAME"]);
            return Ok(());
        }
        insert.partition = self.partition_spec()?;
        if !insert.partition.is_empty() {
            insert.if_partition_not_exists = self.if_not_exists();
        }
        let dynamic = insert.partition.iter().find(|(_, value)| value.is_none());
        if let (Some((column, _)), true) = (dynamic, insert.if_partition_not_exists) {
            let message = format!("IF NOT EXISTS with dynamic partitions: {column}");
            let error = self.error_from(start, condition::OPERATION_NOT_ALLOWED);
            return Err(error.with("message", message));
        }
        insert.by_name = self.eat_words(&["BY", "NAME"]);
        if !insert.by_name && self.at_sign("(") && !self.at_query_paren() {
            insert.columns = self.name_list()?;
        }
        Ok(())
    }

    fn insert_directory(&mut self) -> Result<InsertTarget> {
        let local = self.eat_word("LOCAL");
        self.expect_word("DIRECTORY")?;
        let path = if self.at_string() {
            Some(self.string()?)
        } else {
            None
        };
        let mut format = None;
        let mut options = Vec::new();
        if self.eat_word("USING") {
            format = Some(self.dotted()?.join(".").into());
            if self.eat_word("OPTIONS") {
                options = self.properties()?;
            }
        } else if self.eat_words(&["STORED", "AS"]) {
            format = Some(self.name()?);
        }
        Ok(InsertTarget::Directory {
            local,
            path,
            format,
            options,
        })
    }

    fn finish_insert(&self, head: Head, query: Relation) -> Result<Insert> {
        let Head { start, mut insert } = head;
        let has_path = match &insert.target {
            InsertTarget::Directory {
                path: None,
                options,
                ..
            } => options
                .iter()
                .any(|(key, _)| key.eq_ignore_ascii_case("path")),
            _ => true,
        };
        if !has_path {
            let message = "Directory path and 'path' in OPTIONS should be specified one";
            let error = self.error_from(start, condition::OPERATION_NOT_ALLOWED);
            return Err(error.with("message", message));
        }
        insert.query = query;
        Ok(insert)
    }
}
