//! `approx_top_k`, `approx_top_k_accumulate` and `approx_top_k_combine`.
//!
//! The states of the last two are structs: the sketch, how many items it tracks, NULL of the items'
//! type, and that type as DDL.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, Int32Array, StringArray, StructArray, new_null_array,
};
use arrow::datatypes::{DataType as ArrowType, Fields, Int32Type};
use flint_sql_columnar::Raised;
use flint_sql_spec::{DataType, Literal, SqlError, condition};

use crate::aggregates::call::{Call, Made};
use crate::aggregates::fold::{Fold, Folded};
use crate::sketches::frequent::{
    Kind, MOST, TopItems, check_enough, check_k, check_tracked, kind, kind_of_ddl, ranking,
};

/// How many items a combined state tracks that no state came to.
const TRACKED: i32 = 10_000;

fn integer(call: &Call<'_>, at: usize) -> Result<Option<i32>, Raised> {
    match call.site.constant(at) {
        Some(Literal::Integer(value)) => Ok(Some(*value)),
        None => Ok(None),
        other => Err(SqlError::internal(format!("a count of items: {other:?}")).into()),
    }
}

fn item_type<'a>(call: &'a Call<'_>) -> Result<&'a DataType, Raised> {
    let missing = || SqlError::internal(format!("{} of nothing", call.name));
    Ok(call.site.arguments.first().ok_or_else(missing)?)
}

/// `approx_top_k(item, k, maxItemsTracked)`.
pub(super) fn make(call: &Call<'_>) -> Made {
    let k = check_k(integer(call, 1)?)?;
    let tracked = check_tracked(integer(call, 2)?)?;
    check_enough(tracked, k)?;
    Ok(Folded::boxed(TopK {
        kind: kind(item_type(call)?)?,
        tracked,
        result: Ranked {
            k,
            layout: call.result.clone(),
        },
    }))
}

/// `approx_top_k_accumulate(item, maxItemsTracked)`.
pub(super) fn make_accumulate(call: &Call<'_>) -> Made {
    let tracked = check_tracked(integer(call, 1)?)?;
    let data_type = item_type(call)?;
    Ok(Folded::boxed(TopK {
        kind: kind(data_type)?,
        tracked,
        result: Kept {
            fields: state_fields(call)?,
            ddl: ddl(data_type),
        },
    }))
}

fn state_fields(call: &Call<'_>) -> Result<Fields, Raised> {
    match &call.result {
        ArrowType::Struct(fields) => Ok(fields.clone()),
        other => Err(SqlError::internal(format!("a state as {other}")).into()),
    }
}

/// The type of items as a state says it.
fn ddl(data_type: &DataType) -> String {
    match data_type.is_string() {
        true => "item string not null".to_owned(),
        false => format!("item {} NOT NULL", data_type.sql()),
    }
}

/// What becomes of the items in the end.
trait Outcome: std::fmt::Debug + Send + Sync + 'static {
    fn column(&self, states: &[TopItems], kind: Kind, tracked: i32) -> Result<ArrayRef, Raised>;
}

/// The most frequent ones.
#[derive(Debug)]
struct Ranked {
    k: i32,
    layout: ArrowType,
}

impl Outcome for Ranked {
    fn column(&self, states: &[TopItems], kind: Kind, _: i32) -> Result<ArrayRef, Raised> {
        let states: Vec<_> = states.iter().cloned().map(Some).collect();
        ranking(&states, self.k, kind, &self.layout)
    }
}

/// A state.
#[derive(Debug)]
struct Kept {
    fields: Fields,
    ddl: String,
}

impl Outcome for Kept {
    fn column(&self, states: &[TopItems], kind: Kind, tracked: i32) -> Result<ArrayRef, Raised> {
        let rows = states.iter();
        let rows = rows.map(|state| (state.write(kind), tracked, self.ddl.clone()));
        state_column(&self.fields, rows.collect())
    }
}

/// States as a column: bytes, items tracked, DDL.
fn state_column(fields: &Fields, rows: Vec<(Vec<u8>, i32, String)>) -> Result<ArrayRef, Raised> {
    let nothing = new_null_array(fields[2].data_type(), rows.len());
    let sketches: BinaryArray = rows.iter().map(|(bytes, ..)| Some(bytes)).collect();
    let tracked = Int32Array::from_iter_values(rows.iter().map(|(_, tracked, _)| *tracked));
    let types: StringArray = rows.iter().map(|(.., ddl)| Some(ddl)).collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(sketches),
        Arc::new(tracked),
        nothing,
        Arc::new(types),
    ];
    Ok(Arc::new(StructArray::try_new(
        fields.clone(),
        columns,
        None,
    )?))
}

#[derive(Debug)]
struct TopK<O> {
    kind: Kind,
    tracked: i32,
    result: O,
}

impl<O: Outcome> Fold for TopK<O> {
    type State = TopItems;
    type Rows<'a> = ArrayRef;
    type Saved<'a> = &'a BinaryArray;

    const TAKES_NULLS: bool = true;
    const HOLDS: bool = true;

    fn start(&self) -> TopItems {
        TopItems::new(self.tracked)
    }

    fn rows(&self, columns: &[ArrayRef]) -> Result<ArrayRef, Raised> {
        self.kind.readable(&columns[0])
    }

    fn add(&self, state: &mut TopItems, rows: &ArrayRef, row: usize) -> Result<(), Raised> {
        if rows.is_null(row) {
            state.nulls += 1;
        } else {
            state.sketch.add(self.kind.item(rows, row), 1);
        }
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![ArrowType::Binary]
    }

    fn save(&self, states: &[TopItems]) -> Result<Vec<ArrayRef>, Raised> {
        let bytes = |state: &TopItems| Some(state.write(self.kind));
        let saved: BinaryArray = states.iter().map(bytes).collect();
        Ok(vec![Arc::new(saved)])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a BinaryArray, Raised> {
        Ok(columns[0].as_binary::<i32>())
    }

    fn merge(&self, state: &mut TopItems, saved: &&BinaryArray, row: usize) -> Result<(), Raised> {
        state.merge(&TopItems::parse(saved.value(row), self.kind)?);
        Ok(())
    }

    fn finish(&self, states: &[TopItems]) -> Result<ArrayRef, Raised> {
        self.result.column(states, self.kind, self.tracked)
    }

    fn held_bytes(&self, state: &TopItems) -> usize {
        state.sketch.held_bytes()
    }
}

/// `approx_top_k_combine(state, maxItemsTracked)`; -1 stands for no size.
pub(super) fn make_combine(call: &Call<'_>) -> Made {
    let items = match item_type(call)? {
        DataType::Struct(fields) if fields.len() == 4 => fields[2].data_type.clone(),
        other => return Err(SqlError::internal(format!("a state of {other:?}")).into()),
    };
    let tracked = match integer(call, 1)? {
        Some(-1) => None,
        tracked => Some(check_tracked(tracked)?),
    };
    Ok(Folded::boxed(Combine {
        fields: state_fields(call)?,
        kind: kind(&items)?,
        ddl: ddl(&items),
        tracked,
    }))
}

/// Combines states of one type and, unless a size is asked for, of one size.
#[derive(Debug)]
struct Combine {
    fields: Fields,
    kind: Kind,
    /// The type of the items, if no state says it.
    ddl: String,
    tracked: Option<i32>,
}

/// What has been combined so far.
#[derive(Debug, Clone)]
struct Combined {
    items: TopItems,
    /// What the states say that came: the kind of items, their type's name, and as DDL.
    known: Option<(Kind, String, String)>,
    tracked: Option<i32>,
}

impl Combine {
    fn take(
        &self,
        state: &mut Combined,
        bytes: &[u8],
        tracked: i32,
        ddl: &str,
    ) -> Result<(), Raised> {
        if self.tracked.is_none() {
            let known = *state.tracked.get_or_insert(tracked);
            if known != tracked {
                return Err(SqlError::new(condition::APPROX_TOP_K_SKETCH_SIZE_NOT_MATCH)
                    .with("size1", known.to_string())
                    .with("size2", tracked.to_string())
                    .into());
            }
        }
        let (kind, name) = kind_of_ddl(ddl)
            .ok_or_else(|| SqlError::internal(format!("items of a type {ddl:?}")))?;
        let (_, known, _) = state
            .known
            .get_or_insert_with(|| (kind, name.clone(), ddl.to_owned()));
        if *known != name {
            return Err(SqlError::new(condition::APPROX_TOP_K_SKETCH_TYPE_NOT_MATCH)
                .with("type1", format!("\"{known}\""))
                .with("type2", format!("\"{name}\""))
                .into());
        }
        state.items.merge(&TopItems::parse(bytes, kind)?);
        Ok(())
    }

    fn kind(&self, state: &Combined) -> Kind {
        state.known.as_ref().map_or(self.kind, |(kind, ..)| *kind)
    }
}

/// The fields of states: bytes, items tracked, DDL.
type States<'a> = (&'a BinaryArray, &'a Int32Array, &'a StringArray);

impl Fold for Combine {
    type State = Combined;
    type Rows<'a> = States<'a>;
    type Saved<'a> = States<'a>;

    const HOLDS: bool = true;

    fn start(&self) -> Combined {
        Combined {
            items: TopItems::new(self.tracked.unwrap_or(MOST)),
            known: None,
            tracked: self.tracked,
        }
    }

    fn rows<'a>(&self, columns: &'a [ArrayRef]) -> Result<States<'a>, Raised> {
        let states = columns[0].as_struct();
        Ok((
            states.column(0).as_binary::<i32>(),
            states.column(1).as_primitive::<Int32Type>(),
            states.column(3).as_string::<i32>(),
        ))
    }

    fn add(&self, state: &mut Combined, rows: &States<'_>, row: usize) -> Result<(), Raised> {
        let (sketches, tracked, types) = rows;
        self.take(
            state,
            sketches.value(row),
            tracked.value(row),
            types.value(row),
        )
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![ArrowType::Binary, ArrowType::Int32, ArrowType::Utf8]
    }

    fn save(&self, states: &[Combined]) -> Result<Vec<ArrayRef>, Raised> {
        let bytes = |state: &Combined| Some(state.items.write(self.kind(state)));
        let sketches: BinaryArray = states.iter().map(bytes).collect();
        let tracked: Int32Array = states.iter().map(|state| state.tracked).collect();
        let types = states.iter().map(|state| Some(&state.known.as_ref()?.2));
        let types: StringArray = types.collect();
        Ok(vec![Arc::new(sketches), Arc::new(tracked), Arc::new(types)])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<States<'a>, Raised> {
        Ok((
            columns[0].as_binary::<i32>(),
            columns[1].as_primitive::<Int32Type>(),
            columns[2].as_string::<i32>(),
        ))
    }

    fn merge(&self, state: &mut Combined, saved: &States<'_>, row: usize) -> Result<(), Raised> {
        // No type is no state.
        if saved.2.is_null(row) {
            return Ok(());
        }
        self.add(state, saved, row)
    }

    fn finish(&self, states: &[Combined]) -> Result<ArrayRef, Raised> {
        let rows = states.iter().map(|state| {
            let ddl = state.known.as_ref().map_or(&self.ddl, |(.., ddl)| ddl);
            let tracked = state.tracked.unwrap_or(TRACKED);
            (state.items.write(self.kind(state)), tracked, ddl.clone())
        });
        state_column(&self.fields, rows.collect())
    }

    fn held_bytes(&self, state: &Combined) -> usize {
        state.items.sketch.held_bytes()
    }
}
