//! `DataFrame.stat`, `summary` and `describe`: statistics written as the queries that compute them.
//!
//! As in Spark, `summary` is one aggregation that makes a map from statistic to text for each column,
//! and an explosion of the statistics' names over it. `cov`, `corr` and `approxQuantile` give one row
//! of one column, which the API takes the value out of.

use std::collections::HashMap;

use flint_sql_spec::{
    ApproxQuantile, Cast, CastMode, DataType, Expr as Spec, ExprKind as SpecKind, Float, FreqItems,
    Ident, Literal, Node, Origin, Relation, Result, SampleBy, SqlError, condition,
};

use super::{Analysed, unsupported};
use crate::analyzer::Analyzer;
use crate::expr::{Place, Resolver};
use crate::resolved::{Aggregate, Attribute, CalledAs, Expr, ExprKind, Plan, PlanKind};

/// What `summary` computes when nothing is chosen.
const SUMMARY: [&str; 8] = ["count", "mean", "stddev", "min", "25%", "50%", "75%", "max"];
/// What `describe` computes.
const DESCRIBE: [&str; 5] = ["count", "mean", "stddev", "min", "max"];

impl Analyzer<'_> {
    /// Statistics of all columns of numbers and strings, a row for each statistic.
    pub(super) fn summary(&self, input: &Relation, chosen: &[Ident]) -> Result<Analysed> {
        let input = self.relation(input)?;
        if chosen.is_empty() {
            return self.summary_over(input, &SUMMARY.map(Ident::from));
        }
        self.summary_over(input, chosen)
    }

    /// The commonest statistics of chosen columns, or of all.
    pub(super) fn describe(&self, input: &Relation, columns: &[Ident]) -> Result<Analysed> {
        let mut input = self.relation(input)?;
        if !columns.is_empty() {
            let columns: Vec<Spec> = columns
                .iter()
                .map(|name| Spec::column([name.clone()]))
                .collect();
            input = self.project_over(input, &columns, HashMap::new())?;
        }
        self.summary_over(input, &DESCRIBE.map(Ident::from))
    }

    fn summary_over(&self, input: Analysed, statistics: &[Ident]) -> Result<Analysed> {
        let percentiles = percentiles(statistics)?;
        let input = Analysed::of(input.sealed());
        let described = |c: &&Attribute| c.data_type.is_numeric() || c.data_type.is_string();
        let columns: Vec<Attribute> = input
            .plan
            .output()
            .iter()
            .filter(described)
            .cloned()
            .collect();
        if columns.is_empty() {
            return Ok(self.strings("summary", statistics));
        }
        let maps = columns
            .iter()
            .map(|column| Ok(statistics_of(column, statistics, &percentiles)?.alias(&column.name)))
            .collect::<Result<Vec<_>>>()?;
        let maps = self.project_over(input, &maps, HashMap::new())?;
        let names = statistics.iter().map(|s| Spec::literal(s.to_string()));
        // Spark's array may hold nulls.
        let names = cast(Spec::call("array", names), array_of(DataType::STRING, true));
        let name = Spec::call("explode", [names]).alias("summary");
        let exploded = self.project_over(closed(maps), &[Spec::star(), name], HashMap::new())?;
        let value = |column: &Attribute| {
            let of = [
                Spec::column([column.name.clone()]),
                Spec::column(["summary"]),
            ];
            Spec::call("element_at", of).alias(&column.name)
        };
        let values = std::iter::once(Spec::column(["summary"])).chain(columns.iter().map(value));
        self.project_over(
            closed(exploded),
            &values.collect::<Vec<_>>(),
            HashMap::new(),
        )
    }

    /// Rows of one column of strings.
    fn strings(&self, name: &str, values: &[Ident]) -> Analysed {
        let row = |value: &Ident| vec![Expr::literal(Literal::String(value.clone()))];
        let column = self.attribute(name, &DataType::STRING, true);
        let rows = values.iter().map(row).collect();
        Analysed::of(Plan::new(PlanKind::Values(rows), vec![column]))
    }

    /// How often pairs of values occur: the first's values in rows, the second's in columns.
    pub(super) fn crosstab(
        &self,
        input: &Relation,
        first: &Ident,
        second: &Ident,
    ) -> Result<Analysed> {
        let text = |name: &Ident| cast(Spec::column([name.clone()]), DataType::STRING);
        let or_null = |name: &Ident, value: Spec| {
            let is_null = Spec::call("isnull", [Spec::column([name.clone()])]);
            Spec::call("when", [is_null, Spec::literal("null"), value])
        };
        let rows = or_null(first, text(first)).alias(&format!("{first}_{second}"));
        let unquoted = [text(second), Spec::literal("`"), Spec::literal("")];
        let spec = flint_sql_spec::Aggregate {
            input: input.clone(),
            group: flint_sql_spec::GroupKind::Pivot {
                column: or_null(second, Spec::call("regexp_replace", unquoted)),
                values: Vec::new(),
            },
            grouping: vec![rows],
            aggregates: vec![Spec::call("count", [Spec::literal(1)]).alias("count")],
            lists_output: false,
        };
        let counted = self.aggregate(&spec)?;
        self.filled_over(counted, Literal::Long(0))
    }

    /// Covariance of a sample, as one row.
    pub(super) fn cov(&self, input: &Relation, first: &Ident, second: &Ident) -> Result<Analysed> {
        self.pair(
            input,
            ("covar_samp", 0.0),
            "cov",
            "covariance",
            [first, second],
        )
    }

    /// Pearson's correlation, as one row.
    pub(super) fn corr(
        &self,
        input: &Relation,
        first: &Ident,
        second: &Ident,
        method: Option<&Ident>,
        origin: &Origin,
    ) -> Result<Analysed> {
        if method.is_some_and(|method| &**method != "pearson") {
            return Err(unsupported("correlations other than Pearson's").at(origin));
        }
        self.pair(
            input,
            ("corr", f64::NAN),
            "corr",
            "correlation",
            [first, second],
        )
    }

    /// A function of two columns, in which nulls count as 0, and what it is of too few rows.
    fn pair(
        &self,
        input: &Relation,
        (function, otherwise): (&str, f64),
        name: &str,
        what: &str,
        columns: [&Ident; 2],
    ) -> Result<Analysed> {
        let input = self.relation(input)?;
        for column in columns {
            self.must_be_number(&input, column, what)?;
        }
        let number = |column: &Ident| {
            let double = cast(Spec::column([column.clone()]), DataType::Double);
            Spec::call("coalesce", [double, Spec::literal(0.0)])
        };
        let value = Spec::call(function, columns.map(number));
        let value = Spec::call("coalesce", [value, Spec::literal(otherwise)]).alias(name);
        self.project_over(input, &[value], HashMap::new())
    }

    fn must_be_number(&self, input: &Analysed, column: &Ident, what: &str) -> Result<()> {
        let name = std::slice::from_ref(column);
        let Some(found) = input.scope.find(name, self.case(), &Origin::Unknown)? else {
            return Err(input.scope.unresolved(name, &Origin::Unknown));
        };
        let data_type = &found.column.attribute.data_type;
        if data_type.is_numeric() {
            return Ok(());
        }
        let shown = data_type.simple_string();
        Err(requirement(format!(
            "{what} of the column {column} of the type {shown}: only numbers have it"
        )))
    }

    /// Quantiles of columns of numbers within an error of rank, as one row with an array of arrays.
    /// Neither nulls nor NaNs count; a column without others gives an empty array.
    pub(super) fn approx_quantile(&self, spec: &ApproxQuantile) -> Result<Analysed> {
        let input = self.relation(&spec.input)?;
        if !spec
            .probabilities
            .iter()
            .all(|p| (0.0..=1.0).contains(&p.0))
        {
            return Err(requirement(
                "a quantile is asked for outside of 0 to 1".to_owned(),
            ));
        }
        let accuracy = accuracy_of(spec.relative_error.0)?;
        let probabilities = spec.probabilities.iter().map(|p| Spec::literal(p.0));
        let probabilities = Spec::call("array", probabilities);
        let mut quantiles = Vec::with_capacity(spec.columns.len());
        for column in &spec.columns {
            self.must_be_number(&input, column, "a quantile")?;
            let double = cast(Spec::column([column.clone()]), DataType::Double);
            let is_nan = Spec::call("isnan", [double.clone()]);
            let null = cast(Spec::literal(Literal::NULL), DataType::Double);
            let number = Spec::call("if", [is_nan, null, double]);
            let args = [number, probabilities.clone(), Spec::literal(accuracy)];
            let found = Spec::call("percentile_approx", args);
            let nothing = cast(Spec::call("array", []), array_of(DataType::Double, false));
            quantiles.push(Spec::call("coalesce", [found, nothing]));
        }
        let all = Spec::call("array", quantiles).alias("approx_quantile");
        self.project_over(input, &[all], HashMap::new())
    }

    /// Values that occur often, an array for each column. The aggregate function is Flint's own,
    /// `collect_frequent_items(value, size)`, which keeps `size` counters.
    pub(super) fn freq_items(&self, spec: &FreqItems) -> Result<Analysed> {
        let support = spec.support.map_or(0.01, |support| support.0);
        if !(1e-4..=1.0).contains(&support) {
            return Err(requirement(format!(
                "a support of {support}, not from 1e-4 to 1"
            )));
        }
        // As Spark does it: a share of 1e-4 at least makes 10,000 at most.
        let size = (1.0 / support) as i32;
        let input = self.relation(&spec.input)?;
        let place = Place::over(&input.scope, "project");
        let mut aggregates = Vec::with_capacity(spec.columns.len());
        for column in &spec.columns {
            let value = Resolver::new(self, &place).expr(&Spec::column([column.clone()]))?;
            aggregates.push(self.named(&format!("{column}_freqItems"), frequent(value, size)));
        }
        let output = aggregates
            .iter()
            .map(|named| named.column.clone())
            .collect();
        let kind = PlanKind::Aggregate {
            input: input.plan.clone(),
            grouping: Vec::new(),
            sets: None,
            aggregates,
        };
        Ok(Analysed::of(Plan::new(kind, output)))
    }

    /// Rows by chance, with a probability for each value of a column.
    pub(super) fn sample_by(&self, spec: &SampleBy) -> Result<Analysed> {
        if !spec
            .fractions
            .iter()
            .all(|(_, f)| (0.0..=1.0).contains(&f.0))
        {
            return Err(requirement("a fraction that is not from 0 to 1".to_owned()));
        }
        let mut args = Vec::new();
        for (stratum, Float(fraction)) in &spec.fractions {
            args.push(Spec::call(
                "<=>",
                [spec.column.clone(), Spec::literal(stratum.clone())],
            ));
            args.push(Spec::literal(*fraction));
        }
        let none = Spec::literal(0.0);
        args.push(none.clone());
        let fraction = if args.len() == 1 {
            none
        } else {
            Spec::call("when", args)
        };
        let random = Spec::call("rand", spec.seed.map(Spec::literal));
        self.filter(&spec.input, &Spec::call("<", [random, fraction]))
    }
}

/// The percentiles among statistics.
fn percentiles(statistics: &[Ident]) -> Result<Vec<f64>> {
    let mut found = Vec::new();
    for statistic in statistics {
        let Some(number) = statistic.strip_suffix('%') else {
            continue;
        };
        let percent: f64 = number.parse().map_err(|_| unrecognized(statistic))?;
        if !(0.0..=100.0).contains(&percent) {
            return Err(requirement(format!(
                "the percentile {statistic} is outside of 0 to 100"
            )));
        }
        found.push(percent / 100.0);
    }
    Ok(found)
}

/// The map from statistic to text of one column.
fn statistics_of(column: &Attribute, statistics: &[Ident], percentiles: &[f64]) -> Result<Spec> {
    let value = || Spec::column([column.name.clone()]);
    let number = || match column.data_type.is_string() {
        true => cast_as(value(), DataType::Double, CastMode::Try),
        false => value(),
    };
    let (mut pairs, mut percentile) = (Vec::new(), 0);
    for statistic in statistics {
        let made = match statistic.to_lowercase().as_str() {
            "count" => Spec::call("count", [value()]),
            "count_distinct" => distinct_count(value()),
            "approx_count_distinct" => Spec::call("approx_count_distinct", [value()]),
            "mean" => Spec::call("avg", [number()]),
            "stddev" => Spec::call("stddev", [number()]),
            "min" => Spec::call("min", [value()]),
            "max" => Spec::call("max", [value()]),
            other if other.ends_with('%') => {
                percentile += 1;
                let all = percentiles.iter().map(|p| Spec::literal(*p));
                let args = [number(), Spec::call("array", all), Spec::literal(10_000)];
                let found = Spec::call("percentile_approx", args);
                Spec::call("get", [found, Spec::literal(percentile - 1)])
            }
            _ => return Err(unrecognized(statistic)),
        };
        pairs.push(Spec::literal(statistic.to_string()));
        pairs.push(cast(made, DataType::STRING));
    }
    Ok(Spec::call("map", pairs))
}

fn unrecognized(statistic: &str) -> SqlError {
    SqlError::new(condition::UNRECOGNIZED_STATISTIC).with("stats", format!("'{statistic}'"))
}

fn distinct_count(value: Spec) -> Spec {
    let mut call =
        flint_sql_spec::FunctionCall::new(flint_sql_spec::ObjectName::bare("count"), [value]);
    call.distinct = true;
    SpecKind::Function(call).into()
}

fn array_of(element: DataType, contains_null: bool) -> DataType {
    DataType::Array {
        element: Node::new(element),
        contains_null,
    }
}

fn cast(expr: Spec, to: DataType) -> Spec {
    cast_as(expr, to, CastMode::Session)
}

fn cast_as(expr: Spec, to: DataType, mode: CastMode) -> Spec {
    SpecKind::Cast(Cast { expr, to, mode }).into()
}

/// A relation whose SELECT is over: clauses above see its columns alone.
fn closed(analysed: Analysed) -> Analysed {
    Analysed::of(analysed.sealed())
}

/// The accuracy of `percentile_approx` that keeps a relative error of ranks.
fn accuracy_of(relative_error: f64) -> Result<i32> {
    // NaN is refused, too.
    if relative_error.is_nan() || relative_error < 0.0 {
        return Err(requirement("a relative error below 0".to_owned()));
    }
    // A float beyond the range becomes its end: no error at all is the greatest accuracy.
    Ok((1.0 / relative_error.min(1.0)).ceil() as i32)
}

fn frequent(value: Expr, size: i32) -> Expr {
    let data_type = array_of(value.data_type().clone(), true);
    let call = Aggregate {
        function: "collect_frequent_items".into(),
        alias: CalledAs::default(),
        args: vec![value, Expr::literal(size.into())],
        distinct: false,
        filter: None,
        order: Vec::new(),
        ignore_nulls: false,
        ansi: false,
        native: None,
    };
    Expr::new(ExprKind::Aggregate(call), data_type, false)
}

/// The error for an argument that Spark refuses by a plain exception.
fn requirement(message: String) -> SqlError {
    SqlError::new(condition::REQUIREMENT_FAILED).with("message", message)
}
