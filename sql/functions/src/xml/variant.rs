//! [`variant`]: an element as a variant.

use std::borrow::Cow;

use flint_sql_spec::with_stack;

use super::events::{Event, Start, is_blank};
use super::options::XmlOptions;
use super::read::{Cursor, Misfit};
use crate::json::Value;
use crate::variant::{Builder, Fault, decimal};

/// An element whose start has been taken, as a variant: an object of its attributes and elements,
/// those of one name an array; a text alone is a value.
///
/// # Errors
/// If it is too large for a variant.
pub(super) fn variant(
    cursor: &mut Cursor<'_, '_>,
    start: &Start<'_>,
    options: &XmlOptions,
) -> Result<Value<'static>, Misfit> {
    let whole = element(cursor, start, options);
    let (mut builder, mut metadata) = (Builder::default(), Vec::new());
    append(&whole, &mut builder, options)
        .and_then(|()| builder.metadata(&mut metadata))
        .map_err(|_| Misfit::default())?;
    Ok(Value::Variant([builder.value().to_vec(), metadata].into()))
}

/// What an element holds.
enum Content {
    Text(String),
    /// Values by name, in the order in which names came.
    Fields(Vec<(String, Vec<Content>)>),
}

fn element(cursor: &mut Cursor<'_, '_>, start: &Start<'_>, options: &XmlOptions) -> Content {
    let mut fields: Vec<(String, Vec<Content>)> = Vec::new();
    let mut put = |name: Cow<'_, str>, content| {
        let key = options.key(&name);
        match fields.iter_mut().find(|(n, _)| options.key(n) == key) {
            Some((_, contents)) => contents.push(content),
            None => fields.push((name.into_owned(), vec![content])),
        }
    };
    let mut texts = Vec::new();
    for (name, value) in &start.attributes {
        if let Some(name) = options.attribute(name) {
            put(Cow::Owned(name), Content::Text(value.to_string()));
        }
    }
    loop {
        match cursor.next() {
            Event::Start(start) => {
                let content = with_stack(|| element(cursor, start, options));
                put(Cow::Borrowed(options.name(&start.name)), content);
            }
            Event::Text(text) if is_blank(text) => {}
            Event::Text(text) => texts.push(text.to_string()),
            Event::End => break,
        }
    }
    if fields.is_empty() && texts.len() < 2 {
        return Content::Text(texts.pop().unwrap_or_default());
    }
    if !texts.is_empty() {
        let texts = texts.into_iter().map(Content::Text).collect();
        fields.push((options.value_tag.clone(), texts));
    }
    Content::Fields(fields)
}

fn append(content: &Content, builder: &mut Builder, options: &XmlOptions) -> Result<(), Fault> {
    match content {
        Content::Text(text) => append_text(text, builder, options),
        Content::Fields(fields) => {
            let mut object = builder.object();
            for (name, contents) in fields {
                builder.field(&mut object, name);
                if let [one] = &contents[..] {
                    with_stack(|| append(one, builder, options))?;
                    continue;
                }
                let mut array = builder.array();
                for one in contents {
                    builder.element(&mut array);
                    with_stack(|| append(one, builder, options))?;
                }
                builder.close_array(&array)?;
            }
            builder.close_object(object)
        }
    }
}

/// A boolean, a number or a string; an empty text is null.
fn append_text(text: &str, builder: &mut Builder, options: &XmlOptions) -> Result<(), Fault> {
    let Some(text) = options.value(text).filter(|text| !text.is_empty()) else {
        return builder.null();
    };
    if let Some(truth) = crate::csv::boolean(text) {
        return builder.boolean(truth);
    }
    if let Ok(whole) = text.parse() {
        return builder.long(whole);
    }
    match number(text) {
        Some((unscaled, scale)) => builder.decimal(unscaled, scale),
        None => builder.text(text),
    }
}

/// A number of at most 38 digits; one with an exponent is written out.
fn number(text: &str) -> Option<(i128, u8)> {
    let written = crate::text::Written::parse(text)?;
    let mut plain = String::new();
    if written.negative {
        plain.push('-');
    }
    let point = i64::try_from(written.whole.len()).ok()? + written.exponent;
    let digits: Vec<u8> = [written.whole, written.fraction].concat();
    let count = i64::try_from(digits.len()).ok()?;
    if !(-38..=38).contains(&point) {
        return None;
    }
    let digit = |at: i64| match usize::try_from(at).ok().and_then(|at| digits.get(at)) {
        Some(digit) => char::from(*digit),
        None => '0',
    };
    plain.extend((0.min(point)..point).map(digit));
    if count > point {
        plain.push('.');
        plain.extend((point..count).map(digit));
    }
    decimal(&plain)
}
