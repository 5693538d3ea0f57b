//! The serialiser that counts the heap under a value.
//!
//! Serde shows values, not their layout. So each value reports the [`Shape`] that it has where it
//! stands (a `String` is three words, whatever its length), from which the shape of what contains
//! it follows; and each collection adds its allocation to the heap.

use std::any::type_name;
use std::fmt;
use std::mem::size_of;

use serde::ser::{self, Serialize};

use super::SHARED_TEXT;

/// Bytes that the allocator puts before each allocation, its smallest block, and its step.
const MALLOC_HEADER: usize = 8;
const MALLOC_MIN: usize = 32;
const MALLOC_STEP: usize = 16;

/// The longest string that [`SHARED_TEXT`] keeps inline.
const SHARED_TEXT_INLINE: usize = size_of::<String>() - 1;

/// Spare room of a vector, as a part of its length.
const SPARE_PART: usize = 8;

/// Control bytes that a hash table has beyond one for each bucket.
const TABLE_GROUP: usize = 16;

/// Slots of a B-tree node, bytes of its header, and the part of the slots that are in use, in
/// quarters.
const BTREE_SLOTS: usize = 11;
const BTREE_HEADER: usize = 16;
const BTREE_USED_QUARTERS: usize = 3;

/// Bytes that an allocation of `size` takes from the system.
pub(super) fn malloc(size: usize) -> usize {
    if size == 0 {
        0
    } else {
        size.saturating_add(MALLOC_HEADER)
            .next_multiple_of(MALLOC_STEP)
            .max(MALLOC_MIN)
    }
}

/// Inline bytes of a value.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shape {
    size: usize,
    align: usize,
    /// Whether some bit pattern is no value, so that `Option` costs nothing.
    niche: bool,
}

impl Shape {
    const WORD: Shape = Shape {
        size: 8,
        align: 8,
        niche: false,
    };
    /// A `Vec` or `String`.
    const VEC: Shape = Shape {
        size: size_of::<Vec<u8>>(),
        align: align_of::<usize>(),
        niche: true,
    };
    const TAG: Shape = Shape {
        size: 1,
        align: 1,
        niche: true,
    };

    const fn number(size: usize) -> Shape {
        Shape {
            size,
            align: size,
            niche: false,
        }
    }

    /// A struct with this value and another.
    fn and(self, other: Shape) -> Shape {
        Shape {
            size: self.size.saturating_add(other.size),
            align: self.align.max(other.align),
            niche: self.niche || other.niche,
        }
    }

    /// Something that may be this value or another.
    fn or(self, other: Shape) -> Shape {
        Shape {
            size: self.padded().max(other.padded()),
            align: self.align.max(other.align),
            niche: self.niche || other.niche,
        }
    }

    /// An enum variant with this value in it.
    fn tagged(self) -> Shape {
        self.and(Shape {
            size: self.align.max(1),
            align: self.align.max(1),
            niche: true,
        })
    }

    /// Its bytes in an array. (Fields are sorted by the compiler: only the end is padded.)
    fn padded(self) -> usize {
        self.size.next_multiple_of(self.align.max(1))
    }
}

/// Counts the heap bytes of what is serialised with it.
#[derive(Debug, Default)]
pub(super) struct Counter {
    heap: usize,
    /// Whether the next string is a [`SHARED_TEXT`].
    shared_text: bool,
}

impl Counter {
    /// The bytes of a value, inline and on the heap. What its `Serialize` refuses to show is not
    /// counted.
    pub(super) fn size_of<T: Serialize>(value: &T) -> usize {
        let mut counter = Counter::default();
        let shown = value.serialize(&mut counter).unwrap_or_default().padded();
        let inline = size_of::<T>();
        // A value that shows more than it has room for keeps the rest behind a pointer.
        if shown > inline {
            counter.allocate(shown - inline + size_of::<usize>());
        }
        counter.heap.saturating_add(inline)
    }

    fn allocate(&mut self, bytes: usize) {
        self.heap = self.heap.saturating_add(malloc(bytes));
    }

    fn array(&mut self, len: usize, element: Shape) {
        self.allocate((len + len / SPARE_PART).saturating_mul(element.padded()));
    }

    /// A hash table of the standard library: a power of two of buckets, at most 7/8 full.
    fn hash_table(&mut self, len: usize, entry: Shape) {
        let buckets = match len {
            0 => return,
            1..=3 => 4,
            4..=7 => 8,
            8..=14 => 16,
            _ => (len.saturating_mul(8) / 7).next_power_of_two(),
        };
        let entries = buckets
            .saturating_mul(entry.padded())
            .next_multiple_of(TABLE_GROUP);
        self.allocate(entries.saturating_add(buckets + TABLE_GROUP));
    }

    fn b_tree(&mut self, len: usize, entry: Shape) {
        let node = malloc(BTREE_SLOTS * entry.size + BTREE_HEADER);
        let nodes = (len * 4).div_ceil(BTREE_SLOTS * BTREE_USED_QUARTERS);
        self.heap = self.heap.saturating_add(nodes.saturating_mul(node));
    }
}

/// How a collection lays out its elements.
#[derive(Clone, Copy, Debug)]
enum Container {
    Array,
    HashTable,
    BTree,
}

impl Container {
    /// What `C` is, by the last word of its name: serde shows sets as sequences. The names are not
    /// guaranteed; if they changed, sets would be counted as vectors.
    fn of<C>() -> Container {
        let name = type_name::<C>();
        let name = name.split('<').next().unwrap_or(name);
        if name.ends_with("HashSet") || name.ends_with("HashMap") {
            Container::HashTable
        } else if name.ends_with("BTreeSet") || name.ends_with("BTreeMap") {
            Container::BTree
        } else {
            Container::Array
        }
    }

    fn count(self, counter: &mut Counter, len: usize, element: Shape) -> Shape {
        match self {
            Container::Array => counter.array(len, element),
            Container::HashTable => counter.hash_table(len, element),
            Container::BTree => counter.b_tree(len, element),
        }
        match self {
            Container::HashTable => Shape {
                size: 48,
                ..Shape::VEC
            },
            Container::Array | Container::BTree => Shape::VEC,
        }
    }
}

/// A value refused to be serialised.
#[derive(Debug)]
pub(super) struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value can't be serialised")
    }
}

impl std::error::Error for Refused {}

impl ser::Error for Refused {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Refused
    }
}

type Counted = Result<Shape, Refused>;

macro_rules! numbers {
    ($($method:ident: $type:ty),*) => { $(
        #[inline]
        fn $method(self, _: $type) -> Counted {
            Ok(Shape::number(size_of::<$type>()))
        }
    )* };
}

impl<'a> ser::Serializer for &'a mut Counter {
    type Ok = Shape;
    type Error = Refused;
    type SerializeSeq = Elements<'a>;
    type SerializeTuple = Fields<'a>;
    type SerializeTupleStruct = Fields<'a>;
    type SerializeTupleVariant = Fields<'a>;
    type SerializeMap = Elements<'a>;
    type SerializeStruct = Fields<'a>;
    type SerializeStructVariant = Fields<'a>;

    numbers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128,
        serialize_f32: f32, serialize_f64: f64
    );

    fn serialize_bool(self, _: bool) -> Counted {
        Ok(Shape::TAG)
    }

    fn serialize_char(self, _: char) -> Counted {
        Ok(Shape {
            niche: true,
            ..Shape::number(4)
        })
    }

    fn serialize_str(self, v: &str) -> Counted {
        if !self.shared_text {
            self.allocate(v.len());
        } else if v.len() > SHARED_TEXT_INLINE {
            // Its part of a buffer.
            self.heap = self.heap.saturating_add(v.len());
        }
        Ok(Shape::VEC)
    }

    fn serialize_bytes(self, v: &[u8]) -> Counted {
        self.allocate(v.len());
        Ok(Shape::VEC)
    }

    fn serialize_none(self) -> Counted {
        // What it would hold is not shown: at least a tag.
        Ok(Shape::TAG)
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Counted {
        let shape = value.serialize(self)?;
        Ok(if shape.niche { shape } else { shape.tagged() })
    }

    fn serialize_unit(self) -> Counted {
        Ok(Shape::default())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Counted {
        Ok(Shape::default())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Counted {
        Ok(Shape::TAG)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        name: &'static str,
        value: &T,
    ) -> Counted {
        if name != SHARED_TEXT {
            return value.serialize(self);
        }
        self.shared_text = true;
        let shape = value.serialize(&mut *self);
        self.shared_text = false;
        shape
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Counted {
        value.serialize(self).map(Shape::tagged)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Elements<'a>, Refused> {
        Ok(Elements {
            counter: self,
            container: Container::Array,
            len: 0,
            element: Shape::default(),
            key: None,
        })
    }

    fn serialize_tuple(self, _: usize) -> Result<Fields<'a>, Refused> {
        Ok(Fields {
            counter: self,
            shape: Shape::default(),
            variant: false,
        })
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Fields<'a>, Refused> {
        self.serialize_tuple(len)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Fields<'a>, Refused> {
        Ok(Fields {
            counter: self,
            shape: Shape::default(),
            variant: true,
        })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Elements<'a>, Refused> {
        Ok(Elements {
            counter: self,
            container: Container::HashTable,
            len: 0,
            element: Shape::default(),
            key: None,
        })
    }

    fn serialize_struct(self, _: &'static str, len: usize) -> Result<Fields<'a>, Refused> {
        self.serialize_tuple(len)
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Fields<'a>, Refused> {
        self.serialize_tuple_variant(name, index, variant, len)
    }

    fn collect_str<T: ?Sized + fmt::Display>(self, value: &T) -> Counted {
        // Text made while serialising (an address, a time): the value itself holds none.
        let _ = value;
        Ok(Shape::WORD)
    }

    fn collect_seq<I>(self, iter: I) -> Counted
    where
        I: IntoIterator,
        I::Item: Serialize,
    {
        let container = Container::of::<I>();
        let mut elements = Elements {
            container,
            ..self.serialize_seq(None)?
        };
        iter.into_iter().try_for_each(|item| elements.add(&item))?;
        Ok(elements.done())
    }

    fn collect_map<K, V, I>(self, iter: I) -> Counted
    where
        K: Serialize,
        V: Serialize,
        I: IntoIterator<Item = (K, V)>,
    {
        let container = match Container::of::<I>() {
            // Maps of other libraries are hash tables most of the time.
            Container::Array => Container::HashTable,
            known => known,
        };
        let mut elements = Elements {
            container,
            ..self.serialize_map(None)?
        };
        iter.into_iter()
            .try_for_each(|(key, value)| elements.add(&(key, value)))?;
        Ok(elements.done())
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// The elements of one collection, each allocated in a common block.
#[derive(Debug)]
pub(super) struct Elements<'a> {
    counter: &'a mut Counter,
    container: Container,
    len: usize,
    /// The largest seen.
    element: Shape,
    key: Option<Shape>,
}

impl Elements<'_> {
    #[inline]
    fn add<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Refused> {
        let shape = value.serialize(&mut *self.counter)?;
        self.add_shape(shape);
        Ok(())
    }

    #[inline]
    fn add_shape(&mut self, shape: Shape) {
        self.len += 1;
        self.element = self.element.or(shape);
    }

    fn done(self) -> Shape {
        self.container.count(self.counter, self.len, self.element)
    }
}

impl ser::SerializeSeq for Elements<'_> {
    type Ok = Shape;
    type Error = Refused;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Refused> {
        self.add(value)
    }

    fn end(self) -> Counted {
        Ok(self.done())
    }
}

impl ser::SerializeMap for Elements<'_> {
    type Ok = Shape;
    type Error = Refused;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<(), Refused> {
        self.key = Some(key.serialize(&mut *self.counter)?);
        Ok(())
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Refused> {
        let value = value.serialize(&mut *self.counter)?;
        let key = self.key.take().unwrap_or_default();
        self.add_shape(key.and(value));
        Ok(())
    }

    fn end(self) -> Counted {
        Ok(self.done())
    }
}

/// The fields of one struct, tuple or variant, all inline.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    counter: &'a mut Counter,
    shape: Shape,
    variant: bool,
}

impl Fields<'_> {
    #[inline]
    fn add<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Refused> {
        let field = value.serialize(&mut *self.counter)?;
        // A nested struct keeps its own padding.
        self.shape = self.shape.and(Shape {
            size: field.padded(),
            ..field
        });
        Ok(())
    }

    fn done(self) -> Shape {
        let shape = Shape {
            size: self.shape.padded(),
            ..self.shape
        };
        if self.variant { shape.tagged() } else { shape }
    }
}

macro_rules! fields {
    ($($trait:ident),*) => { $(
        impl ser::$trait for Fields<'_> {
            type Ok = Shape;
            type Error = Refused;

            fn serialize_field<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Refused> {
                self.add(value)
            }

            fn end(self) -> Counted {
                Ok(self.done())
            }
        }
    )* };
}

fields!(SerializeTupleStruct, SerializeTupleVariant);

impl ser::SerializeTuple for Fields<'_> {
    type Ok = Shape;
    type Error = Refused;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Refused> {
        self.add(value)
    }

    fn end(self) -> Counted {
        Ok(self.done())
    }
}

macro_rules! named_fields {
    ($($trait:ident),*) => { $(
        impl ser::$trait for Fields<'_> {
            type Ok = Shape;
            type Error = Refused;

            fn serialize_field<T: ?Sized + Serialize>(&mut self, _: &'static str, value: &T) -> Result<(), Refused> {
                self.add(value)
            }

            fn end(self) -> Counted {
                Ok(self.done())
            }
        }
    )* };
}

named_fields!(SerializeStruct, SerializeStructVariant);
