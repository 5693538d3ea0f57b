//! Records of CSV against Spark's `from_csv` and `schema_of_csv`: `golden/csv.jsonl`, which
//! `golden/make_csv.py` writes.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use flint_sql_functions::Site;
use flint_sql_functions::display::{Style, printer};
use flint_sql_spec::{DataType, Literal, Result, StructField, StructType};
use serde_json::Value;

use crate::call::call;

struct Case(Value);

impl Case {
    fn text(&self, key: &str) -> &str {
        self.0[key].as_str().unwrap_or_default()
    }

    fn options(&self) -> Vec<(String, String)> {
        let options = self.0["options"].as_object().unwrap();
        let pair = |(key, value): (&String, &Value)| (key.clone(), value.as_str().unwrap().into());
        options.iter().map(pair).collect()
    }

    /// The call's arguments behind the first: names and values of options.
    fn site(&self, first: DataType, result: DataType, also: &[(&str, &str)]) -> Site {
        let own = self.options();
        let also = also.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let texts: Vec<String> = also.chain(own).flat_map(|(k, v)| [k, v]).collect();
        let mut types = vec![first];
        types.resize(texts.len() + 1, DataType::STRING);
        let mut site = Site::of(&types, result);
        for (at, text) in texts.iter().enumerate() {
            site.constants[at + 1] = Some(Literal::String(text.as_str().into()));
        }
        site
    }

    fn columns(&self) -> Vec<ArrayRef> {
        let line: ArrayRef = Arc::new(StringArray::from(vec![self.text("line")]));
        let texts = self.options().len() * 2;
        let mut columns = vec![line];
        columns.resize(texts + 1, Arc::new(StringArray::from(vec![""])) as ArrayRef);
        columns
    }

    fn read(&self) -> Result<Vec<Option<String>>> {
        let schema = flint_sql_parser::parse_schema(self.text("schema"))?;
        let schema = StructType::new(
            schema
                .iter()
                .map(|field| StructField::new(&field.name, field.data_type.clone(), true)),
        );
        let corrupt = [("columnNameOfCorruptRecord", "bad")];
        let site = self.site(DataType::STRING, DataType::Struct(schema.clone()), &corrupt);
        let mut columns = self.columns();
        columns.extend([
            Arc::clone(&columns[1 % columns.len()]),
            Arc::clone(&columns[0]),
        ]);
        let found = call("from_csv", &site, columns)?;
        let style = Style::cast("UTC", true)?;
        let parts = found.as_struct().columns().iter().zip(schema.iter());
        parts
            .map(|(column, field)| {
                let text = printer(column.as_ref(), &field.data_type, &style)?.text(0);
                Ok(column.is_valid(0).then_some(text))
            })
            .collect()
    }

    fn schema(&self) -> Result<String> {
        let mut site = self.site(DataType::STRING, DataType::STRING, &[]);
        site.constants[0] = Some(Literal::String(self.text("line").into()));
        let found = call("schema_of_csv", &site, self.columns())?;
        Ok(found.as_string::<i32>().value(0).to_owned())
    }

    /// What differs, if something does.
    fn check(&self) -> Option<String> {
        let found = match self.text("kind") {
            "read" => self.read().map(|row| serde_json::json!({ "row": row })),
            "schema" => self
                .schema()
                .map(|text| serde_json::json!({ "schema": text })),
            _ => return None,
        };
        let right = match &found {
            Ok(found) => {
                let key = if self.text("kind") == "read" {
                    "row"
                } else {
                    "schema"
                };
                self.0.get(key) == found.get(key)
            }
            Err(error) => match self.0.get("error") {
                Some(Value::Null) => true,
                Some(name) => name.as_str() == Some(&*error.condition().name),
                None => false,
            },
        };
        (!right).then(|| match found {
            Ok(found) => format!("{}\n   flint: {found}", self.0),
            Err(error) => format!("{}\n   flint: {error}", self.0),
        })
    }
}

#[test]
fn records_are_spark_s() {
    let golden = include_str!("../golden/csv.jsonl");
    let cases = golden
        .lines()
        .map(|line| Case(serde_json::from_str(line).unwrap()));
    let wrong: Vec<String> = cases.filter_map(|case| case.check()).collect();
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
