//! Functions that change parts of variants: `variant_insert`, `variant_set`, `variant_array_append`,
//! `variant_delete`, `variant_strip_nulls` and their `try_` forms.
//!
//! A changed value is built anew, so that its dictionary has the names that it needs and no others. A
//! path that meets a value of another kind than its next step takes is an error, or NULL in a `try_`
//! form; a text that is no path is an error in both. NULL arguments give NULL, but NULL paths of
//! `variant_delete` are passed over.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Result, SqlError, condition, with_stack};

use super::path::{Path, Step};
use super::read::{Content, Elements, Fields};
use super::{Builder, Fault, Variant, Variants, VariantsBuilder, writer};
use crate::arguments::Arguments;
use crate::scalar::Kernel;
use crate::site::Site;

/// Elements of an array at most, when places before a new one are filled.
const MOST_ELEMENTS: usize = super::build::SIZE_LIMIT;

pub(super) fn variant_insert(site: &Site) -> Result<Kernel> {
    make(site, "variant_insert", Change::Insert, true)
}

pub(super) fn try_variant_insert(site: &Site) -> Result<Kernel> {
    make(site, "try_variant_insert", Change::Insert, false)
}

pub(super) fn variant_set(site: &Site) -> Result<Kernel> {
    make(site, "variant_set", Change::Set { create: true }, true)
}

pub(super) fn try_variant_set(site: &Site) -> Result<Kernel> {
    make(site, "try_variant_set", Change::Set { create: true }, false)
}

pub(super) fn variant_array_append(site: &Site) -> Result<Kernel> {
    make(site, "variant_array_append", Change::Append, true)
}

pub(super) fn try_variant_array_append(site: &Site) -> Result<Kernel> {
    make(site, "try_variant_array_append", Change::Append, false)
}

/// What is done at the end of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// A new field or element; those behind it move on.
    Insert,
    /// Another value, or a new one where that is wanted.
    Set { create: bool },
    /// Another element at the end of the array there.
    Append,
    /// Nothing more is there.
    Delete,
}

impl Change {
    /// The same, by the flag behind the value where there is one; NULL makes every result NULL.
    fn flagged(self, args: &Arguments) -> Result<Option<Change>, Raised> {
        Ok(match self {
            Change::Set { .. } => flag(args, 3)?.map(|create| Change::Set { create }),
            other => Some(other),
        })
    }

    /// Whether missing parts on the way are made.
    fn creates(self) -> bool {
        matches!(self, Change::Insert | Change::Set { create: true })
    }
}

/// Why an edit is none.
#[derive(Debug)]
enum Refusal {
    Fault(Fault),
    /// The value after so many steps is of another kind than the path takes.
    Kind(usize),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Refusal {
        Refusal::Fault(fault)
    }
}

type Put<'a> = &'a dyn Fn(&mut Builder) -> Result<(), Fault>;

/// One change of one value.
struct Edit<'a> {
    change: Change,
    steps: &'a [Step],
    put: Put<'a>,
}

fn make(site: &Site, function: &'static str, change: Change, fails: bool) -> Result<Kernel> {
    let constant = site.constant_text(1).map(|text| target(text, change));
    let kind = site
        .arguments
        .get(2)
        .cloned()
        .ok_or_else(|| SqlError::internal("an edit without a value"))?;
    Ok(Arc::new(move |args| {
        let Some(change) = change.flagged(args)? else {
            return nulls(args);
        };
        let (variants, paths) = (Variants::argument(args, 0)?, args.strings(1)?);
        let (values, is_one) = args.held(2)?;
        let write = writer(&values, &kind)?;
        let (mut builder, mut found) = (Builder::default(), VariantsBuilder::default());
        for row in 0..args.rows() {
            let at = if is_one { 0 } else { row };
            let variant = variants.get(row).map_err(|f| f.error(function))?;
            let (Some(variant), Some(text)) = (variant, paths.get(row)) else {
                found.null();
                continue;
            };
            if kind == DataType::Null || values.is_null(at) {
                found.null();
                continue;
            }
            let path = match &constant {
                Some(path) => path.clone(),
                None => target(text, change),
            };
            let path = path.ok_or_else(|| no_path(text, function))?;
            let put = |builder: &mut Builder| write(at, builder);
            let edit = Edit {
                change,
                steps: &path.0,
                put: &put,
            };
            match edit.value(variant, 0, &mut builder) {
                Ok(()) => found.push(&mut builder).map_err(|f| f.error(function))?,
                Err(Refusal::Kind(_) | Refusal::Fault(Fault::DuplicateKey(_))) if !fails => {
                    builder.clear();
                    found.null();
                }
                Err(refusal) => return Err(refusal.error(function, text, &path)),
            }
        }
        found.finish()
    }))
}

/// A constant flag.
fn flag(args: &Arguments, at: usize) -> Result<Option<bool>, Raised> {
    let flags = args.booleans(at)?;
    Ok(if args.rows() == 0 { None } else { flags.get(0) })
}

fn nulls(args: &Arguments) -> Result<ArrayRef, Raised> {
    let mut found = VariantsBuilder::default();
    (0..args.rows()).for_each(|_| found.null());
    found.finish()
}

/// The path of an edit: it goes into the value, but for appending to the whole.
fn target(text: &str, change: Change) -> Option<Path> {
    let path = Path::parse(text)?;
    (change == Change::Append || !path.0.is_empty()).then_some(path)
}

fn no_path(text: &str, function: &str) -> SqlError {
    SqlError::new(condition::INVALID_VARIANT_PATH)
        .with("path", text)
        .with("functionName", format!("`{function}`"))
}

impl Refusal {
    fn error(self, function: &str, text: &str, path: &Path) -> Raised {
        match self {
            Refusal::Fault(fault) => fault.error(function),
            Refusal::Kind(steps) => SqlError::new(condition::VARIANT_PATH_TYPE_MISMATCH)
                .with("path", text)
                .with("failedAt", shown(&path.0[..steps]))
                .with("functionName", format!("`{function}`")),
        }
        .into()
    }
}

/// Steps as a path, names behind points.
fn shown(steps: &[Step]) -> String {
    let mut out = "$".to_owned();
    for step in steps {
        match step {
            Step::Name(name) => {
                out.push('.');
                out.push_str(name);
            }
            Step::Index(at) => out.push_str(&format!("[{at}]")),
        }
    }
    out
}

impl Edit<'_> {
    /// Appends a value, to which the path has led in `depth` steps, with the change made in it.
    fn value(&self, variant: Variant<'_>, depth: usize, out: &mut Builder) -> Result<(), Refusal> {
        let content = variant.content()?;
        match (self.steps.get(depth), content) {
            (None, Content::Array(elements)) if self.change == Change::Append => {
                let mut array = out.array();
                for element in elements.iter() {
                    out.element(&mut array);
                    out.copy(element?)?;
                }
                out.element(&mut array);
                (self.put)(out)?;
                Ok(out.close_array(&array)?)
            }
            (Some(Step::Name(name)), Content::Object(fields)) => {
                with_stack(|| self.object(fields, name, depth, out))
            }
            (Some(Step::Index(at)), Content::Array(elements)) => {
                with_stack(|| self.array(elements, *at, depth, out))
            }
            _ if self.change == Change::Delete => Ok(out.copy(variant)?),
            _ => Err(Refusal::Kind(depth)),
        }
    }

    fn object(
        &self,
        fields: Fields<'_>,
        name: &str,
        depth: usize,
        out: &mut Builder,
    ) -> Result<(), Refusal> {
        let is_last = depth + 1 == self.steps.len();
        let (mut object, mut is_there) = (out.object(), false);
        for field in fields.iter() {
            let (found, value) = field?;
            let is_it = found == name;
            is_there |= is_it;
            if is_it && is_last && self.change == Change::Delete {
                continue;
            }
            if is_it && is_last && self.change == Change::Insert {
                return Err(Fault::DuplicateKey(name.to_owned()).into());
            }
            out.field(&mut object, found);
            match self.change {
                Change::Set { .. } if is_it && is_last => (self.put)(out)?,
                _ if is_it => self.value(value, depth + 1, out)?,
                _ => out.copy(value)?,
            }
        }
        if !is_there && self.change.creates() {
            out.field(&mut object, name);
            self.fresh(depth + 1, out)?;
        }
        Ok(out.close_object(object)?)
    }

    fn array(
        &self,
        elements: Elements<'_>,
        wanted: usize,
        depth: usize,
        out: &mut Builder,
    ) -> Result<(), Refusal> {
        let is_last = depth + 1 == self.steps.len();
        let mut array = out.array();
        for (at, element) in elements.iter().enumerate() {
            let is_it = at == wanted;
            if is_it && is_last && self.change == Change::Delete {
                continue;
            }
            if is_it && is_last && self.change == Change::Insert {
                out.element(&mut array);
                (self.put)(out)?;
            }
            out.element(&mut array);
            match self.change {
                Change::Set { .. } if is_it && is_last => (self.put)(out)?,
                Change::Insert if is_it && is_last => out.copy(element?)?,
                _ if is_it => self.value(element?, depth + 1, out)?,
                _ => out.copy(element?)?,
            }
        }
        if wanted >= elements.len() && self.change.creates() {
            self.filled(elements.len(), wanted, &mut array, out)?;
            self.fresh(depth + 1, out)?;
        }
        Ok(out.close_array(&array)?)
    }

    /// Nulls up to a new element.
    fn filled(
        &self,
        from: usize,
        wanted: usize,
        array: &mut super::build::OpenArray,
        out: &mut Builder,
    ) -> Result<(), Fault> {
        if wanted >= MOST_ELEMENTS {
            return Err(Fault::TooLarge);
        }
        for _ in from..wanted {
            out.element(array);
            out.null()?;
        }
        out.element(array);
        Ok(())
    }

    /// What stands at a new place: the value, in the objects and arrays of the steps left.
    fn fresh(&self, depth: usize, out: &mut Builder) -> Result<(), Fault> {
        match self.steps.get(depth) {
            None => (self.put)(out),
            Some(Step::Name(name)) => with_stack(|| {
                let mut object = out.object();
                out.field(&mut object, name);
                self.fresh(depth + 1, out)?;
                out.close_object(object)
            }),
            Some(Step::Index(at)) => with_stack(|| {
                let mut array = out.array();
                self.filled(0, *at, &mut array, out)?;
                self.fresh(depth + 1, out)?;
                out.close_array(&array)
            }),
        }
    }
}

/// `variant_delete(v, path, ..)`: one path after the other.
pub(super) fn variant_delete(site: &Site) -> Result<Kernel> {
    const NAME: &str = "variant_delete";
    // Constants are looked at also where there is nothing to delete from.
    let constants = (1..site.arguments.len()).filter_map(|at| site.constant_text(at));
    let wrong = constants
        .map(str::to_owned)
        .find(|text| target(text, Change::Delete).is_none());
    Ok(Arc::new(move |args| {
        if let Some(text) = &wrong {
            return Err(no_path(text, NAME).into());
        }
        let variants = Variants::argument(args, 0)?;
        let paths = (1..args.len()).map(|at| args.strings(at));
        let paths = paths.collect::<Result<Vec<_>, _>>()?;
        let mut found = VariantsBuilder::default();
        for row in 0..args.rows() {
            let Some(variant) = variants.get(row).map_err(|f| f.error(NAME))? else {
                found.null();
                continue;
            };
            let texts = paths.iter().filter_map(|paths| paths.get(row));
            delete(variant, texts, &mut found)?;
        }
        found.finish()
    }))
}

fn delete<'t>(
    variant: Variant<'_>,
    texts: impl Iterator<Item = &'t str>,
    found: &mut VariantsBuilder,
) -> Result<(), Raised> {
    const NAME: &str = "variant_delete";
    let mut builder = Builder::default();
    // What is left after the paths so far; nothing as long as there was none.
    let mut left: Option<(Vec<u8>, Vec<u8>)> = None;
    for text in texts {
        let path = target(text, Change::Delete).ok_or_else(|| no_path(text, NAME))?;
        let edit = Edit {
            change: Change::Delete,
            steps: &path.0,
            put: &|_| Ok(()),
        };
        let whole = match &left {
            Some((value, metadata)) => Variant::new(value, metadata),
            None => Ok(variant),
        };
        whole
            .map_err(Refusal::from)
            .and_then(|whole| edit.value(whole, 0, &mut builder))
            .map_err(|refusal| refusal.error(NAME, text, &path))?;
        let mut metadata = Vec::new();
        builder.metadata(&mut metadata).map_err(|f| f.error(NAME))?;
        left = Some((builder.value().to_vec(), metadata));
        builder.clear();
    }
    let pushed = match &left {
        Some((value, metadata)) => Variant::new(value, metadata).and_then(|v| found.push_part(v)),
        None => found.push_part(variant),
    };
    Ok(pushed.map_err(|f| f.error(NAME))?)
}

/// `variant_strip_nulls(v, include_arrays)`.
pub(super) fn variant_strip_nulls(_: &Site) -> Result<Kernel> {
    const NAME: &str = "variant_strip_nulls";
    Ok(Arc::new(|args| {
        let Some(arrays) = flag(args, 1)? else {
            return nulls(args);
        };
        let variants = Variants::argument(args, 0)?;
        let (mut builder, mut found) = (Builder::default(), VariantsBuilder::default());
        for row in 0..args.rows() {
            let variant = variants.get(row).map_err(|f| f.error(NAME))?;
            match variant {
                Some(variant) => strip(variant, arrays, &mut builder)
                    .and_then(|()| found.push(&mut builder))
                    .map_err(|f| f.error(NAME))?,
                None => found.null(),
            }
        }
        found.finish()
    }))
}

fn strip(variant: Variant<'_>, arrays: bool, out: &mut Builder) -> Result<(), Fault> {
    match variant.content()? {
        Content::Object(fields) => with_stack(|| {
            let mut object = out.object();
            for field in fields.iter() {
                let (name, value) = field?;
                if !value.is_null() {
                    out.field(&mut object, name);
                    strip(value, arrays, out)?;
                }
            }
            out.close_object(object)
        }),
        Content::Array(elements) => with_stack(|| {
            let mut array = out.array();
            for element in elements.iter() {
                let element = element?;
                if !(arrays && element.is_null()) {
                    out.element(&mut array);
                    strip(element, arrays, out)?;
                }
            }
            out.close_array(&array)
        }),
        _ => out.copy(variant),
    }
}
