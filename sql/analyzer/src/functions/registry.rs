//! All functions by name.

use std::collections::HashMap;
use std::sync::LazyLock;

use flint_sql_spec::{Origin, Result};

use super::binding::Binding;
use super::signature::{Arity, Family, Shown, Signature, Special};
use super::{
    Class, aggregate, array, cast, conditional, datetime, generator, higher_order, json, map, math,
    misc, operator, random, sketch, string, structure, time_window, unloaded, variant, vector,
    window, xpath,
};
use crate::resolved::Expr;

const FAMILIES: &[Family] = &[
    operator::FAMILY,
    conditional::FAMILY,
    cast::FAMILY,
    string::FAMILY,
    math::FAMILY,
    random::FAMILY,
    datetime::FAMILY,
    array::FAMILY,
    map::FAMILY,
    structure::FAMILY,
    variant::FAMILY,
    vector::FAMILY,
    json::FAMILY,
    xpath::FAMILY,
    unloaded::FAMILY,
    aggregate::FAMILY,
    sketch::FAMILY,
    window::FAMILY,
    time_window::FAMILY,
    generator::FAMILY,
    higher_order::FAMILY,
    misc::FAMILY,
];

#[derive(Clone, Copy)]
enum Make {
    Table(&'static Signature),
    Code(&'static Special),
}

/// A name of a function and what it means.
#[derive(Clone, Copy)]
pub(crate) struct Definition {
    make: Make,
    alias: Option<&'static str>,
    shown: Shown,
}

static BY_NAME: LazyLock<HashMap<&'static str, Definition>> = LazyLock::new(|| {
    let mut found = HashMap::new();
    for family in FAMILIES {
        for signature in family.table {
            found.insert(
                signature.name,
                Definition {
                    make: Make::Table(signature),
                    alias: None,
                    shown: signature.shown,
                },
            );
        }
        for special in family.special {
            found.insert(
                special.name,
                Definition {
                    make: Make::Code(special),
                    alias: None,
                    shown: special.shown,
                },
            );
        }
    }
    for alias in FAMILIES.iter().flat_map(|family| family.aliases) {
        let target: Option<&Definition> = found.get(alias.of);
        let definition = *target.expect("an alias is of a function in the tables");
        let definition = match alias.shown {
            Some(shown) => Definition {
                alias: Some(alias.name),
                shown,
                ..definition
            },
            None => definition,
        };
        found.insert(alias.name, definition);
    }
    found
});

/// The function of a name in any case.
pub(crate) fn definition(name: &str) -> Option<Definition> {
    match BY_NAME.get(name) {
        Some(found) => Some(*found),
        None => BY_NAME.get(&*name.to_lowercase()).copied(),
    }
}

pub(super) fn names() -> Vec<&'static str> {
    let mut names: Vec<_> = BY_NAME.keys().copied().collect();
    names.sort_unstable();
    names
}

/// Whether this was written as `POSITION(a IN b)`.
fn is_position(origin: &Origin) -> bool {
    let has_in = |text: &str| {
        text.split_whitespace()
            .any(|word| word.eq_ignore_ascii_case("in"))
    };
    origin.fragment().is_some_and(has_in)
}

impl Definition {
    /// The function's own name.
    pub(crate) fn name(&self) -> &'static str {
        match self.make {
            Make::Table(signature) => signature.name,
            Make::Code(special) => special.name,
        }
    }

    /// The alias to be shown. `-a` comes by the same name as `negative(a)`; what was written tells
    /// them apart.
    pub(crate) fn alias(&self, origin: &Origin) -> Option<&'static str> {
        let is_sign = origin
            .fragment()
            .is_some_and(|text| text.starts_with(['-', '+', '~']));
        match self.name() {
            "negative" if !is_sign => Some("negative"),
            // `POSITION(a IN b)` is shown by the function's own name.
            "locate" if is_position(origin) => None,
            _ => self.alias,
        }
    }

    pub(crate) fn class(&self) -> Class {
        match self.make {
            Make::Table(signature) => signature.class,
            Make::Code(special) => special.class,
        }
    }

    pub(crate) fn arity(&self) -> Arity {
        match self.make {
            Make::Table(signature) => signature.arity(),
            Make::Code(special) => special.arity,
        }
    }

    pub(crate) fn shown(&self) -> Shown {
        self.shown
    }

    pub(crate) fn bind(&self, binding: Binding<'_>) -> Result<Expr> {
        match self.make {
            Make::Table(signature) => signature.bind(binding),
            Make::Code(special) => (special.bind)(binding),
        }
    }
}
