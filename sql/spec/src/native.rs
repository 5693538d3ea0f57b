//! Code of the program itself in a plan: closures of Rust.
//!
//! A client in another process sends code as bytes ([`ForeignFunction`](crate::ForeignFunction)); a
//! program in this process has closures, which only this process can call. [`NativeCode`] carries one
//! by pointer: two are equal if they are one. A plan with native code cannot be written as bytes, and
//! says so when it is tried.

use std::any::Any;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{DataType, Expr, Ident, Relation, StructType};

/// A value of this process: a closure for whoever knows its type. Equal to itself and its clones.
#[derive(Clone)]
pub struct NativeCode(Arc<dyn Any + Send + Sync>);

impl NativeCode {
    /// Wraps a value.
    pub fn new<T: Any + Send + Sync>(code: T) -> NativeCode {
        NativeCode(Arc::new(code))
    }

    /// The value, if it is of that type.
    pub fn get<T: Any>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }

    /// A number that no other code of this process has at the same time.
    fn address(&self) -> usize {
        Arc::as_ptr(&self.0).cast::<()>() as usize
    }
}

impl PartialEq for NativeCode {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for NativeCode {}

impl Hash for NativeCode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.address().hash(state);
    }
}

impl fmt::Debug for NativeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NativeCode")
    }
}

impl Serialize for NativeCode {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom(
            "a closure of this process cannot be sent to another",
        ))
    }
}

impl<'de> Deserialize<'de> for NativeCode {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom(
            "a closure of another process cannot be called in this one",
        ))
    }
}

/// A function over columns, or over the rows of groups, whose code is of this process.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NativeFunction {
    /// Name for columns and messages.
    pub name: Ident,
    /// Types of the arguments, to which they are cast; `None`: any number of any types.
    pub inputs: Option<Vec<DataType>>,
    /// Type of the result.
    pub output: DataType,
    /// Whether the result can be null although no argument is.
    pub nullable: bool,
    /// For each argument, whether a null in it makes the result null.
    pub strict: Vec<bool>,
    /// Whether equal arguments give equal results.
    pub deterministic: bool,
    /// Whether it gives one value for the rows of a group.
    pub aggregate: bool,
    /// What the engine calls.
    pub code: NativeCode,
}

/// A call of a native function.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NativeCall {
    /// The function.
    pub function: Arc<NativeFunction>,
    /// The arguments.
    pub args: Vec<Expr>,
}

/// Rows that native code makes of the rows of an input, partition by partition.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NativeMap {
    /// Where rows come from.
    pub input: Relation,
    /// What is done, for plans and messages: `map`, `flatMap`.
    pub name: Ident,
    /// Columns of the rows that are made.
    pub output: StructType,
    /// What the engine calls.
    pub code: NativeCode,
}

/// Columns of an input as the fields of a type: Spark's `as`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Decode {
    /// Where rows come from.
    pub input: Relation,
    /// The fields, with the types that values are widened to.
    pub fields: StructType,
    /// Whether columns are taken by their places, as tuples and single values are, or by name.
    pub by_position: bool,
}

/// Rows that come from a value of this process, such as an RDD.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NativeSource {
    /// The columns.
    pub schema: StructType,
    /// What the engine reads.
    pub code: NativeCode,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_itself_and_stays_in_its_process() {
        let code = NativeCode::new(7_i32);
        assert_eq!(code, code.clone());
        assert_ne!(code, NativeCode::new(7_i32));
        assert_eq!(code.get::<i32>(), Some(&7));
        assert_eq!(code.get::<u32>(), None);
        assert!(postcard::to_allocvec(&code).is_err());
        assert!(postcard::from_bytes::<NativeCode>(&[0]).is_err());
    }
}
