//! `schema_of_variant_agg`: the type that holds all variants of a group, as text.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray};
use arrow::datatypes::DataType as ArrowType;
use datafusion::common::ScalarValue;
use flint_sql_columnar::Raised;

use super::call::Aggregate;
use super::fold::{Fold, Folded};
use crate::variant::{Schema, Variants};

const NAME: &str = "schema_of_variant_agg";

pub(super) const FAMILY: &[Aggregate] =
    &[Aggregate::new(NAME, |_| Ok(Folded::boxed(Schemas))).or(of_nothing)];

fn of_nothing(_: &ArrowType) -> datafusion::common::Result<ScalarValue> {
    Ok(ScalarValue::from(Schema::default().to_string()))
}

#[derive(Debug)]
struct Schemas;

impl Fold for Schemas {
    type State = Schema;
    type Rows<'a> = Variants;
    type Saved<'a> = &'a StringArray;

    const HOLDS: bool = true;

    fn start(&self) -> Schema {
        Schema::default()
    }

    fn rows(&self, columns: &[ArrayRef]) -> Result<Variants, Raised> {
        Variants::of(&*columns[0])
    }

    fn add(&self, state: &mut Schema, rows: &Variants, row: usize) -> Result<(), Raised> {
        let variant = rows.get(row).map_err(|fault| fault.error(NAME))?;
        if let Some(variant) = variant {
            state.add(Schema::of(variant).map_err(|fault| fault.error(NAME))?);
        }
        Ok(())
    }

    fn layout(&self) -> Vec<ArrowType> {
        vec![ArrowType::Utf8]
    }

    fn save(&self, states: &[Schema]) -> Result<Vec<ArrayRef>, Raised> {
        let saved = StringArray::from_iter_values(states.iter().map(Schema::saved));
        Ok(vec![Arc::new(saved)])
    }

    fn saved<'a>(&self, columns: &'a [ArrayRef]) -> Result<&'a StringArray, Raised> {
        Ok(columns[0].as_string())
    }

    fn merge(&self, state: &mut Schema, saved: &&StringArray, row: usize) -> Result<(), Raised> {
        state.add(Schema::restored(saved.value(row))?);
        Ok(())
    }

    fn finish(&self, states: &[Schema]) -> Result<ArrayRef, Raised> {
        let shown = states.iter().map(|schema| schema.to_string());
        Ok(Arc::new(StringArray::from_iter_values(shown)))
    }

    fn held_bytes(&self, state: &Schema) -> usize {
        state.size()
    }
}
