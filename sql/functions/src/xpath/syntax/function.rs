//! The functions that an expression may call, and the numbers of their arguments.

use std::fmt;

/// A function of XPath 1.0, section 4, or one that Java's evaluator adds from XSLT 1.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Function {
    Boolean,
    Ceiling,
    Concat,
    Contains,
    Count,
    Current,
    DocumentLocation,
    HasElement,
    False,
    Floor,
    HasCall,
    GenerateId,
    Here,
    Id,
    Key,
    Lang,
    Last,
    LocalName,
    Name,
    NamespaceUri,
    NormalizeSpace,
    Not,
    Number,
    Position,
    Round,
    StartsWith,
    String,
    StringLength,
    Substring,
    SubstringAfter,
    SubstringBefore,
    Sum,
    SystemProperty,
    Translate,
    True,
    UnparsedEntityUri,
}

/// How many arguments a function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arity {
    pub(super) least: usize,
    pub(super) most: usize,
}

impl fmt::Display for Arity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { least, most } = self;
        match *most {
            usize::MAX => write!(out, "at least {least}"),
            _ if least == most => write!(out, "{least}"),
            _ => write!(out, "{least} or {most}"),
        }
    }
}

const fn arity(least: usize, most: usize) -> Arity {
    Arity { least, most }
}

const NONE: Arity = arity(0, 0);
const OPTIONAL: Arity = arity(0, 1);
const ONE: Arity = arity(1, 1);
const TWO: Arity = arity(2, 2);
const TWO_OR_THREE: Arity = arity(2, 3);
const THREE: Arity = arity(3, 3);
const MANY: Arity = arity(2, usize::MAX);

/// Name, function, and numbers of arguments.
const FUNCTIONS: &[(&str, Function, Arity)] = &[
    ("boolean", Function::Boolean, ONE),
    ("ceiling", Function::Ceiling, ONE),
    ("concat", Function::Concat, MANY),
    ("contains", Function::Contains, TWO),
    ("count", Function::Count, ONE),
    ("current", Function::Current, NONE),
    ("document-location", Function::DocumentLocation, OPTIONAL),
    ("element-available", Function::HasElement, ONE),
    ("false", Function::False, NONE),
    ("floor", Function::Floor, ONE),
    ("function-available", Function::HasCall, ONE),
    ("generate-id", Function::GenerateId, OPTIONAL),
    ("here", Function::Here, NONE),
    ("id", Function::Id, ONE),
    ("key", Function::Key, TWO),
    ("lang", Function::Lang, ONE),
    ("last", Function::Last, NONE),
    ("local-name", Function::LocalName, OPTIONAL),
    ("name", Function::Name, OPTIONAL),
    ("namespace-uri", Function::NamespaceUri, OPTIONAL),
    ("normalize-space", Function::NormalizeSpace, OPTIONAL),
    ("not", Function::Not, ONE),
    ("number", Function::Number, OPTIONAL),
    ("position", Function::Position, NONE),
    ("round", Function::Round, ONE),
    ("starts-with", Function::StartsWith, TWO),
    ("string", Function::String, OPTIONAL),
    ("string-length", Function::StringLength, OPTIONAL),
    ("substring", Function::Substring, TWO_OR_THREE),
    ("substring-after", Function::SubstringAfter, TWO),
    ("substring-before", Function::SubstringBefore, TWO),
    ("sum", Function::Sum, ONE),
    ("system-property", Function::SystemProperty, ONE),
    ("translate", Function::Translate, THREE),
    ("true", Function::True, NONE),
    ("unparsed-entity-uri", Function::UnparsedEntityUri, ONE),
];

impl Function {
    /// Finds a function by its name.
    pub(in super::super) fn named(name: &str) -> Option<Self> {
        FUNCTIONS
            .iter()
            .find(|entry| entry.0 == name)
            .map(|entry| entry.1)
    }

    /// The name of the function, and the numbers of its arguments.
    pub(super) fn signature(self) -> (&'static str, Arity) {
        FUNCTIONS
            .iter()
            .find(|entry| entry.1 == self)
            .map_or(("", NONE), |entry| (entry.0, entry.2))
    }
}
