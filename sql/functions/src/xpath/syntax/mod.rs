//! Expressions as trees (XPath 1.0, sections 2 and 3).
//!
//! `lexer` makes tokens and counts what Java's limits allow, `parser` and `steps` make the tree, and
//! `check` looks through it for what may not be compiled. `shape` says how a location path is walked,
//! which decides what its last name test takes. `absorb` gives unions the operands that Java's
//! compiler gives them.
//!
//! Every nesting costs an operator or a group, of which there may be 100 and 10. So the recursion over
//! an expression is bounded by the lexer. Operators of one precedence are a list rather than a
//! nesting, because words like `or` are not always counted.

mod absorb;
mod ast;
mod check;
mod function;
mod lexer;
mod parser;
mod shape;
mod steps;

pub(super) use ast::{Axis, Expression, NodeTest, Operator, Path, Start, Step, Walk};
pub(super) use function::Function;

use super::error::XPathError;

/// Compiles an expression.
pub(super) fn compile(text: &str) -> Result<Expression, XPathError> {
    let mut expression = parser::parse(text)?;
    check::check(&mut expression)?;
    absorb::absorb(&mut expression, &[]);
    Ok(expression)
}
