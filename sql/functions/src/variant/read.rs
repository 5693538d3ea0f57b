//! [`Variant`]: one value of two byte strings, taken apart.
//!
//! Nothing is copied and nothing is checked ahead: every access checks the bytes that it reads, so
//! that bytes from anywhere give an error at worst. The first byte of a value has its basic type in
//! the two lowest bits (0 primitive, 1 short string, 2 object, 3 array) and more about it above.

use std::cmp::Ordering;

use super::Fault;

/// The one version that there is.
const VERSION: u8 = 1;
/// The widest scale and precision of decimals.
const MOST_DIGITS: u8 = 38;

/// A value, or a part of one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variant<'a> {
    /// From the first byte of the value; more may follow it.
    value: &'a [u8],
    metadata: &'a [u8],
}

/// What a value is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content<'a> {
    /// The null of JSON.
    Null,
    Boolean(bool),
    /// Any whole number.
    Long(i64),
    Double(f64),
    Float(f32),
    /// Without zeros behind the point; the scale is below zero for zeros before it.
    Decimal(Decimal),
    /// Days since the epoch.
    Date(i32),
    /// Microseconds since the epoch.
    Timestamp(i64),
    /// Microseconds on a clock without a zone.
    TimestampNtz(i64),
    Text(&'a str),
    Binary(&'a [u8]),
    Uuid([u8; 16]),
    Array(Elements<'a>),
    Object(Fields<'a>),
}

/// An exact number: `unscaled / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) unscaled: i128,
    pub(crate) scale: i8,
}

impl Decimal {
    /// The number without zeros at its end.
    fn stripped(unscaled: i128, scale: u8) -> Decimal {
        let mut found = Decimal {
            unscaled,
            scale: scale as i8,
        };
        if unscaled == 0 {
            found.scale = 0;
        }
        while found.unscaled != 0 && found.unscaled % 10 == 0 {
            found.unscaled /= 10;
            found.scale -= 1;
        }
        found
    }

    /// The same number with a scale of at least zero. It has room: it had it before its zeros went.
    pub(crate) fn plain(self) -> Decimal {
        match u32::try_from(-i32::from(self.scale)) {
            Ok(zeros) if zeros > 0 => Decimal {
                unscaled: self.unscaled * 10_i128.pow(zeros),
                scale: 0,
            },
            _ => self,
        }
    }

    /// Digits of the unscaled number.
    pub(crate) fn digits(self) -> u8 {
        self.unscaled.unsigned_abs().checked_ilog10().unwrap_or(0) as u8 + 1
    }
}

impl<'a> Variant<'a> {
    /// A value of its two parts.
    ///
    /// # Errors
    /// If the metadata is of an unknown version, or there are no bytes.
    pub(crate) fn new(value: &'a [u8], metadata: &'a [u8]) -> Result<Variant<'a>, Fault> {
        match (value, metadata) {
            ([_, ..], [header, ..]) if header & 0xf == VERSION => Ok(Variant { value, metadata }),
            _ => Err(Fault::Malformed),
        }
    }

    pub(crate) fn metadata(self) -> &'a [u8] {
        self.metadata
    }

    /// Whether it is the null of JSON.
    pub(crate) fn is_null(self) -> bool {
        self.value.first() == Some(&0)
    }

    /// The bytes of a value without parts.
    pub(crate) fn bytes(self) -> Result<&'a [u8], Fault> {
        self.value.get(..self.size()?).ok_or(Fault::Malformed)
    }

    /// What it is.
    pub(crate) fn content(self) -> Result<Content<'a>, Fault> {
        let header = *self.value.first().ok_or(Fault::Malformed)?;
        let behind = &self.value[1..];
        match header & 3 {
            0 => primitive(header >> 2, behind),
            1 => text(behind, usize::from(header >> 2)),
            2 => Fields::new(header >> 2, self).map(Content::Object),
            _ => Elements::new(header >> 2, self).map(Content::Array),
        }
    }

    /// How many bytes it takes.
    fn size(self) -> Result<usize, Fault> {
        let header = *self.value.first().ok_or(Fault::Malformed)?;
        Ok(match (header & 3, header >> 2) {
            (0, kind) => match kind {
                0..=2 => 1,
                3 => 2,
                4 => 3,
                5 | 11 | 14 => 5,
                6 | 7 | 12 | 13 => 9,
                8 => 6,
                9 => 10,
                10 => 18,
                15 | 16 => 5 + number(&self.value[1..], 4)?,
                20 => 17,
                other => return Err(Fault::UnknownKind(other)),
            },
            (1, length) => 1 + usize::from(length),
            (2, header) => {
                let fields = Fields::new(header, self)?;
                self.value.len() - fields.data.len() + fields.data_size()?
            }
            (_, header) => {
                let elements = Elements::new(header, self)?;
                self.value.len() - elements.data.len() + elements.offset(elements.len())?
            }
        })
    }

    /// The field of an object by name; `None` for other values, too.
    pub(crate) fn field(self, name: &str) -> Result<Option<Variant<'a>>, Fault> {
        match self.content()? {
            Content::Object(fields) => fields.find(name),
            _ => Ok(None),
        }
    }

    /// The element of an array by its place; `None` for other values, too.
    pub(crate) fn element(self, at: usize) -> Result<Option<Variant<'a>>, Fault> {
        match self.content()? {
            Content::Array(elements) if at < elements.len() => elements.get(at).map(Some),
            _ => Ok(None),
        }
    }

    /// The part that begins at the first of these bytes.
    fn part(self, data: &'a [u8], offset: usize) -> Result<Variant<'a>, Fault> {
        let value = data.get(offset..).ok_or(Fault::Malformed)?;
        Variant::new(value, self.metadata)
    }

    /// A name of the dictionary.
    fn name(self, id: usize) -> Result<&'a str, Fault> {
        let width = usize::from(self.metadata[0] >> 6) + 1;
        let behind = &self.metadata[1..];
        let count = number(behind, width)?;
        if id >= count {
            return Err(Fault::Malformed);
        }
        let offset = |at: usize| {
            let from = behind.get((at + 1) * width..).ok_or(Fault::Malformed)?;
            number(from, width)
        };
        let texts = behind.get((count + 2) * width..).ok_or(Fault::Malformed)?;
        let name = texts.get(offset(id)?..offset(id + 1)?);
        utf8(name.ok_or(Fault::Malformed)?)
    }
}

/// The elements of an array.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Elements<'a> {
    whole: Variant<'a>,
    count: usize,
    width: usize,
    offsets: &'a [u8],
    data: &'a [u8],
}

impl<'a> Elements<'a> {
    fn new(header: u8, whole: Variant<'a>) -> Result<Elements<'a>, Fault> {
        let width = usize::from(header & 3) + 1;
        let (count, behind) = counted(whole.value, header & 4 != 0)?;
        let (offsets, data) = split(behind, (count + 1) * width)?;
        Ok(Elements {
            whole,
            count,
            width,
            offsets,
            data,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    fn offset(&self, at: usize) -> Result<usize, Fault> {
        number(&self.offsets[at * self.width..], self.width)
    }

    /// The element in a place below [`len`](Self::len).
    pub(crate) fn get(&self, at: usize) -> Result<Variant<'a>, Fault> {
        self.whole.part(self.data, self.offset(at)?)
    }

    /// All of them.
    pub(crate) fn iter(self) -> impl Iterator<Item = Result<Variant<'a>, Fault>> {
        (0..self.count).map(move |at| self.get(at))
    }
}

/// The fields of an object, in the order of their names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a> {
    whole: Variant<'a>,
    count: usize,
    id_width: usize,
    ids: &'a [u8],
    width: usize,
    offsets: &'a [u8],
    data: &'a [u8],
}

impl<'a> Fields<'a> {
    fn new(header: u8, whole: Variant<'a>) -> Result<Fields<'a>, Fault> {
        let width = usize::from(header & 3) + 1;
        let id_width = usize::from(header >> 2 & 3) + 1;
        let (count, behind) = counted(whole.value, header & 16 != 0)?;
        let (ids, behind) = split(behind, count * id_width)?;
        let (offsets, data) = split(behind, (count + 1) * width)?;
        Ok(Fields {
            whole,
            count,
            id_width,
            ids,
            width,
            offsets,
            data,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// How long the values are together: they need not be in order.
    fn data_size(&self) -> Result<usize, Fault> {
        number(&self.offsets[self.count * self.width..], self.width)
    }

    fn name(&self, at: usize) -> Result<&'a str, Fault> {
        let id = number(&self.ids[at * self.id_width..], self.id_width)?;
        self.whole.name(id)
    }

    /// The field in a place below [`len`](Self::len).
    pub(crate) fn get(&self, at: usize) -> Result<(&'a str, Variant<'a>), Fault> {
        let offset = number(&self.offsets[at * self.width..], self.width)?;
        Ok((self.name(at)?, self.whole.part(self.data, offset)?))
    }

    /// All of them.
    pub(crate) fn iter(self) -> impl Iterator<Item = Result<(&'a str, Variant<'a>), Fault>> {
        (0..self.count).map(move |at| self.get(at))
    }

    fn find(&self, name: &str) -> Result<Option<Variant<'a>>, Fault> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            match java_order(self.name(middle)?, name) {
                Ordering::Equal => return self.get(middle).map(|(_, value)| Some(value)),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        Ok(None)
    }
}

/// How Java orders strings: by their units of UTF-16.
pub(crate) fn java_order(left: &str, right: &str) -> Ordering {
    match left.is_ascii() && right.is_ascii() {
        true => left.cmp(right),
        false => left.encode_utf16().cmp(right.encode_utf16()),
    }
}

/// The number of parts behind the first byte, and what follows it.
fn counted(value: &[u8], is_large: bool) -> Result<(usize, &[u8]), Fault> {
    let width = if is_large { 4 } else { 1 };
    let behind = value.get(1..).ok_or(Fault::Malformed)?;
    let count = number(behind, width)?;
    // No part is shorter than its offset.
    match count <= behind.len() {
        true => Ok((count, &behind[width..])),
        false => Err(Fault::Malformed),
    }
}

fn split(bytes: &[u8], at: usize) -> Result<(&[u8], &[u8]), Fault> {
    bytes.split_at_checked(at).ok_or(Fault::Malformed)
}

/// A number of one to four bytes, the lowest first.
fn number(bytes: &[u8], width: usize) -> Result<usize, Fault> {
    let bytes = bytes.get(..width).ok_or(Fault::Malformed)?;
    Ok(bytes
        .iter()
        .rev()
        .fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

fn utf8(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|_| Fault::Malformed)
}

fn text(bytes: &[u8], length: usize) -> Result<Content<'_>, Fault> {
    let bytes = bytes.get(..length).ok_or(Fault::Malformed)?;
    utf8(bytes).map(Content::Text)
}

/// The first bytes, as many as the type takes.
fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], Fault> {
    let bytes = bytes.get(..N).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or(Fault::Malformed)
}

fn primitive(kind: u8, bytes: &[u8]) -> Result<Content<'_>, Fault> {
    let long = |bytes| fixed(bytes).map(i64::from_le_bytes);
    let int = |bytes| fixed(bytes).map(i32::from_le_bytes);
    Ok(match kind {
        0 => Content::Null,
        1 => Content::Boolean(true),
        2 => Content::Boolean(false),
        3 => Content::Long(i8::from_le_bytes(fixed(bytes)?).into()),
        4 => Content::Long(i16::from_le_bytes(fixed(bytes)?).into()),
        5 => Content::Long(int(bytes)?.into()),
        6 => Content::Long(long(bytes)?),
        7 => Content::Double(f64::from_le_bytes(fixed(bytes)?)),
        8..=10 => {
            let [scale] = fixed(bytes)?;
            let behind = &bytes[1..];
            let unscaled = match kind {
                8 => int(behind)?.into(),
                9 => long(behind)?.into(),
                _ => i128::from_le_bytes(fixed(behind)?),
            };
            if scale > MOST_DIGITS || unscaled.unsigned_abs() >= 10_u128.pow(MOST_DIGITS.into()) {
                return Err(Fault::Malformed);
            }
            Content::Decimal(Decimal::stripped(unscaled, scale))
        }
        11 => Content::Date(int(bytes)?),
        12 => Content::Timestamp(long(bytes)?),
        13 => Content::TimestampNtz(long(bytes)?),
        14 => Content::Float(f32::from_le_bytes(fixed(bytes)?)),
        15 | 16 => {
            let length = number(bytes, 4)?;
            let behind = &bytes[4..];
            match kind {
                15 => Content::Binary(behind.get(..length).ok_or(Fault::Malformed)?),
                _ => text(behind, length)?,
            }
        }
        20 => Content::Uuid(fixed(bytes)?),
        other => return Err(Fault::UnknownKind(other)),
    })
}
