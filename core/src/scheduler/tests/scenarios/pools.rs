//! FAIR scheduling: exact launch orders.

use crate::scheduler::tests::rig::*;
use crate::scheduler::*;

fn pool(name: &str, mode: SchedulingMode, weight: u32, min_share: u32) -> PoolConf {
    PoolConf {
        mode,
        weight,
        min_share,
        ..PoolConf::new(name)
    }
}

fn fair(slots: u32, pools: Vec<PoolConf>) -> Rig {
    let conf = SchedulerConf {
        mode: SchedulingMode::Fair,
        pools,
        ..SchedulerConf::default()
    };
    Rig::with(conf, slots)
}

/// Ends tasks one by one and tells what is launched in their place.
fn replace(rig: &mut Rig, ends: &[&str]) -> Vec<String> {
    let ended = ends.iter().map(|id| rig.ok(id));
    let launches = ended.map(|actions| launched(&actions).join(" ").replace(" a", ""));
    launches.collect()
}

#[test]
fn slots_are_shared_by_weight() {
    use SchedulingMode::Fifo;
    let mut rig = fair(
        4,
        vec![pool("light", Fifo, 1, 0), pool("heavy", Fifo, 3, 0)],
    );
    assert_eq!(launched(&rig.submit_to("light", 0, 20)).len(), 4);
    assert!(launched(&rig.submit_to("heavy", 1, 20)).is_empty());
    // Running light/heavy: 3/0, 2/1, 1/2: heavy has less per weight each time. 0/3: light's turn.
    let ends = ["0.0/0.0", "0.0/1.0", "0.0/2.0", "0.0/3.0"];
    let expected = ["1.0/0.0", "1.0/1.0", "1.0/2.0", "0.0/4.0"];
    assert_eq!(replace(&mut rig, &ends), expected);
    // One to three is what it stays.
    let ends = ["1.0/0.0", "1.0/1.0", "0.0/4.0", "1.0/2.0"];
    let expected = ["1.0/3.0", "1.0/4.0", "0.0/5.0", "1.0/5.0"];
    assert_eq!(replace(&mut rig, &ends), expected);
    let running: Vec<u32> = rig.scheduler.pools().iter().map(|p| p.running).collect();
    assert_eq!(running, [1, 3, 0], "light, heavy, default");
    rig.drain();
    rig.assert_idle();
}

#[test]
fn minimum_shares_come_before_weights() {
    use SchedulingMode::Fifo;
    let pools = vec![
        pool("rich", Fifo, 100, 0),
        pool("two", Fifo, 1, 2),
        pool("three", Fifo, 1, 3),
    ];
    let mut rig = fair(0, pools);
    for (id, pool) in ["rich", "two", "three"].into_iter().enumerate() {
        rig.submit_to(pool, id as u64, 10);
    }
    // Both needy and with nothing: the name. 0/2 before 1/3, 1/3 before 1/2, 1/2 before 2/3, then
    // 2/3; nobody is needy any more, and the weight decides.
    let launches = rig.add("a", 7);
    let expected = [
        "2.0/0.0 a",
        "1.0/0.0 a",
        "2.0/1.0 a",
        "1.0/1.0 a",
        "2.0/2.0 a",
        "0.0/0.0 a",
        "0.0/1.0 a",
    ];
    assert_eq!(launched(&launches), expected);
    rig.drain();
    rig.assert_idle();
}

#[test]
fn a_pool_is_first_in_first_out_unless_it_says_fair() {
    use SchedulingMode::{Fair, Fifo};
    let mut rig = fair(0, vec![pool("turns", Fair, 1, 0), pool("line", Fifo, 1, 0)]);
    rig.submit_to("turns", 0, 3);
    rig.submit_to("turns", 1, 3);
    rig.submit_to("line", 2, 3);
    rig.submit_to("line", 3, 3);
    let launches = rig.add("a", 8);
    let expected = [
        "2.0/0.0 a",
        "0.0/0.0 a",
        "2.0/1.0 a",
        "1.0/0.0 a",
        "2.0/2.0 a",
        "0.0/1.0 a",
        "3.0/0.0 a",
        "1.0/1.0 a",
    ];
    assert_eq!(launched(&launches), expected);
    rig.drain();
    rig.assert_idle();
}

#[test]
fn an_unknown_pool_gets_defaults_and_no_pool_is_default() {
    let mut rig = fair(1, Vec::new());
    rig.submit(0, vec![result(0, 5, &[])]);
    rig.submit_to("ad hoc", 1, 5);
    assert_eq!(
        replace(&mut rig, &["0.0/0.0", "1.0/0.0"]),
        ["1.0/0.0", "1.0/1.0"]
    );
    let pools = rig.scheduler.pools();
    let seen = pools
        .iter()
        .map(|p| (&*p.name, p.mode, p.weight, p.min_share, p.running));
    let expected = [
        ("default", SchedulingMode::Fifo, 1, 0, 0),
        ("ad hoc", SchedulingMode::Fifo, 1, 0, 1),
    ];
    assert_eq!(seen.collect::<Vec<_>>(), expected);
    assert_eq!(
        rig.scheduler.job(1).unwrap().pool.as_deref(),
        Some("ad hoc")
    );
    rig.drain();
    rig.assert_idle();
}

#[test]
fn pools_mean_nothing_under_fifo() {
    let mut rig = Rig::new(1);
    rig.submit_to("a", 0, 2);
    rig.submit_to("b", 1, 1);
    assert_eq!(
        replace(&mut rig, &["0.0/0.0", "0.0/1.0"]),
        ["0.0/1.0", "1.0/0.0"]
    );
    assert!(rig.scheduler.pools().is_empty());
}

#[test]
fn preferences_hold_inside_of_a_pool() {
    let mut rig = fair(0, Vec::new());
    let at = |e: &str| vec![Location::Executor(ExecutorId::new(e))];
    let stage = StageSpec {
        preferred: std::sync::Arc::new(vec![at("b"), at("a"), vec![], at("a")]),
        ..result(0, 4, &[])
    };
    rig.submit(0, vec![stage]);
    rig.submit_to("other", 1, 4);
    assert_eq!(
        launched(&rig.add("a", 3)),
        ["0.0/1.0 a", "1.0/0.0 a", "0.0/3.0 a"]
    );
    assert_eq!(launched(&rig.add("b", 2)), ["1.0/1.0 b", "0.0/0.0 b"]);
    rig.drain();
    rig.assert_idle();
}
