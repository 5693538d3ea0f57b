//! Whole plans.

use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{Plan, Result, SqlError};
use proto::plan::OpType;

use crate::{command, missing, relation};

/// The plan of a message: rows or a command.
///
/// A compressed operation is no plan yet: whoever knows the limits of the service decompresses it
/// before.
///
/// # Errors
/// `INTERNAL_ERROR` for a compressed operation, and what is wrong with the relation or the command.
pub fn plan(message: &proto::Plan) -> Result<Plan> {
    match &message.op_type {
        Some(OpType::Root(root)) => relation(root).map(Plan::from),
        Some(OpType::Command(message)) => command(message).map(Plan::from),
        Some(OpType::CompressedOperation(_)) => Err(SqlError::internal(
            "a compressed plan came to be translated",
        )),
        None => Err(missing::one_of("spark.connect.Plan", "OPTYPE_NOT_SET")),
    }
}
