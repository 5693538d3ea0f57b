//! Messages of other makers: who handles them.
//!
//! A client may put messages of any type into a plan, as relations, expressions and commands. A
//! server understands those for which its builder got a handler, by the name of the message's type:
//! the part of its URL behind the last `/`, such as `delta.connect.Scan`. Everything else is refused with
//! `CONNECT_INVALID_PLAN.NO_HANDLER_FOR_EXTENSION`.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use flint_connect_protocol::spark::connect as proto;
use flint_sql::{Column, DataFrame, PlanExtensions, SparkSession, no_handler};
use flint_sql_spec::{Expr, Extension, Relation, Result};

/// Makes a DataFrame of a message in the place of a relation.
///
/// It is called whenever a plan with the message is analysed, which is more than once for most
/// DataFrames, so what it does must not hang on how often. The answer must not hold the message
/// itself. Functions and closures are handlers.
pub trait RelationHandler: Send + Sync {
    /// What the message stands for.
    ///
    /// # Errors
    /// What is wrong with the message; clients see its condition.
    fn relation(&self, message: &[u8], planner: &Planner) -> Result<DataFrame>;
}

impl<F: Fn(&[u8], &Planner) -> Result<DataFrame> + Send + Sync> RelationHandler for F {
    fn relation(&self, message: &[u8], planner: &Planner) -> Result<DataFrame> {
        self(message, planner)
    }
}

/// Makes a column of a message in the place of an expression: see [`RelationHandler`].
pub trait ExpressionHandler: Send + Sync {
    /// What the message stands for.
    ///
    /// # Errors
    /// What is wrong with the message; clients see its condition.
    fn expression(&self, message: &[u8], planner: &Planner) -> Result<Column>;
}

impl<F: Fn(&[u8], &Planner) -> Result<Column> + Send + Sync> ExpressionHandler for F {
    fn expression(&self, message: &[u8], planner: &Planner) -> Result<Column> {
        self(message, planner)
    }
}

/// Does what a message in the place of a command says. Functions and closures are handlers.
pub trait CommandHandler: Send + Sync {
    /// Runs the command, once. It blocks its execution; queries that it runs are interrupted with the
    /// execution.
    ///
    /// # Errors
    /// What is wrong with the message, or goes wrong; clients see its condition.
    fn run(&self, message: &[u8], planner: &Planner) -> Result<()>;
}

impl<F: Fn(&[u8], &Planner) -> Result<()> + Send + Sync> CommandHandler for F {
    fn run(&self, message: &[u8], planner: &Planner) -> Result<()> {
        self(message, planner)
    }
}

/// What handlers work with: the client's session, and the meaning of messages inside of theirs.
///
/// Messages come from strangers. Those of the protocol inside of a handler's own are best declared as
/// `bytes` there and decoded by [`decode`](flint_connect_protocol::decode), which bounds how deep they
/// are nested.
#[derive(Debug)]
pub struct Planner {
    session: SparkSession,
}

impl Planner {
    /// The client's session.
    pub fn session(&self) -> &SparkSession {
        &self.session
    }

    /// The DataFrame of a relation.
    ///
    /// # Errors
    /// `CONNECT_INVALID_PLAN` if the message has no meaning.
    pub fn relation(&self, message: &proto::Relation) -> Result<DataFrame> {
        let relation = flint_connect_plans::relation(message)?;
        Ok(self.session.data_frame(relation))
    }

    /// The column of an expression.
    ///
    /// # Errors
    /// `CONNECT_INVALID_PLAN` if the message has no meaning.
    pub fn expression(&self, message: &proto::Expression) -> Result<Column> {
        flint_connect_plans::expression(message).map(Column::from)
    }
}

/// The handlers of a server, by the names of types.
#[derive(Clone, Default)]
pub(crate) struct Extensions {
    relations: HashMap<String, Arc<dyn RelationHandler>>,
    expressions: HashMap<String, Arc<dyn ExpressionHandler>>,
    commands: HashMap<String, Arc<dyn CommandHandler>>,
}

impl Extensions {
    pub(crate) fn add_relation(&mut self, name: &str, handler: Arc<dyn RelationHandler>) {
        self.relations.insert(type_name(name).to_owned(), handler);
    }

    pub(crate) fn add_expression(&mut self, name: &str, handler: Arc<dyn ExpressionHandler>) {
        self.expressions.insert(type_name(name).to_owned(), handler);
    }

    pub(crate) fn add_command(&mut self, name: &str, handler: Arc<dyn CommandHandler>) {
        self.commands.insert(type_name(name).to_owned(), handler);
    }

    /// Runs a command.
    ///
    /// # Errors
    /// `CONNECT_INVALID_PLAN.NO_HANDLER_FOR_EXTENSION`, and those of the handler.
    pub(crate) fn run(&self, session: &SparkSession, message: &Extension) -> Result<()> {
        let handler = found(&self.commands, message)?;
        handler.run(&message.value, &planner(session))
    }
}

impl PlanExtensions for Extensions {
    fn relation(&self, session: &SparkSession, message: &Extension) -> Result<Relation> {
        let handler = found(&self.relations, message)?;
        let rows = handler.relation(&message.value, &planner(session))?;
        rows.to_relation()
    }

    fn expression(&self, session: &SparkSession, message: &Extension) -> Result<Expr> {
        let handler = found(&self.expressions, message)?;
        let column = handler.expression(&message.value, &planner(session))?;
        column.to_expr()
    }
}

fn planner(session: &SparkSession) -> Planner {
    let session = session.clone();
    Planner { session }
}

fn found<'a, H: ?Sized>(
    handlers: &'a HashMap<String, Arc<H>>,
    message: &Extension,
) -> Result<&'a Arc<H>> {
    let handler = handlers.get(type_name(&message.type_url));
    handler.ok_or_else(|| no_handler(message))
}

/// The name of a type, of its URL.
fn type_name(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extensions")
            .field("relations", &self.relations.keys())
            .field("expressions", &self.expressions.keys())
            .field("commands", &self.commands.keys())
            .finish()
    }
}
