//! Functions whose value hangs on the partition and on a row's place in it: they are computed as
//! columns, below the expressions that mention them.

use flint_sql_analyzer::functions::constant;
use flint_sql_analyzer::resolved::{Attribute, Call, ColumnId, Expr, ExprKind};
use flint_sql_spec::Literal;

use crate::lower::Lowering;
use crate::operators::PartitionValue;

/// Columns with the functions that they hold.
pub(crate) type Found = Vec<(Attribute, PartitionValue)>;

impl Lowering<'_> {
    /// The expression with columns in the place of such functions, which are added to `found`.
    pub(crate) fn replace_values_of_partitions(&self, expr: &Expr, found: &mut Found) -> Expr {
        expr.replace(&mut |expr| {
            let ExprKind::Call(call) = expr.kind() else {
                return None;
            };
            let value = self.value_of_partition(call)?;
            let id = self.fresh_id();
            let column = Attribute {
                id,
                name: call.function.clone(),
                data_type: expr.data_type().clone(),
                nullable: expr.nullable(),
                metadata: None,
            };
            found.push((column.clone(), value));
            Some(Expr::column(&column))
        })
    }

    fn value_of_partition(&self, call: &Call) -> Option<PartitionValue> {
        let whole = |at: usize| match constant(call.args.get(at)?) {
            Some(Literal::Long(value)) => Some(value),
            Some(Literal::Integer(value)) => Some(i64::from(value)),
            // NULL.
            _ => Some(0),
        };
        let seed_at = |at: usize| whole(at).unwrap_or_else(|| self.random_seed());
        let seed = || seed_at(0);
        Some(match &*call.function {
            "spark_partition_id" => PartitionValue::Id,
            "monotonically_increasing_id" => PartitionValue::Increasing,
            "rand" => PartitionValue::Uniform(seed()),
            "randn" => PartitionValue::Gaussian(seed()),
            "uuid" => PartitionValue::Uuid(seed()),
            "randstr" => PartitionValue::Text {
                length: whole(0).and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
                seed: seed_at(1),
            },
            _ => return None,
        })
    }

    fn fresh_id(&self) -> ColumnId {
        // Ids of the analyzer count up from 0; these come from the other end.
        let text = self.fresh();
        let number: u64 = text.trim_start_matches('~').parse().unwrap_or(0);
        ColumnId(u64::MAX - number)
    }

    /// A seed for functions of chance that name none.
    pub(crate) fn random_seed(&self) -> i64 {
        use std::hash::{BuildHasher, RandomState};
        RandomState::new().hash_one(self.settings.now) as i64
    }
}
