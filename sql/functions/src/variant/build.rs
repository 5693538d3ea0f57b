//! [`Builder`]: values put together, byte for byte as Spark does.
//!
//! Parts are written one after the other; an object or an array is closed when its parts are there,
//! and its head is put before them then. Names get numbers in the order of their first appearance.

use std::collections::HashMap;

use super::Fault;
use super::read::{Content, Variant, java_order};
use flint_sql_spec::with_stack;

/// Bytes of a value, or of its metadata, at most.
pub(crate) const SIZE_LIMIT: usize = 128 << 20;

/// The longest string whose length stands in its first byte.
const SHORT_TEXT: usize = 63;
/// How many parts have a count of one byte.
const SMALL_COUNT: usize = 255;

/// One value while it is made. After [`Builder::clear`] it is used again.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    value: Vec<u8>,
    names: Vec<Box<str>>,
    ids: HashMap<Box<str>, usize>,
}

/// The fields of an object so far: what is written of them.
#[derive(Debug)]
pub(crate) struct OpenObject {
    start: usize,
    /// Numbers of names, and where the values begin.
    fields: Vec<(usize, usize)>,
}

/// The elements of an array so far.
#[derive(Debug)]
pub(crate) struct OpenArray {
    start: usize,
    offsets: Vec<usize>,
}

/// Bytes that a number takes in offsets and ids.
fn width_of(number: usize) -> usize {
    match number {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xff_ffff => 3,
        _ => 4,
    }
}

fn push_number(out: &mut Vec<u8>, number: usize, width: usize) {
    out.extend_from_slice(&number.to_le_bytes()[..width]);
}

impl Builder {
    /// Forgets what was written.
    pub(crate) fn clear(&mut self) {
        self.value.clear();
        self.names.clear();
        self.ids.clear();
    }

    fn fits(&self, more: usize) -> Result<(), Fault> {
        match self.value.len() + more <= SIZE_LIMIT {
            true => Ok(()),
            false => Err(Fault::TooLarge),
        }
    }

    fn primitive(&mut self, kind: u8, bytes: &[&[u8]]) -> Result<(), Fault> {
        self.fits(1 + bytes.iter().map(|part| part.len()).sum::<usize>())?;
        self.value.push(kind << 2);
        bytes
            .iter()
            .for_each(|part| self.value.extend_from_slice(part));
        Ok(())
    }

    pub(crate) fn null(&mut self) -> Result<(), Fault> {
        self.primitive(0, &[])
    }

    pub(crate) fn boolean(&mut self, value: bool) -> Result<(), Fault> {
        self.primitive(if value { 1 } else { 2 }, &[])
    }

    /// A whole number in as few bytes as it needs.
    pub(crate) fn long(&mut self, value: i64) -> Result<(), Fault> {
        let bytes = value.to_le_bytes();
        if i8::try_from(value).is_ok() {
            self.primitive(3, &[&bytes[..1]])
        } else if i16::try_from(value).is_ok() {
            self.primitive(4, &[&bytes[..2]])
        } else if i32::try_from(value).is_ok() {
            self.primitive(5, &[&bytes[..4]])
        } else {
            self.primitive(6, &[&bytes])
        }
    }

    pub(crate) fn double(&mut self, value: f64) -> Result<(), Fault> {
        self.primitive(7, &[&value.to_le_bytes()])
    }

    pub(crate) fn float(&mut self, value: f32) -> Result<(), Fault> {
        self.primitive(14, &[&value.to_le_bytes()])
    }

    /// An exact number; digits and scale are at most 38.
    pub(crate) fn decimal(&mut self, unscaled: i128, scale: u8) -> Result<(), Fault> {
        let digits = unscaled.unsigned_abs().checked_ilog10().unwrap_or(0) + 1;
        let bytes = unscaled.to_le_bytes();
        match digits.max(scale.into()) {
            0..=9 => self.primitive(8, &[&[scale], &bytes[..4]]),
            10..=18 => self.primitive(9, &[&[scale], &bytes[..8]]),
            _ => self.primitive(10, &[&[scale], &bytes]),
        }
    }

    /// Days since the epoch.
    pub(crate) fn date(&mut self, days: i32) -> Result<(), Fault> {
        self.primitive(11, &[&days.to_le_bytes()])
    }

    /// Microseconds since the epoch.
    pub(crate) fn timestamp(&mut self, micros: i64) -> Result<(), Fault> {
        self.primitive(12, &[&micros.to_le_bytes()])
    }

    /// Microseconds on a clock without a zone.
    pub(crate) fn timestamp_ntz(&mut self, micros: i64) -> Result<(), Fault> {
        self.primitive(13, &[&micros.to_le_bytes()])
    }

    pub(crate) fn binary(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let length = u32::try_from(bytes.len()).map_err(|_| Fault::TooLarge)?;
        self.primitive(15, &[&length.to_le_bytes(), bytes])
    }

    pub(crate) fn text(&mut self, text: &str) -> Result<(), Fault> {
        if text.len() <= SHORT_TEXT {
            self.fits(1 + text.len())?;
            self.value.push((text.len() as u8) << 2 | 1);
            self.value.extend_from_slice(text.as_bytes());
            return Ok(());
        }
        let length = u32::try_from(text.len()).map_err(|_| Fault::TooLarge)?;
        self.primitive(16, &[&length.to_le_bytes(), text.as_bytes()])
    }

    /// Begins an array.
    pub(crate) fn array(&self) -> OpenArray {
        OpenArray {
            start: self.value.len(),
            offsets: Vec::new(),
        }
    }

    /// What is written next is another element.
    pub(crate) fn element(&self, array: &mut OpenArray) {
        array.offsets.push(self.value.len() - array.start);
    }

    pub(crate) fn close_array(&mut self, array: &OpenArray) -> Result<(), Fault> {
        let size = self.value.len() - array.start;
        let (count, width) = (array.offsets.len(), width_of(size));
        let is_large = count > SMALL_COUNT;
        let mut head = Vec::with_capacity(5 + (count + 1) * width);
        head.push((u8::from(is_large) << 2 | (width - 1) as u8) << 2 | 3);
        push_number(&mut head, count, if is_large { 4 } else { 1 });
        for offset in array.offsets.iter().chain([&size]) {
            push_number(&mut head, *offset, width);
        }
        self.put_before(array.start, &head)
    }

    /// Begins an object.
    pub(crate) fn object(&self) -> OpenObject {
        OpenObject {
            start: self.value.len(),
            fields: Vec::new(),
        }
    }

    /// What is written next is the value of a field of this name.
    pub(crate) fn field(&mut self, object: &mut OpenObject, name: &str) {
        let id = match self.ids.get(name) {
            Some(id) => *id,
            None => {
                let id = self.names.len();
                self.names.push(name.into());
                self.ids.insert(name.into(), id);
                id
            }
        };
        object.fields.push((id, self.value.len() - object.start));
    }

    /// # Errors
    /// `DuplicateKey` if two fields have one name.
    pub(crate) fn close_object(&mut self, mut object: OpenObject) -> Result<(), Fault> {
        let names = &self.names;
        let fields = &mut object.fields;
        fields.sort_by(|(a, _), (b, _)| java_order(&names[*a], &names[*b]));
        if let Some(pair) = fields.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(Fault::DuplicateKey(names[pair[0].0].to_string()));
        }
        let size = self.value.len() - object.start;
        let (count, width) = (fields.len(), width_of(size));
        let id_width = width_of(fields.iter().map(|(id, _)| *id).max().unwrap_or(0));
        let is_large = count > SMALL_COUNT;
        let mut head = Vec::with_capacity(5 + count * id_width + (count + 1) * width);
        let sizes = ((id_width - 1) << 2 | (width - 1)) as u8;
        head.push((u8::from(is_large) << 4 | sizes) << 2 | 2);
        push_number(&mut head, count, if is_large { 4 } else { 1 });
        for (id, _) in &*fields {
            push_number(&mut head, *id, id_width);
        }
        for offset in fields.iter().map(|(_, offset)| offset).chain([&size]) {
            push_number(&mut head, *offset, width);
        }
        self.put_before(object.start, &head)
    }

    fn put_before(&mut self, start: usize, head: &[u8]) -> Result<(), Fault> {
        self.fits(head.len())?;
        self.value.splice(start..start, head.iter().copied());
        Ok(())
    }

    /// A copy of another value, whose names get numbers of this one's dictionary.
    pub(crate) fn copy(&mut self, variant: Variant<'_>) -> Result<(), Fault> {
        match variant.content()? {
            Content::Object(fields) => with_stack(|| {
                let mut object = self.object();
                for field in fields.iter() {
                    let (name, value) = field?;
                    self.field(&mut object, name);
                    self.copy(value)?;
                }
                self.close_object(object)
            }),
            Content::Array(elements) => with_stack(|| {
                let mut array = self.array();
                for element in elements.iter() {
                    self.element(&mut array);
                    self.copy(element?)?;
                }
                self.close_array(&array)
            }),
            _ => {
                let bytes = variant.bytes()?;
                self.fits(bytes.len())?;
                self.value.extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    /// The bytes of the value.
    pub(crate) fn value(&self) -> &[u8] {
        &self.value
    }

    /// Appends the dictionary's bytes.
    pub(crate) fn metadata(&self, out: &mut Vec<u8>) -> Result<(), Fault> {
        let size: usize = self.names.iter().map(|name| name.len()).sum();
        let count = self.names.len();
        let width = width_of(size.max(count));
        if 1 + width * (count + 2) + size > SIZE_LIMIT {
            return Err(Fault::TooLarge);
        }
        out.push(1 | ((width - 1) as u8) << 6);
        push_number(out, count, width);
        let mut offset = 0;
        push_number(out, offset, width);
        for name in &self.names {
            offset += name.len();
            push_number(out, offset, width);
        }
        self.names
            .iter()
            .for_each(|name| out.extend_from_slice(name.as_bytes()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_refused() {
        let mut builder = Builder::default();
        let text = "x".repeat(SIZE_LIMIT - 5);
        assert_eq!(builder.text(&text), Ok(()));
        assert_eq!(builder.null(), Err(Fault::TooLarge));
        builder.clear();
        assert_eq!(builder.text(&"x".repeat(SIZE_LIMIT)), Err(Fault::TooLarge));
    }

    #[test]
    fn bytes_that_are_no_variant_are_found_out() {
        let metadata = [1, 1, 0, 1, b'a'];
        let whole = [2, 1, 0, 0, 2, 0x0c, 1];
        let walk = |value: &[u8], metadata: &[u8]| {
            let mut copy = Builder::default();
            copy.copy(Variant::new(value, metadata)?)
        };
        assert_eq!(walk(&whole, &metadata), Ok(()));
        for end in 0..whole.len() {
            assert_eq!(
                walk(&whole[..end], &metadata),
                Err(Fault::Malformed),
                "{end}"
            );
        }
        for end in 0..metadata.len() {
            assert_eq!(
                walk(&whole, &metadata[..end]),
                Err(Fault::Malformed),
                "{end}"
            );
        }
        assert_eq!(walk(&[17 << 2], &metadata), Err(Fault::UnknownKind(17)));
    }
}
