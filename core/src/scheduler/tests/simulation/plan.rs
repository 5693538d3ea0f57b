//! What a simulation run plays ([`Plan`]), made from a seed.

use std::time::Duration;

use crate::scheduler::{ExclusionConf, PoolConf, SchedulingMode, SpeculationConf};

/// SplitMix64: small, fast, and good enough to choose faults.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn range(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// True `percent` times of a hundred.
    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    fn subset(&mut self, n: u64, percent: u64) -> Vec<u64> {
        (0..n).filter(|_| self.chance(percent)).collect()
    }
}

/// A shuffle; its map stage bears the same number.
#[derive(Clone, Debug)]
pub(super) struct ShufflePlan {
    pub(super) maps: u32,
    pub(super) parents: Vec<u64>,
    pub(super) indeterminate: bool,
}

/// A job; its last stage bears number 100 + its own.
#[derive(Clone, Debug)]
pub(super) struct JobPlan {
    pub(super) id: u64,
    pub(super) at: u64,
    pub(super) tasks: u32,
    pub(super) wanted: Option<Vec<u32>>,
    pub(super) parents: Vec<u64>,
    pub(super) external: bool,
    pub(super) indeterminate: bool,
}

/// Something that goes wrong. Times are milliseconds; `nth` counts starts of tasks, or messages.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// An executor dies and comes back.
    Kill {
        at: u64,
        executor: usize,
        announced: bool,
        noticed_after: u64,
        back_after: u64,
    },
    /// A map output vanishes; only a reader finds out.
    Delete { at: u64, shuffle: u64, map: u32 },
    /// A map output vanishes, and the driver is told.
    Lose { at: u64, shuffle: u64, map: u32 },
    /// A shuffle is dropped, if no job is still to come that reads it.
    Drop { at: u64, shuffle: u64 },
    /// A user cancels a job.
    Cancel { at: u64, job: u64 },
    /// A task fails.
    Fail { nth: u64 },
    /// A task takes its executor along.
    Crash { nth: u64 },
    /// A message comes twice.
    Repeat { nth: u64, after: u64 },
    /// A message comes late.
    Delay { nth: u64, by: u64 },
    /// No output of a shuffle can be read, ever.
    Rot { shuffle: u64 },
    /// A partition of a stage fails whenever it is tried.
    Poison {
        stage: u64,
        partition: u32,
        kills: bool,
    },
}

/// Everything that a run depends on.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) seed: u64,
    pub(super) max_task_failures: u32,
    /// Slots of each executor.
    pub(super) executors: Vec<u32>,
    pub(super) shuffles: Vec<ShufflePlan>,
    pub(super) jobs: Vec<JobPlan>,
    pub(super) faults: Vec<Fault>,
    /// Whether all executors go for good in the end.
    pub(super) ends_alone: bool,
    /// The pools of FAIR, or none for FIFO.
    pub(super) pools: Option<Vec<PoolConf>>,
    pub(super) speculation: Option<SpeculationConf>,
    pub(super) exclusion: Option<ExclusionConf>,
}

impl Plan {
    pub(super) fn of(seed: u64) -> Plan {
        let mut r = Random::new(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let shuffles: Vec<_> = (0..r.range(1, 5)).map(|i| shuffle(&mut r, i)).collect();
        let jobs: Vec<_> = (0..r.range(1, 6))
            .map(|i| job(&mut r, i, shuffles.len() as u64))
            .collect();
        let executors: Vec<_> = (0..r.range(1, 4)).map(|_| r.range(1, 3) as u32).collect();
        let mut plan = Plan {
            seed,
            max_task_failures: r.range(1, 4) as u32,
            executors,
            shuffles,
            jobs,
            faults: Vec::new(),
            ends_alone: r.chance(5),
            pools: None,
            speculation: None,
            exclusion: None,
        };
        // Few faults in some seeds, many in others.
        let most = [1, 3, 8, 20][r.range(0, 3) as usize];
        plan.faults = (0..r.range(0, most)).map(|_| plan.fault(&mut r)).collect();
        plan.pools = r.chance(40).then(|| pools(&mut r));
        plan.speculation = r.chance(50).then(|| speculation(&mut r));
        plan.exclusion = r.chance(35).then(|| exclusion(&mut r));
        plan
    }

    fn fault(&self, r: &mut Random) -> Fault {
        let at = r.range(0, 250);
        let shuffle = r.range(0, self.shuffles.len() as u64 - 1);
        let maps = self.shuffles[shuffle as usize].maps;
        let map = r.range(0, u64::from(maps)) as u32;
        let nth = r.range(0, 80);
        match r.range(0, 99) {
            0..30 => Fault::Kill {
                at,
                executor: r.range(0, self.executors.len() as u64 - 1) as usize,
                announced: r.chance(50),
                noticed_after: r.range(0, 15),
                back_after: [r.range(0, 20), r.range(0, 20), 700][r.range(0, 2) as usize],
            },
            30..50 => Fault::Delete { at, shuffle, map },
            50..56 => Fault::Lose { at, shuffle, map },
            56..58 => Fault::Drop { at, shuffle },
            58..62 => Fault::Cancel {
                at,
                job: r.range(0, self.jobs.len() as u64 - 1),
            },
            62..72 => Fault::Fail { nth },
            72..76 => Fault::Crash { nth },
            76..86 => Fault::Repeat {
                nth,
                after: r.range(0, 60),
            },
            86..96 => Fault::Delay {
                nth,
                by: r.range(5, 120),
            },
            96 => Fault::Rot { shuffle },
            _ => Fault::Poison {
                stage: if r.chance(50) {
                    shuffle
                } else {
                    100 + r.range(0, 5)
                },
                partition: r.range(0, 3) as u32,
                kills: r.chance(50),
            },
        }
    }

    /// Shuffles that some shuffles read, directly or not, themselves included, parents first.
    pub(super) fn ancestors(&self, of: &[u64]) -> Vec<u64> {
        let mut wanted = vec![false; self.shuffles.len()];
        of.iter().for_each(|&s| wanted[s as usize] = true);
        for s in (0..self.shuffles.len())
            .rev()
            .filter(|&s| wanted[s])
            .collect::<Vec<_>>()
        {
            self.mark(s, &mut wanted);
        }
        (0..self.shuffles.len() as u64)
            .filter(|&s| wanted[s as usize])
            .collect()
    }

    fn mark(&self, shuffle: usize, wanted: &mut [bool]) {
        for &parent in &self.shuffles[shuffle].parents {
            wanted[parent as usize] = true;
            self.mark(parent as usize, wanted);
        }
    }

    /// All plans with one job, fault or setting less.
    pub(super) fn smaller(&self) -> Vec<Plan> {
        let mut all = Vec::new();
        for i in 0..self.faults.len() {
            let mut plan = self.clone();
            plan.faults.remove(i);
            all.push(plan);
        }
        for i in 0..self.jobs.len() {
            let mut plan = self.clone();
            plan.jobs.remove(i);
            all.push(plan);
        }
        let without = |change: fn(&mut Plan)| {
            let mut plan = self.clone();
            change(&mut plan);
            plan
        };
        if self.pools.is_some() {
            all.push(without(|plan| plan.pools = None));
        }
        if self.speculation.is_some() {
            all.push(without(|plan| plan.speculation = None));
        }
        if self.exclusion.is_some() {
            all.push(without(|plan| plan.exclusion = None));
        }
        if self.ends_alone {
            all.push(Plan {
                ends_alone: false,
                ..self.clone()
            });
        }
        all
    }
}

/// Some of the pools `p0`, `p1` and `p2` that jobs name.
fn pools(r: &mut Random) -> Vec<PoolConf> {
    let pool = |r: &mut Random, i: u64| PoolConf {
        mode: if r.chance(50) {
            SchedulingMode::Fair
        } else {
            SchedulingMode::Fifo
        },
        weight: r.range(1, 3) as u32,
        min_share: r.range(0, 2) as u32,
        ..PoolConf::new(format!("p{i}"))
    };
    let known = r.subset(3, 60);
    known.into_iter().map(|i| pool(r, i)).collect()
}

/// Most tasks take 1 to 15 ms, some 60.
fn speculation(r: &mut Random) -> SpeculationConf {
    SpeculationConf {
        interval: Duration::from_millis(r.range(1, 10)),
        multiplier: [1.0, 1.5, 3.0][r.range(0, 2) as usize],
        quantile: [0.0, 0.5, 0.9][r.range(0, 2) as usize],
        min_task_runtime: Duration::from_millis(r.range(0, 10)),
        threshold: r.chance(30).then_some(Duration::from_millis(20)),
    }
}

fn exclusion(r: &mut Random) -> ExclusionConf {
    let level = r.range(0, 2);
    let mut limit = |most| r.range(1, most) as u32;
    ExclusionConf {
        task_and_stage: level != 0,
        application: level != 1,
        task_attempts_per_executor: limit(2),
        task_attempts_per_host: limit(3),
        stage_tasks_per_executor: limit(3),
        stage_executors_per_host: limit(2),
        application_tasks_per_executor: limit(3),
        application_executors_per_host: limit(2),
        fetch_failures: r.chance(30),
        timeout: Duration::from_millis(r.range(0, 150)),
    }
}

fn shuffle(r: &mut Random, i: u64) -> ShufflePlan {
    ShufflePlan {
        maps: r.range(1, 5) as u32,
        parents: r.subset(i, 40),
        indeterminate: r.chance(30),
    }
}

fn job(r: &mut Random, id: u64, shuffles: u64) -> JobPlan {
    let external = r.chance(12);
    let tasks = if r.chance(5) { 0 } else { r.range(1, 6) as u32 };
    let wanted = (!external && r.chance(20)).then(|| {
        r.subset(u64::from(tasks), 60)
            .into_iter()
            .map(|p| p as u32)
            .collect()
    });
    JobPlan {
        id,
        at: if r.chance(50) { 0 } else { r.range(0, 150) },
        tasks,
        wanted,
        parents: if external && r.chance(60) {
            Vec::new()
        } else {
            r.subset(shuffles, 50)
        },
        external,
        indeterminate: r.chance(10),
    }
}
