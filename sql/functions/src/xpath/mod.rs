//! XPath 1.0 over XML texts, with the answers of Spark SQL's `xpath` functions.
//!
//! - [`Document`] holds a text as the tree of XPath 1.0, section 5. Names are kept as written: Spark
//!   reads without namespaces, so that prefixes need no declaration.
//! - [`XPath`] is a compiled expression. [`XPath::nodes`], [`XPath::string`], [`XPath::boolean`] and
//!   [`XPath::number`] evaluate it with the document as the context node.
//! - [`to_short`], [`to_int`], [`to_long`] and [`to_float`] make the results of `xpath_short`,
//!   `xpath_int`, `xpath_long` and `xpath_float` out of a number.
//!
//! `document` reads texts, `syntax` compiles expressions, `evaluate` runs them. Spark evaluates with
//! the Java platform's own evaluator. Its limits and its departures from the recommendation are kept,
//! each described where it is made, but not its texts of errors. The main ones:
//!
//! - A step `name` takes elements by the part of their name behind the colon, but a path that is
//!   nothing but a search below one node (`//name`) takes only elements without a prefix. A step
//!   `prefix:name` takes nothing: no node has a namespace. `namespace-uri()` is empty and `lang()` is
//!   false.
//! - Strings have a length in UTF-16 units.
//! - An expression may have 10 groups and 100 operators, which bounds the recursion over it. The tree
//!   is walked without recursion.
//!
//! Known differences from Spark:
//!
//! - External entities are never read, and a document with an external subset of its document type
//!   is refused. Spark refuses it too unless the subset can be read.
//! - `system-property()` gives an empty string.
//! - A half of a surrogate pair, cut by `substring` or `translate`, becomes `?` at once rather than
//!   at the end.
//! - Java 17 writes a few numbers beyond 63 bits with a last digit that is off, such as
//!   99999999999999990000000 for 100000000000000000000000.
//! - Java's compiler overflows its stack over some comparisons that are operands of a comparison or a
//!   call in a predicate, as in `a["a" <= 1 <= 2]/b`. Here they are evaluated.
//! - A union without any operand that can be a set of nodes fails when it is evaluated. Java fails when
//!   it reads the nodes, and not at all if nothing does.
//! - Documents nested so deeply that Java's stack overflows are answered.
//!
//! ```
//! use flint_sql_functions::xpath::{Document, XPath};
//!
//! let document = Document::parse("<a><b>1</b><b>2</b></a>")?;
//! assert_eq!(XPath::compile("sum(a/b)")?.number(&document)?, 3.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod document;
mod error;
mod evaluate;
mod expression;
mod outcome;
mod syntax;

pub use document::Document;
pub use error::{XPathError, XmlError};
pub use expression::XPath;
pub use outcome::{to_float, to_int, to_long, to_short};
