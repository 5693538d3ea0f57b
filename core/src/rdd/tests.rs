//! Lineage of great depth and width, and programs as bytes.

use std::sync::Arc;

use super::Rdd;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::exec::{KillFlag, ShuffleInputs, TaskSpec, run_task};
use crate::plan::{SinkValue, StageProgram, planner};
use crate::scheduler::AttemptId;

fn ctx() -> Context {
    Context::local("local[2]").expect("a local context starts")
}

const DEEP: usize = 10_000;

#[test]
fn ten_thousand_chained_maps_run_and_drop() -> Result<()> {
    let mut rdd = ctx().range(0, 100, 1, 2)?;
    for _ in 0..DEEP {
        rdd = rdd.map(|x| x + 1);
    }
    let expected: Vec<i64> = (0..100).map(|x| x + DEEP as i64).collect();
    assert_eq!(rdd.collect()?, expected);
    Ok(())
}

#[test]
fn ten_thousand_chained_map_partitions_run_and_drop() -> Result<()> {
    let mut rdd = ctx().range(0, 10, 1, 2)?;
    for _ in 0..DEEP {
        rdd = rdd.map_partitions(|records| records.map(|x| x + 1));
    }
    let expected: Vec<i64> = (0..10).map(|x| x + DEEP as i64).collect();
    assert_eq!(rdd.collect()?, expected);
    Ok(())
}

#[test]
fn ten_thousand_chained_unions_run_and_drop() -> Result<()> {
    let ctx = ctx();
    let one = ctx.parallelize(vec![1_u64], 1);
    let mut rdd = one.clone();
    for _ in 1..DEEP {
        rdd = ctx.union(&[rdd, one.clone()]);
    }
    assert_eq!(rdd.num_partitions(), DEEP);
    assert_eq!(rdd.count()?, DEEP as u64);
    Ok(())
}

#[test]
fn a_hundred_thousand_empty_partitions_end() -> Result<()> {
    let rdd = ctx().parallelize(Vec::<u64>::new(), 100_000);
    assert_eq!(rdd.count()?, 0);
    Ok(())
}

#[test]
fn many_chained_shuffles_run_and_drop() -> Result<()> {
    let mut rdd = ctx().range(0, 20, 1, 2)?.map(|x| (x % 5, 1_u64));
    for _ in 0..200 {
        rdd = rdd.reduce_by_key(|a, b| a + b, 2).map(|(k, v)| (k + 1, v));
    }
    let mut out = rdd.collect()?;
    out.sort_unstable();
    assert_eq!(out, [(200, 4), (201, 4), (202, 4), (203, 4), (204, 4)]);
    Ok(())
}

/// Runs the program that collects `rdd`, after a trip through bytes, for one partition.
pub(super) fn collect_through_bytes(rdd: &Rdd<i64>, partition: u32) -> Result<Vec<i64>> {
    let sink =
        super::step::ResultSink::<i64, Vec<i64>, (), _>::handle(crate::closure::Shipped::new(
            Arc::new(()),
            |(): &(), cx: &crate::TaskContext, records| {
                super::transform::collect_partition(cx, records)
            },
            std::panic::Location::caller(),
        ));
    let program = planner::program(rdd.node(), sink);
    let program = Arc::new(StageProgram::decode(&program.encode()?)?);
    let id = AttemptId {
        stage: 0,
        stage_attempt: 0,
        partition,
        attempt: 0,
    };
    let spec = TaskSpec {
        id,
        program,
        inputs: Arc::new(ShuffleInputs::default()),
        shuffle: None,
    };
    let env = &rdd.context().inner().env;
    let success = run_task(env, &spec, &Arc::new(KillFlag::default())).end?;
    match success.output.value {
        SinkValue::Local(value) => Ok(*value.downcast::<Vec<i64>>().expect("a vector")),
        SinkValue::Wire(_) => panic!("the task ran here"),
    }
}

#[test]
fn a_program_without_captures_survives_as_bytes() -> Result<()> {
    let ctx = ctx();
    let rdd = ctx
        .range(0, 10, 1, 2)?
        .with((3_i64, "x".to_owned()))
        .map(|(factor, _), x| x * factor)
        .filter(|x| x % 2 == 0)
        .flat_map(|x| [x, x + 1])
        .map_partitions_with_index(|i, records| records.map(move |x| x + i as i64));
    let all = rdd.glom().collect()?;
    assert_eq!(collect_through_bytes(&rdd, 0)?, all[0]);
    assert_eq!(collect_through_bytes(&rdd, 1)?, all[1]);
    Ok(())
}

#[test]
fn a_closure_with_captures_is_refused_with_its_place() -> Result<()> {
    let captured = std::hint::black_box(3_i64);
    let rdd = ctx().range(0, 10, 1, 2)?.map(move |x| x * captured);
    let line = line!() - 1;
    match collect_through_bytes(&rdd, 0) {
        Err(Error::NotPortable { site, fix, .. }) => {
            assert_eq!(site.line, line);
            assert!(site.file.ends_with("tests.rs"), "{site}");
            assert!(fix.contains("with(env)"), "{fix}");
        }
        other => panic!("expected a refusal, got {other:?}"),
    }
    Ok(())
}

#[test]
fn a_program_of_another_build_is_refused() -> Result<()> {
    let forged = postcard::to_allocvec(&("0123", Vec::<u8>::new())).expect("it encodes");
    match StageProgram::decode(&forged) {
        Err(Error::ForeignBuild { theirs, .. }) => assert_eq!(theirs, "0123"),
        other => panic!("expected a refusal, got {other:?}"),
    }
    Ok(())
}
