//! Compiled expressions, and their results in the types that Spark asks for.

use super::document::Document;
use super::error::XPathError;
use super::evaluate::{Context, Fault, Value, evaluate};
use super::syntax::{Expression, compile};

/// A compiled expression of XPath 1.0.
///
/// Its context node is the document (XPath 1.0, section 5.1), and there are no variables, no functions
/// but the ones of the recommendation, and no namespaces.
#[derive(Clone, Debug)]
pub struct XPath {
    expression: Expression,
}

impl XPath {
    /// Compiles an expression (XPath 1.0, section 3).
    ///
    /// # Errors
    ///
    /// The expression is wrong, or has more than 10 groups or 100 operators.
    pub fn compile(path: &str) -> Result<Self, XPathError> {
        let expression = compile(path)?;
        Ok(Self { expression })
    }

    /// Gives what `xpath` gives: the value of each node of the resulting set, in document order.
    /// Elements and the document have none. The value of a text is that of its first part, before or
    /// in a section of character data.
    ///
    /// # Errors
    ///
    /// The result is no set of nodes, or the evaluation fails.
    pub fn nodes(&self, document: &Document) -> Result<Vec<Option<String>>, XPathError> {
        match self.value(document)? {
            Value::Nodes(nodes) => Ok(nodes.iter().map(|&node| document.own_value(node)).collect()),
            other => Err(fail(Fault::no_nodes(&other))),
        }
    }

    /// Gives what `xpath_boolean` gives (XPath 1.0, section 4.3, `boolean`).
    ///
    /// # Errors
    ///
    /// The evaluation fails.
    pub fn boolean(&self, document: &Document) -> Result<bool, XPathError> {
        Ok(self.value(document)?.boolean())
    }

    /// Gives what `xpath_number` and `xpath_double` give (XPath 1.0, section 4.4, `number`). An empty
    /// set of nodes gives NaN.
    ///
    /// # Errors
    ///
    /// The evaluation fails.
    pub fn number(&self, document: &Document) -> Result<f64, XPathError> {
        Ok(self.value(document)?.number(document))
    }

    /// Gives what `xpath_string` gives (XPath 1.0, section 4.2, `string`): of a set of nodes, the
    /// string-value of the first one; of an empty set, an empty string.
    ///
    /// # Errors
    ///
    /// The evaluation fails.
    pub fn string(&self, document: &Document) -> Result<String, XPathError> {
        Ok(self.value(document)?.into_text(document))
    }

    fn value(&self, document: &Document) -> Result<Value, XPathError> {
        evaluate(&self.expression, Context::new(document)).map_err(fail)
    }
}

fn fail(fault: Fault) -> XPathError {
    XPathError::new(fault.to_string(), 0)
}
