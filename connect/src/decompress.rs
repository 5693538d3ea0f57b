//! Plans that came compressed.
//!
//! What they take when they are decompressed is bounded while it is read, whatever their headers
//! promise, so that a small message cannot take all memory.

use std::io::Read;

use flint_connect_protocol::decode;
use flint_connect_protocol::spark::connect as proto;
use flint_sql_spec::{Result, SqlError, condition};
use proto::plan::OpType;
use proto::plan::compressed_operation::OpType as Compressed;

/// The most bytes of a plan. Rows that are larger come as artifacts, not in plans.
const MAX_PLAN_BYTES: usize = 256 << 20;

/// The plan that a compressed one holds.
///
/// # Errors
/// `CONNECT_INVALID_PLAN.CANNOT_PARSE`, upon which clients send plans as they are, for bytes that are
/// broken; `.PLAN_SIZE_LARGER_THAN_MAX` for more than 256 MiB of them; `.INVALID_ENUM` for a codec or
/// kind that is unknown.
pub(crate) fn plan(compressed: &proto::plan::CompressedOperation) -> Result<proto::Plan> {
    bounded_plan(compressed, MAX_PLAN_BYTES)
}

fn bounded_plan(
    compressed: &proto::plan::CompressedOperation,
    limit: usize,
) -> Result<proto::Plan> {
    match compressed.compression_codec() {
        proto::CompressionCodec::Zstd => {}
        other => {
            let number = compressed.compression_codec;
            return Err(unknown("CompressionCodec", other.as_str_name(), number));
        }
    }
    let op_type = match compressed.op_type() {
        Compressed::Relation => {
            let bytes = decompress(&compressed.data, limit)?;
            OpType::Root(decode(bytes.into()).map_err(broken)?)
        }
        Compressed::Command => {
            let bytes = decompress(&compressed.data, limit)?;
            OpType::Command(decode(bytes.into()).map_err(broken)?)
        }
        other => {
            let kind = "Plan.CompressedOperation.OpType";
            return Err(unknown(kind, other.as_str_name(), compressed.op_type));
        }
    };
    Ok(proto::Plan {
        op_type: Some(op_type),
    })
}

fn decompress(data: &[u8], limit: usize) -> Result<Vec<u8>> {
    let decoder = zstd::stream::read::Decoder::new(data).map_err(broken)?;
    let mut bytes = Vec::new();
    let read = decoder.take(limit as u64 + 1).read_to_end(&mut bytes);
    read.map_err(broken)?;
    if bytes.len() > limit {
        return Err(
            SqlError::new(condition::CONNECT_INVALID_PLAN_PLAN_SIZE_LARGER_THAN_MAX)
                .with("planSize", "unknown")
                .with("maxPlanSize", limit.to_string()),
        );
    }
    Ok(bytes)
}

fn broken(error: impl std::fmt::Display) -> SqlError {
    SqlError::new(condition::CONNECT_INVALID_PLAN_CANNOT_PARSE).with("errorMsg", error.to_string())
}

fn unknown(kind: &str, name: &str, number: i32) -> SqlError {
    SqlError::new(condition::CONNECT_INVALID_PLAN_INVALID_ENUM)
        .with("fullName", format!("spark.connect.{kind}"))
        .with("name", name)
        .with("number", number.to_string())
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;

    fn compressed(plain: &[u8], op_type: Compressed) -> proto::plan::CompressedOperation {
        proto::plan::CompressedOperation {
            data: zstd::encode_all(plain, 19).expect("memory is there").into(),
            op_type: op_type.into(),
            compression_codec: proto::CompressionCodec::Zstd.into(),
        }
    }

    fn range() -> proto::Relation {
        let range = proto::Range {
            end: 5,
            step: 1,
            ..Default::default()
        };
        proto::Relation {
            rel_type: Some(proto::relation::RelType::Range(range)),
            ..Default::default()
        }
    }

    #[test]
    fn relations_and_commands_come_out() {
        let bytes = range().encode_to_vec();
        let root = plan(&compressed(&bytes, Compressed::Relation));
        assert_eq!(
            root.map(|plan| plan.op_type),
            Ok(Some(OpType::Root(range())))
        );
        let command = proto::Command::default();
        let bytes = command.encode_to_vec();
        let found = plan(&compressed(&bytes, Compressed::Command));
        assert_eq!(
            found.map(|plan| plan.op_type),
            Ok(Some(OpType::Command(command)))
        );
    }

    #[test]
    fn s6_a_bomb_is_refused_while_it_is_read() {
        let bomb = compressed(&vec![0; 8 << 20], Compressed::Relation);
        assert!(bomb.data.len() < 4096);
        let error = bounded_plan(&bomb, 1 << 20).expect_err("too large");
        assert_eq!(
            error.condition().name,
            "CONNECT_INVALID_PLAN.PLAN_SIZE_LARGER_THAN_MAX"
        );
        let exact = range().encode_to_vec();
        let small = compressed(&exact, Compressed::Relation);
        assert!(bounded_plan(&small, exact.len()).is_ok());
        assert!(bounded_plan(&small, exact.len() - 1).is_err());
    }

    #[test]
    fn broken_bytes_and_unknown_kinds_are_errors() {
        let whole = compressed(&range().encode_to_vec(), Compressed::Relation);
        let conditions = |change: &dyn Fn(&mut proto::plan::CompressedOperation)| {
            let mut odd = whole.clone();
            change(&mut odd);
            plan(&odd).expect_err("odd").condition().name.to_string()
        };
        let cannot_parse = "CONNECT_INVALID_PLAN.CANNOT_PARSE";
        assert_eq!(
            conditions(&|odd| odd.data = b"xxx".as_slice().into()),
            cannot_parse
        );
        assert_eq!(
            conditions(&|odd| odd.data = odd.data.slice(..odd.data.len() - 3)),
            cannot_parse
        );
        let text = compressed(b"no message", Compressed::Relation).data;
        assert_eq!(conditions(&|odd| odd.data = text.clone()), cannot_parse);
        let invalid = "CONNECT_INVALID_PLAN.INVALID_ENUM";
        assert_eq!(conditions(&|odd| odd.compression_codec = 0), invalid);
        assert_eq!(conditions(&|odd| odd.op_type = 77), invalid);
    }
}
