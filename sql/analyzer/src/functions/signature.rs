//! Functions as rows of tables: what they take and what they give.

use flint_sql_spec::{DataType, DecimalValue, Literal, Result};

use super::Class;
use super::binding::Binding;
use crate::resolved::Expr;
use crate::types::{Accept, Basic};

/// How many arguments a function takes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Arity {
    /// From one number to another one.
    Between(usize, usize),
    /// Any number from this one up.
    AtLeast(usize),
    /// Pairs.
    Pairs,
    /// One of these numbers.
    Of(&'static [usize]),
}

impl Arity {
    pub(crate) fn takes(self, count: usize) -> bool {
        match self {
            Arity::Between(least, most) => (least..=most).contains(&count),
            Arity::AtLeast(least) => count >= least,
            Arity::Pairs => count.is_multiple_of(2),
            Arity::Of(counts) => counts.contains(&count),
        }
    }

    /// What error messages say.
    pub(crate) fn text(self) -> String {
        match self {
            Arity::Between(least, most) if least == most => least.to_string(),
            Arity::Between(least, most) => {
                let counts: Vec<_> = (least..=most).map(|count| count.to_string()).collect();
                format!("[{}]", counts.join(", "))
            }
            Arity::AtLeast(0) => "0".to_owned(),
            Arity::AtLeast(least) => format!("> {}", least - 1),
            Arity::Pairs => "2n (n > 0)".to_owned(),
            Arity::Of(counts) => {
                let counts: Vec<_> = counts.iter().map(usize::to_string).collect();
                format!("[{}]", counts.join(", "))
            }
        }
    }
}

/// An argument that is added when it is not written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fill {
    Int(i32),
    Float(f32),
    Text(&'static str),
    Bool(bool),
    NullText,
    /// Zero seconds, with six digits.
    Seconds,
    /// A function without arguments, and its type.
    Call(&'static str),
}

impl Fill {
    pub(crate) fn literal(self) -> Option<Literal> {
        Some(match self {
            Fill::Int(value) => Literal::Integer(value),
            Fill::Float(value) => Literal::Float(value.into()),
            Fill::Text(text) => Literal::String(text.into()),
            Fill::Bool(value) => Literal::Boolean(value),
            Fill::NullText => Literal::Null(DataType::STRING),
            Fill::Seconds => Literal::Decimal(DecimalValue {
                unscaled: 0,
                precision: 8,
                scale: 6,
            }),
            Fill::Call(_) => return None,
        })
    }
}

/// The type of a result.
#[derive(Clone, Copy)]
pub(crate) enum Output {
    /// Always the same.
    Is(Basic),
    /// That of an argument, once it is cast.
    Arg(usize),
    /// The session's timestamp.
    Timestamp,
    /// By the arguments.
    By(fn(&Binding<'_>) -> DataType),
}

/// Whether a result can be null.
#[derive(Clone, Copy)]
pub(crate) enum Nulls {
    /// When an argument can be.
    Any,
    /// When this argument can be.
    Arg(usize),
    /// Never.
    Never,
    /// Always.
    Always,
    /// By the arguments.
    By(fn(&Binding<'_>) -> bool),
}

/// How a call is shown in names of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// In lower case.
    Lower,
    /// In upper case.
    Upper,
}

/// How much is cast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coerce {
    /// Whatever the mode casts by itself.
    Implicit,
    /// Only NULL.
    Nulls,
    /// Nothing.
    Nothing,
}

/// A function that takes arguments of certain types.
#[derive(Clone, Copy)]
pub(crate) struct Signature {
    pub(crate) name: &'static str,
    pub(crate) class: Class,
    pub(crate) inputs: &'static [Accept],
    /// What further arguments are, if there can be any.
    pub(crate) rest: Option<Accept>,
    /// The fewest arguments; those missing are filled.
    pub(crate) least: usize,
    pub(crate) fills: &'static [Fill],
    pub(crate) coerce: Coerce,
    pub(crate) output: Output,
    pub(crate) nulls: Nulls,
    pub(crate) shown: Shown,
    /// A last check of the arguments.
    pub(crate) check: Option<fn(&Binding<'_>) -> Result<()>>,
}

impl Signature {
    /// A scalar function that gives NULL when an argument is.
    pub(crate) const fn new(
        name: &'static str,
        inputs: &'static [Accept],
        output: Output,
    ) -> Signature {
        Signature {
            name,
            class: Class::Scalar,
            inputs,
            rest: None,
            least: inputs.len(),
            fills: &[],
            coerce: Coerce::Implicit,
            output,
            nulls: Nulls::Any,
            shown: Shown::Lower,
            check: None,
        }
    }

    /// An aggregate that gives NULL for no rows.
    pub(crate) const fn aggregate(
        name: &'static str,
        inputs: &'static [Accept],
        output: Output,
    ) -> Signature {
        let mut signature = Signature::new(name, inputs, output);
        signature.class = Class::Aggregate;
        signature.nulls = Nulls::Always;
        signature
    }

    pub(crate) const fn always_null(mut self) -> Signature {
        self.nulls = Nulls::Always;
        self
    }

    pub(crate) const fn never_null(mut self) -> Signature {
        self.nulls = Nulls::Never;
        self
    }

    pub(crate) const fn nulls(mut self, nulls: Nulls) -> Signature {
        self.nulls = nulls;
        self
    }

    pub(crate) const fn upper(mut self) -> Signature {
        self.shown = Shown::Upper;
        self
    }

    /// The last arguments may be left out and are these then.
    pub(crate) const fn or(mut self, fills: &'static [Fill]) -> Signature {
        self.least = self.inputs.len() - fills.len();
        self.fills = fills;
        self
    }

    /// The last `count` arguments may be left out.
    pub(crate) const fn optional(mut self, count: usize) -> Signature {
        self.least = self.inputs.len() - count;
        self
    }

    pub(crate) const fn and_rest(mut self, rest: Accept) -> Signature {
        self.rest = Some(rest);
        self
    }

    /// Only NULL is cast.
    pub(crate) const fn strict(mut self) -> Signature {
        self.coerce = Coerce::Nulls;
        self
    }

    /// Nothing is cast, not even NULL.
    pub(crate) const fn exact(mut self) -> Signature {
        self.coerce = Coerce::Nothing;
        self
    }

    pub(crate) const fn check(mut self, check: fn(&Binding<'_>) -> Result<()>) -> Signature {
        self.check = Some(check);
        self
    }

    pub(crate) fn arity(&self) -> Arity {
        match self.rest {
            Some(_) => Arity::AtLeast(self.least),
            None => Arity::Between(self.least, self.inputs.len()),
        }
    }

    /// What the argument at a position is.
    pub(crate) fn input(&self, at: usize) -> Option<Accept> {
        self.inputs.get(at).copied().or(self.rest)
    }

    /// The call, checked and typed.
    pub(crate) fn bind(&self, mut binding: Binding<'_>) -> Result<Expr> {
        binding.fill(self);
        binding.coerce(self);
        binding.check(self)?;
        if let Some(check) = self.check {
            check(&binding)?;
        }
        let data_type = match self.output {
            Output::Is(basic) => basic.data_type(),
            Output::Arg(at) => binding.type_of(at),
            Output::Timestamp => binding.rules.timestamp(),
            Output::By(by) => by(&binding),
        };
        let nullable = match self.nulls {
            Nulls::Any => binding.any_nullable(),
            Nulls::Arg(at) => binding.args.get(at).is_some_and(Expr::nullable),
            Nulls::Never => false,
            Nulls::Always => true,
            Nulls::By(by) => by(&binding),
        };
        Ok(binding.finish(data_type, nullable))
    }
}

/// A function that needs code.
#[derive(Clone, Copy)]
pub(crate) struct Special {
    pub(crate) name: &'static str,
    pub(crate) class: Class,
    pub(crate) arity: Arity,
    pub(crate) shown: Shown,
    pub(crate) bind: fn(Binding<'_>) -> Result<Expr>,
}

impl Special {
    pub(crate) const fn new(
        name: &'static str,
        arity: Arity,
        bind: fn(Binding<'_>) -> Result<Expr>,
    ) -> Special {
        Special {
            name,
            class: Class::Scalar,
            arity,
            shown: Shown::Lower,
            bind,
        }
    }

    pub(crate) const fn of(mut self, class: Class) -> Special {
        self.class = class;
        self
    }

    pub(crate) const fn upper(mut self) -> Special {
        self.shown = Shown::Upper;
        self
    }
}

/// Another name of a function.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Alias {
    pub(crate) name: &'static str,
    pub(crate) of: &'static str,
    /// How names of columns show it; `None`: as the function's own name.
    pub(crate) shown: Option<Shown>,
}

/// An alias that names of columns show.
pub(crate) const fn alias(name: &'static str, of: &'static str) -> Alias {
    Alias {
        name,
        of,
        shown: Some(Shown::Lower),
    }
}

/// An alias that names of columns do not show.
pub(crate) const fn hidden(name: &'static str, of: &'static str) -> Alias {
    Alias {
        name,
        of,
        shown: None,
    }
}

/// What a file of functions has.
#[derive(Clone, Copy)]
pub(crate) struct Family {
    pub(crate) table: &'static [Signature],
    pub(crate) special: &'static [Special],
    pub(crate) aliases: &'static [Alias],
}
