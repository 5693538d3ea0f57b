//! What a status tracker sees.

use super::super::rig::{Rig, boom, map, result};
use crate::scheduler::*;

#[test]
fn status_counts_what_happens() {
    let mut rig = Rig::new(2);
    let mut spec = crate::scheduler::tests::rig::job(4, vec![map(0, 3, &[]), result(1, 1, &[0])]);
    spec.group = Some("g".into());
    spec.tags = vec!["t".into()];
    rig.step(Event::JobSubmitted(spec));
    rig.ok("0.0/0.0");
    rig.fail("0.0/1.0", boom("x"));
    let status = rig.scheduler.stage(0).unwrap();
    assert_eq!(
        (status.total, status.running, status.done, status.failed),
        (3, 2, 1, 1)
    );
    assert_eq!((status.attempt, status.is_active), (Some(0), true));
    assert_eq!(rig.scheduler.active_stages(), [status]);
    assert_eq!(rig.scheduler.stage(1).unwrap().attempt, None);
    assert_eq!(rig.scheduler.jobs()[0].stages, [0, 1]);
    assert_eq!(rig.scheduler.jobs_of_group("g"), [4]);
    assert_eq!(rig.scheduler.jobs_with_tag("t"), [4]);
    assert!(rig.scheduler.jobs_with_tag("u").is_empty());
    assert_eq!(rig.scheduler.slots(), SlotStatus { total: 2, used: 2 });
}
