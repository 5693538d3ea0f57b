//! The one language that Flint's DataFrame API, SQL text and Spark Connect all produce.
//!
//! A front end builds a [`Plan`]: a [`Relation`] or a [`Command`], with [`Expr`]essions inside. Names
//! and types are unresolved; the analyzer gives them a meaning. Everything here is plain data:
//! serialisable, printable, comparable, and cheap to clone (children are shared, see [`Node`]).
//!
//! - *Complete*: every relation, expression, command, literal and type of Spark Connect's protocol
//!   has a place; a test holds the list. What only SQL text can say stands beside.
//! - *Deep trees* of any shape can be dropped, cloned, compared, hashed, printed and encoded; walks
//!   over them use [`with_stack`].
//! - *Origins*: every expression and relation knows where it was written ([`Origin`]), which equality
//!   ignores.
//! - *Errors*: [`SqlError`] is Spark's error condition with SQLSTATE, parameters and query context;
//!   the conditions in use are registered in [`condition`].
//!
//! Nothing of DataFusion or Arrow is here, and nothing is resolved, checked or executed.
//!
//! ```
//! use flint_sql_spec::{Expr, Relation, RelationKind};
//! let one = Relation::from(RelationKind::Project {
//!     input: None,
//!     exprs: vec![Expr::call("+", [Expr::literal(1), Expr::literal(2)]).alias("three")],
//! });
//! assert_eq!(one, one.clone());
//! ```

#![forbid(unsafe_code)]

mod attribute_name;
mod catalog;
mod command;
mod data_type;
mod error;
mod expr;
mod extension;
mod foreign;
mod literal;
mod ml;
mod name;
mod native;
mod node;
mod origin;
mod pipeline;
mod relation;

pub use attribute_name::attribute_parts;
pub use catalog::*;
pub use command::*;
pub use data_type::*;
pub use error::{Condition, Result};
pub use error::{ContextKind, QueryContext, SqlError, condition};
pub use expr::*;
pub use extension::Extension;
pub use foreign::*;
pub use literal::{DecimalValue, Float, Literal, VariantValue};
pub use ml::*;
pub use name::{Ident, ObjectName, quote_part, quote_part_if_needed, quote_parts};
pub use native::*;
pub use node::{Node, with_large_stack, with_stack};
pub use origin::{CallSite, Origin, SqlSpan, SqlText, with_shared_texts};
pub use pipeline::*;
pub use relation::*;
