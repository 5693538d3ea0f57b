//! Spark Connect's messages as spec, the one language of Flint's front ends.
//!
//! Every relation, expression, command, catalog call and type of the protocol has its translation
//! here; nothing is resolved or run. What a message must have and has not is Spark's
//! `CONNECT_INVALID_PLAN` error, never a panic: messages come from strangers.
//!
//! Translation recurses as deep as messages are nested, which the protocol crate bounds, and takes
//! more stack from the heap where a thread's own runs low.
//!
//! ```
//! use flint_connect_plans::expression;
//! use flint_connect_protocol::spark::connect as proto;
//! use flint_sql_spec::Expr;
//! let star = proto::expression::UnresolvedStar::default();
//! let message = proto::Expression {
//!     expr_type: Some(proto::expression::ExprType::UnresolvedStar(star)),
//!     ..Default::default()
//! };
//! assert_eq!(expression(&message)?, Expr::star());
//! # Ok::<(), flint_sql_spec::SqlError>(())
//! ```

#![forbid(unsafe_code)]

mod catalog;
mod command;
mod data_type;
mod expression;
mod extension;
mod foreign;
mod literal;
mod literal_message;
mod metadata;
mod missing;
mod names;
mod origin;
mod plan;
mod relation;
mod storage;

pub use catalog::catalog_call;
pub use command::command;
pub use data_type::{data_type, data_type_message};
pub use expression::{expression, expressions, sort_order, sort_orders};
pub use foreign::{inline_function, python_function, scala_function};
pub use literal::literal;
pub use literal_message::literal_message;
pub use origin::origin;
pub use plan::plan;
pub use relation::relation;
pub use storage::{storage_level, storage_level_message};
