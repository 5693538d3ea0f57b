//! What a value is made of: elements of arrays, entries of maps, fields of structs.

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, SerializeTupleStruct,
    Serializer,
};

use super::{CellWriter, CodecError, Kind, Slot, Written};

/// Writes the elements of an array, or the bytes of a binary value.
pub(super) struct ElementsWriter<'a>(pub(super) &'a mut CellWriter);

impl SerializeSeq for ElementsWriter<'_> {
    type Ok = ();
    type Error = CodecError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        match &mut self.0.kind {
            Kind::List { values, .. } => value
                .serialize(Slot(values))
                .map_err(|error| error.inside("element")),
            _ => value.serialize(Slot(self.0)),
        }
    }

    fn end(self) -> Written {
        match &mut self.0.kind {
            Kind::List {
                offsets,
                nulls,
                values,
            } => {
                offsets.push(offset(values.len())?);
                nulls.append_non_null();
            }
            Kind::Binary(values, bytes) => values.append_value(&*bytes),
            _ => return self.0.unlike("a sequence"),
        }
        self.0.len += 1;
        Ok(())
    }
}

fn offset(len: usize) -> Written<i32> {
    i32::try_from(len).map_err(|_| CodecError::Other("too many elements in a batch".to_owned()))
}

/// Writes the entries of a map.
pub(super) struct EntriesWriter<'a>(pub(super) &'a mut CellWriter);

impl EntriesWriter<'_> {
    fn entries(&mut self) -> Written<&mut (CellWriter, CellWriter)> {
        match &mut self.0.kind {
            Kind::Map { entries, .. } => Ok(entries),
            _ => Err(CodecError::Other("entries of what is no map".to_owned())),
        }
    }
}

impl SerializeMap for EntriesWriter<'_> {
    type Ok = ();
    type Error = CodecError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        let written = key.serialize(Slot(&mut self.entries()?.0));
        written.map_err(|error| error.inside("key"))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        let written = value.serialize(Slot(&mut self.entries()?.1));
        written.map_err(|error| error.inside("value"))
    }

    fn end(self) -> Written {
        if let Kind::Map {
            offsets,
            nulls,
            entries,
        } = &mut self.0.kind
        {
            offsets.push(offset(entries.0.len())?);
            nulls.append_non_null();
        }
        self.0.len += 1;
        Ok(())
    }
}

/// Writes the fields of a struct, or the parts of a decimal.
pub(super) struct FieldsWriter<'a> {
    pub(super) writer: &'a mut CellWriter,
    /// The field that comes next.
    pub(super) next: usize,
}

impl FieldsWriter<'_> {
    /// Fields come in the order of the type; those that the type leaves out of a value are nulls.
    fn named<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Written {
        loop {
            let Kind::Struct { fields, .. } = &mut self.writer.kind else {
                return value.serialize(Slot(self.writer));
            };
            let Some((known, field)) = fields.get_mut(self.next) else {
                return Err(CodecError::Other(format!("there is no field {name}")));
            };
            self.next += 1;
            if **known == *name {
                return value
                    .serialize(Slot(field))
                    .map_err(|error| error.inside(name));
            }
            Slot(field)
                .serialize_none()
                .map_err(|error| error.inside(known))?;
        }
    }

    fn next<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        match &mut self.writer.kind {
            Kind::Struct { fields, .. } => match fields.get_mut(self.next) {
                Some((name, field)) => {
                    self.next += 1;
                    value
                        .serialize(Slot(field))
                        .map_err(|error| error.inside(name))
                }
                None => Err(CodecError::Other("a field too many".to_owned())),
            },
            _ => value.serialize(Slot(self.writer)),
        }
    }

    fn ended(self) -> Written {
        let layout = self.writer.layout.clone();
        match &mut self.writer.kind {
            Kind::Struct { nulls, fields } => {
                for (name, field) in fields.iter_mut().skip(self.next) {
                    Slot(field)
                        .serialize_none()
                        .map_err(|error| error.inside(name))?;
                }
                nulls.append_non_null();
            }
            Kind::Decimal(values, parts) => values.append_value(parts.scaled(&layout)?),
            _ => return Err(CodecError::Other("fields of what has none".to_owned())),
        }
        self.writer.len += 1;
        Ok(())
    }
}

impl SerializeStruct for FieldsWriter<'_> {
    type Ok = ();
    type Error = CodecError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Written {
        self.named(key, value)
    }

    fn end(self) -> Written {
        self.ended()
    }
}

impl SerializeTuple for FieldsWriter<'_> {
    type Ok = ();
    type Error = CodecError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.next(value)
    }

    fn end(self) -> Written {
        self.ended()
    }
}

impl SerializeTupleStruct for FieldsWriter<'_> {
    type Ok = ();
    type Error = CodecError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.next(value)
    }

    fn end(self) -> Written {
        self.ended()
    }
}
