//! The function library (XPath 1.0, section 4), and what Java's evaluator adds from XSLT 1.0, section
//! 12.

use super::fault::Fault;
use super::path::{first_node_of, nodes_of};
use super::text::{length, normalize_space, substring, translate};
use super::value::Value;
use super::{Context, evaluate};
use crate::xpath::document::{NodeId, NodeKind};
use crate::xpath::syntax::{Expression, Function};

/// The number that `generate-id` counts nodes from.
const FIRST_ID: u32 = 0x1_0000;

/// Calls a function. The number of its arguments is right.
pub(super) fn call(
    function: Function,
    arguments: &[Expression],
    context: Context<'_>,
) -> Result<Value, Fault> {
    let arguments = Arguments { arguments, context };
    Ok(match function {
        Function::Last => Value::Number(context.size as f64),
        Function::Position => Value::Number(f64::from(context.position)),
        Function::Current => Value::Nodes(vec![context.document.root()]),
        Function::Count | Function::Sum | Function::Id => of_nodes(function, &arguments)?,
        Function::LocalName | Function::Name | Function::NamespaceUri | Function::GenerateId => {
            Value::Text(of_node(function, &arguments)?)
        }
        Function::Boolean
        | Function::Not
        | Function::True
        | Function::False
        | Function::Lang
        | Function::Contains
        | Function::StartsWith => Value::Boolean(boolean(function, &arguments)?),
        Function::Number
        | Function::Floor
        | Function::Ceiling
        | Function::Round
        | Function::StringLength => Value::Number(number(function, &arguments)?),
        Function::HasElement | Function::HasCall => {
            let name = arguments.text(0)?;
            if name.contains(':') {
                return Err(Fault::Prefix(name));
            }
            let known = Function::named(&name).is_some();
            Value::Boolean(known && function == Function::HasCall)
        }
        Function::Here | Function::Key => return Err(Fault::NoResult),
        _ => Value::Text(text(function, &arguments)?),
    })
}

/// Functions over sets of nodes (XPath 1.0, sections 4.1 and 4.4).
fn of_nodes(function: Function, arguments: &Arguments<'_, '_>) -> Result<Value, Fault> {
    let document = arguments.context.document;
    if function == Function::Id {
        return Ok(Value::Nodes(arguments.identified()?));
    }
    let nodes = arguments.nodes()?;
    Ok(Value::Number(match function {
        Function::Count => nodes.len() as f64,
        _ => nodes.iter().fold(0.0, |sum, &node| {
            sum + Value::Nodes(vec![node]).number(document)
        }),
    }))
}

/// Functions over one node (XPath 1.0, section 4.1). There are no namespaces.
fn of_node(function: Function, arguments: &Arguments<'_, '_>) -> Result<String, Fault> {
    let document = arguments.context.document;
    let Some(node) = arguments.first_node()? else {
        return Ok(String::new());
    };
    Ok(match function {
        Function::LocalName => Some(document.local_name(node))
            .filter(|&name| name != "xmlns")
            .unwrap_or_default()
            .into(),
        Function::Name => match document.kind(node) {
            NodeKind::Text | NodeKind::Comment | NodeKind::Root => String::new(),
            _ => document.name(node).to_owned(),
        },
        Function::GenerateId => format!("N{:X}", FIRST_ID.saturating_add(document.number(node))),
        _ => String::new(),
    })
}

fn boolean(function: Function, arguments: &Arguments<'_, '_>) -> Result<bool, Fault> {
    Ok(match function {
        Function::Boolean => arguments.value(0)?.boolean(),
        Function::Not => !arguments.value(0)?.boolean(),
        Function::True => true,
        Function::Contains => arguments.text(0)?.contains(&arguments.text(1)?),
        Function::StartsWith => arguments.text(0)?.starts_with(&arguments.text(1)?),
        // Java looks for the language in a namespace, and there are none.
        Function::Lang => arguments.text(0).map(|_| false)?,
        _ => false,
    })
}

fn number(function: Function, arguments: &Arguments<'_, '_>) -> Result<f64, Fault> {
    if function == Function::StringLength {
        return Ok(length(&arguments.text(0)?) as f64);
    }
    let number = arguments.number(0)?;
    Ok(match function {
        Function::Floor => number.floor(),
        Function::Ceiling => number.ceil(),
        Function::Round if (-0.5..0.0).contains(&number) => -0.0,
        Function::Round if number == 0.0 => number,
        Function::Round => (number + 0.5).floor(),
        _ => number,
    })
}

fn text(function: Function, arguments: &Arguments<'_, '_>) -> Result<String, Fault> {
    Ok(match function {
        Function::String => arguments.text(0)?,
        Function::Concat => {
            let parts = 0..arguments.arguments.len();
            parts
                .map(|index| arguments.text(index))
                .collect::<Result<String, Fault>>()?
        }
        Function::SubstringBefore => {
            let (text, mark) = (arguments.text(0)?, arguments.text(1)?);
            text.split_once(&mark)
                .map_or_else(String::new, |(before, _)| before.to_owned())
        }
        Function::SubstringAfter => {
            let (text, mark) = (arguments.text(0)?, arguments.text(1)?);
            text.split_once(&mark)
                .map_or_else(String::new, |(_, after)| after.to_owned())
        }
        Function::Substring => {
            let text = arguments.text(0)?;
            let from = arguments.number(1)?;
            let has_length = arguments.arguments.len() > 2 && !text.is_empty();
            let length = if has_length {
                Some(arguments.number(2)?)
            } else {
                None
            };
            substring(&text, from, length)?
        }
        Function::NormalizeSpace => normalize_space(&arguments.text(0)?),
        Function::Translate => translate(
            &arguments.text(0)?,
            &arguments.text(1)?,
            &arguments.text(2)?,
        ),
        Function::SystemProperty => {
            let name = arguments.text(0)?;
            if name.find(':').is_some_and(|at| at > 0) {
                return Err(Fault::Prefix(name));
            }
            String::new()
        }
        _ => String::new(),
    })
}

/// Arguments, each evaluated when it is wanted.
struct Arguments<'e, 'd> {
    arguments: &'e [Expression],
    context: Context<'d>,
}

impl Arguments<'_, '_> {
    /// The value of an argument. The context node stands for one that is left out.
    fn value(&self, index: usize) -> Result<Value, Fault> {
        match self.arguments.get(index) {
            Some(argument) => evaluate(argument, self.context),
            None => Ok(Value::Nodes(vec![self.context.node])),
        }
    }

    fn text(&self, index: usize) -> Result<String, Fault> {
        Ok(self.value(index)?.into_text(self.context.document))
    }

    fn number(&self, index: usize) -> Result<f64, Fault> {
        Ok(self.value(index)?.number(self.context.document))
    }

    fn nodes(&self) -> Result<Vec<NodeId>, Fault> {
        match self.arguments.first() {
            Some(argument) => nodes_of(argument, self.context),
            None => Ok(vec![self.context.node]),
        }
    }

    fn first_node(&self) -> Result<Option<NodeId>, Fault> {
        match self.arguments.first() {
            Some(argument) => first_node_of(argument, self.context),
            None => Ok(Some(self.context.node)),
        }
    }

    /// The elements with the identifiers that the argument names (XPath 1.0, section 4.1, `id`).
    fn identified(&self) -> Result<Vec<NodeId>, Fault> {
        let document = self.context.document;
        let texts = match self.value(0)? {
            Value::Nodes(nodes) => nodes
                .into_iter()
                .map(|n| document.string_value(n))
                .collect(),
            value => vec![value.into_text(document)],
        };
        let mut found: Vec<NodeId> = texts
            .iter()
            .flat_map(|text| text.split([' ', '\t', '\n', '\r', '\u{c}']))
            .filter(|identifier| !identifier.is_empty())
            .filter_map(|identifier| document.by_identifier(identifier))
            .collect();
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}
