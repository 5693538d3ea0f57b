//! Rows that came before the plans that name them.

use flint_connect_protocol::spark::connect as proto;
use flint_sql::SparkSession;
use flint_sql_spec::LocalRelation;
use prost::Message;
use prost::bytes::Bytes;

/// Gives the session that runs plans what they name by a hash: a whole local relation as a message,
/// or a piece of one, which is an Arrow stream or the text of a schema.
///
/// Nothing says which of these it is, but no piece begins as a message does: with the key of the
/// rows' or the schema's field.
pub(super) fn keep(spark: &SparkSession, hash: &str, bytes: Vec<u8>) {
    const DATA: u8 = 0x0a;
    const SCHEMA: u8 = 0x12;
    if matches!(bytes.first(), None | Some(&(DATA | SCHEMA))) {
        let bytes = Bytes::from(bytes);
        match proto::LocalRelation::decode(bytes.clone()) {
            Ok(whole) => spark.keep_local_relation(
                hash,
                LocalRelation {
                    data: whole.data.map(|data| data.as_ref().into()),
                    schema: whole.schema.map(Into::into),
                },
            ),
            Err(_) => spark.keep_piece(hash, bytes.as_ref()),
        }
    } else {
        spark.keep_piece(hash, bytes);
    }
}
