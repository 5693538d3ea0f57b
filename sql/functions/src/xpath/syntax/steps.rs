//! The grammar of location paths (XPath 1.0, section 2).

use super::ast::{Axis, Expression, NodeTest, Path, Start, Step, Walk};
use super::parser::Parser;
use crate::xpath::error::XPathError;

impl Parser<'_> {
    /// LocationPath.
    pub(super) fn location_path(&mut self) -> Result<Expression, XPathError> {
        let is_absolute = self.take("/");
        let mut steps = Vec::new();
        match self.peek() {
            None if is_absolute => {}
            None => return Err(self.error("The expression ends where an operand should be.")),
            Some(token) => {
                if !self.relative_path(&mut steps)? && !is_absolute {
                    return Err(
                        self.error(format!("No operand can start with \"{}\".", token.text))
                    );
                }
            }
        }
        let start = if is_absolute {
            Start::Root
        } else {
            Start::Context
        };
        Ok(Expression::Path(Box::new(Path {
            start,
            steps,
            walk: Walk::Steps,
        })))
    }

    /// RelativeLocationPath. Tells whether there was one.
    pub(super) fn relative_path(&mut self, steps: &mut Vec<Step>) -> Result<bool, XPathError> {
        if !self.step(steps)? {
            return Ok(false);
        }
        while self.take("/") {
            if !self.step(steps)? {
                return Err(self.missing_step());
            }
        }
        Ok(true)
    }

    /// Step. A `/` before it is the second one of `//`. Tells whether there was one.
    fn step(&mut self, steps: &mut Vec<Step>) -> Result<bool, XPathError> {
        let is_double = self.take("/");
        if is_double {
            steps.push(plain_step(Axis::DescendantOrSelf));
        }
        if self.take(".") {
            if self.is_at(0, "[") {
                return Err(self.error("The step \".\" may not have a predicate."));
            }
            steps.push(plain_step(Axis::Own));
        } else if self.take("..") {
            steps.push(plain_step(Axis::Parent));
        } else if self.starts_test("*@") {
            let (axis, test) = self.basis()?;
            let predicates = self.predicates()?;
            steps.push(Step {
                axis,
                test,
                predicates,
            });
        } else if is_double {
            return Err(self.missing_step());
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// The error where no step follows a `/`.
    pub(super) fn missing_step(&self) -> XPathError {
        self.error("A step is missing behind the slash.")
    }

    /// Tells whether a name comes, or one of the marks.
    fn starts_test(&self, marks: &str) -> bool {
        self.peek()
            .and_then(|token| token.text.chars().next())
            .is_some_and(|c| {
                marks.contains(c) || c == '_' || c.is_alphabetic() && u32::from(c) <= 0xFFFF
            })
    }

    /// AxisSpecifier and NodeTest.
    fn basis(&mut self) -> Result<(Axis, NodeTest), XPathError> {
        let axis = if self.is_at(1, "::") {
            let name = self.peek().map_or("", |token| token.text);
            let Some(axis) = Axis::named(name) else {
                return Err(self.error(format!("There is no axis \"{name}\".")));
            };
            self.skip();
            self.skip();
            axis
        } else if self.take("@") {
            Axis::Attribute
        } else {
            Axis::Child
        };
        let test = if self.is_at(1, "(") {
            self.node_type()?
        } else {
            self.name_test()?
        };
        Ok((axis, test))
    }

    fn node_type(&mut self) -> Result<NodeTest, XPathError> {
        let name = self.peek().map_or("", |token| token.text);
        let mut test = match name {
            "node" => NodeTest::Node,
            "text" => NodeTest::Text,
            "comment" => NodeTest::Comment,
            "processing-instruction" => NodeTest::Instruction(None),
            _ => return Err(self.error(format!("There is no type of nodes \"{name}\"."))),
        };
        self.skip();
        self.expect("(")?;
        if name == "processing-instruction" && !self.is_at(0, ")") {
            test = NodeTest::Instruction(Some(self.literal()?));
        }
        self.expect(")")?;
        Ok(test)
    }

    fn name_test(&mut self) -> Result<NodeTest, XPathError> {
        let has_prefix = self.is_at(1, ":");
        let first = self.test_part()?;
        if !has_prefix {
            return Ok(first.map_or(NodeTest::Any, NodeTest::Name));
        }
        self.expect(":")?;
        self.test_part().map(NodeTest::Prefixed)
    }

    /// A name, or nothing for `*`.
    fn test_part(&mut self) -> Result<Option<String>, XPathError> {
        if self.take("*") {
            return Ok(None);
        }
        let Some(token) = self.peek().filter(|_| self.starts_test("")) else {
            return Err(self.error("A name or \"*\" is missing in a step."));
        };
        self.skip();
        Ok(Some(token.text.to_owned()))
    }
}

fn plain_step(axis: Axis) -> Step {
    Step {
        axis,
        test: NodeTest::Node,
        predicates: Vec::new(),
    }
}
