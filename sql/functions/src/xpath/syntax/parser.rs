//! The grammar of expressions (XPath 1.0, section 3), but for location paths.

use super::ast::{Expression, Operator, Path, Start, Walk};
use super::function::Function;
use super::lexer::{Token, tokens};
use crate::xpath::error::XPathError;

/// The names of node tests that look like functions.
const NODE_TYPES: &[&str] = &["comment", "text", "processing-instruction", "node"];

/// Parses an expression.
pub(super) fn parse(text: &str) -> Result<Expression, XPathError> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        end: text.len(),
    };
    let expression = parser.expression()?;
    match parser.peek() {
        None => Ok(expression),
        Some(token) => Err(parser.error(format!(
            "The expression is complete before \"{}\".",
            token.text
        ))),
    }
}

/// Tokens, and the place among them.
pub(super) struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    end: usize,
}

impl<'a> Parser<'a> {
    /// Expr and OrExpr.
    pub(super) fn expression(&mut self) -> Result<Expression, XPathError> {
        let mut operands = vec![self.conjunction()?];
        while self.take("or") {
            operands.push(self.conjunction()?);
        }
        Ok(one_or(operands, Expression::Or))
    }

    /// AndExpr.
    fn conjunction(&mut self) -> Result<Expression, XPathError> {
        let mut operands = vec![self.equality()?];
        while self.take("and") {
            operands.push(self.equality()?);
        }
        Ok(one_or(operands, Expression::And))
    }

    /// EqualityExpr.
    fn equality(&mut self) -> Result<Expression, XPathError> {
        let first = self.relation()?;
        let mut rest = Vec::new();
        loop {
            let operator = if self.is_at(0, "!") && self.is_at(1, "=") {
                self.at += 2;
                Operator::NotEqual
            } else if self.take("=") {
                Operator::Equal
            } else {
                return Ok(chain(first, rest));
            };
            rest.push((operator, self.relation()?));
        }
    }

    /// RelationalExpr.
    fn relation(&mut self) -> Result<Expression, XPathError> {
        let first = self.sum()?;
        let mut rest = Vec::new();
        loop {
            let (strict, loose) = if self.take("<") {
                (Operator::Less, Operator::LessOrEqual)
            } else if self.take(">") {
                (Operator::Greater, Operator::GreaterOrEqual)
            } else {
                return Ok(chain(first, rest));
            };
            let operator = if self.take("=") { loose } else { strict };
            rest.push((operator, self.sum()?));
        }
    }

    /// AdditiveExpr.
    fn sum(&mut self) -> Result<Expression, XPathError> {
        let operators = [("+", Operator::Add), ("-", Operator::Subtract)];
        self.chain_of(&operators, Self::product)
    }

    /// MultiplicativeExpr.
    fn product(&mut self) -> Result<Expression, XPathError> {
        let operators = [
            ("*", Operator::Multiply),
            ("div", Operator::Divide),
            ("mod", Operator::Remainder),
            ("quo", Operator::Quotient),
        ];
        self.chain_of(&operators, Self::unary)
    }

    fn chain_of(
        &mut self,
        operators: &[(&str, Operator)],
        operand: fn(&mut Self) -> Result<Expression, XPathError>,
    ) -> Result<Expression, XPathError> {
        let first = operand(self)?;
        let mut rest = Vec::new();
        while let Some(&(_, operator)) = operators.iter().find(|(word, _)| self.take(word)) {
            rest.push((operator, operand(self)?));
        }
        Ok(chain(first, rest))
    }

    /// UnaryExpr. Java takes a single sign.
    fn unary(&mut self) -> Result<Expression, XPathError> {
        if self.take("-") {
            return Ok(Expression::Negate(Box::new(self.union()?)));
        }
        self.union()
    }

    /// UnionExpr.
    fn union(&mut self) -> Result<Expression, XPathError> {
        let mut operands = vec![self.path()?];
        while self.take("|") {
            operands.push(self.path()?);
        }
        Ok(one_or(operands, Expression::Union))
    }

    /// PathExpr and FilterExpr.
    fn path(&mut self) -> Result<Expression, XPathError> {
        let Some(primary) = self.primary()? else {
            return self.location_path();
        };
        let is_filter = self.is_at(0, "[");
        let predicates = self.predicates()?;
        let mut steps = Vec::new();
        if self.take("/") {
            if !self.relative_path(&mut steps)? {
                return Err(self.missing_step());
            }
        } else if !is_filter {
            return Ok(primary);
        }
        let start = Start::Filter(primary, predicates);
        Ok(Expression::Path(Box::new(Path {
            start,
            steps,
            walk: Walk::Steps,
        })))
    }

    /// PrimaryExpr. Nothing where a location path comes.
    fn primary(&mut self) -> Result<Option<Expression>, XPathError> {
        let Some(token) = self.peek() else {
            return Ok(None);
        };
        let mut characters = token.text.chars();
        let first = characters.next().unwrap_or_default();
        let is_number = match first {
            '.' => characters.next().is_some_and(char::is_numeric),
            _ => first.is_numeric(),
        };
        if let '\'' | '"' = first {
            return self.literal().map(Expression::Literal).map(Some);
        } else if self.take("$") {
            if self.is_at(1, ":") {
                self.at += 2;
            }
            self.at += 1;
            return Ok(Some(Expression::Variable));
        } else if self.take("(") {
            let inside = self.expression()?;
            self.expect(")")?;
            return Ok(Some(Expression::Group(Box::new(inside))));
        } else if is_number {
            return self.number(token).map(Some);
        } else if self.is_at(1, "(") || self.is_at(1, ":") && self.is_at(3, "(") {
            return self.call(token);
        }
        Ok(None)
    }

    /// Literal.
    pub(super) fn literal(&mut self) -> Result<String, XPathError> {
        let Some(Token { text, .. }) = self.peek() else {
            return Err(self.error("The expression ends where a string should be."));
        };
        let inside = ["'", "\""]
            .into_iter()
            .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
        let Some(inside) = inside else {
            return Err(self.error(format!(
                "There should be a string in quotes rather than \"{text}\"."
            )));
        };
        self.at += 1;
        Ok(inside.to_owned())
    }

    /// Number. Java takes its own suffixes for floats and doubles, too.
    fn number(&mut self, token: Token<'a>) -> Result<Expression, XPathError> {
        let digits = token
            .text
            .strip_suffix(['d', 'D', 'f', 'F'])
            .unwrap_or(token.text);
        let is_number = digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        match digits.parse() {
            Ok(number) if is_number => {
                self.at += 1;
                Ok(Expression::Number(number))
            }
            _ => Err(self.error(format!("\"{}\" is no number.", token.text))),
        }
    }

    /// FunctionCall. Nothing where a node type comes.
    fn call(&mut self, token: Token<'a>) -> Result<Option<Expression>, XPathError> {
        if self.is_at(1, ":") {
            self.at += 3;
            return Ok(Some(Expression::Foreign(self.arguments()?)));
        }
        if NODE_TYPES.contains(&token.text) {
            return Ok(None);
        }
        let Some(function) = Function::named(token.text) else {
            return Err(self.error(format!("There is no function \"{}\".", token.text)));
        };
        self.at += 1;
        Ok(Some(Expression::Call(function, self.arguments()?)))
    }

    fn arguments(&mut self) -> Result<Vec<Expression>, XPathError> {
        self.expect("(")?;
        let mut arguments = Vec::new();
        while !self.is_at(0, ")") && self.peek().is_some() {
            if self.is_at(0, ",") {
                return Err(self.error("An argument is missing before the comma."));
            }
            arguments.push(self.expression()?);
            if !self.is_at(0, ")") {
                self.expect(",")?;
                if self.is_at(0, ")") {
                    return Err(self.error("An argument is missing behind the comma."));
                }
            }
        }
        self.expect(")")?;
        Ok(arguments)
    }

    /// Predicates, as many as come.
    pub(super) fn predicates(&mut self) -> Result<Vec<Expression>, XPathError> {
        let mut predicates = Vec::new();
        while self.take("[") {
            predicates.push(self.expression()?);
            self.expect("]")?;
        }
        Ok(predicates)
    }

    pub(super) fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    /// Takes the next token, whatever it is.
    pub(super) fn skip(&mut self) {
        self.at += 1;
    }

    /// Tells whether the token comes, this many behind the next one.
    pub(super) fn is_at(&self, ahead: usize, text: &str) -> bool {
        self.tokens
            .get(self.at + ahead)
            .is_some_and(|token| token.text == text)
    }

    /// Takes the token if it comes next.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let found = self.is_at(0, text);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, text: &str) -> Result<(), XPathError> {
        if self.take(text) {
            return Ok(());
        }
        Err(self.error(match self.peek() {
            Some(token) => format!("A \"{text}\" is missing before \"{}\".", token.text),
            None => format!("A \"{text}\" is missing at the end of the expression."),
        }))
    }

    /// An error at the next token.
    pub(super) fn error(&self, message: impl Into<String>) -> XPathError {
        XPathError::new(message, self.peek().map_or(self.end, |token| token.at))
    }
}

/// The only operand, or an expression of all.
fn one_or(mut operands: Vec<Expression>, all: fn(Vec<Expression>) -> Expression) -> Expression {
    match operands.pop() {
        Some(only) if operands.is_empty() => only,
        last => {
            operands.extend(last);
            all(operands)
        }
    }
}

fn chain(first: Expression, rest: Vec<(Operator, Expression)>) -> Expression {
    if rest.is_empty() {
        first
    } else {
        Expression::Chain(Box::new(first), rest)
    }
}
