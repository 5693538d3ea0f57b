//! The rank of pages by the links between them.
//!
//! Shows an iteration: a cached RDD of links that stays where it is, joined round after round with
//! ranks that are partitioned alike, so that only contributions move. Every few rounds a local
//! checkpoint cuts the lineage, which would otherwise grow with each round.
//!
//! ```text
//! $ cargo run -p flint-examples --bin page_rank -- 10000 20
//! 10000 pages, 20 rounds
//!         0 has rank 219.92
//!         2 has rank 158.17
//!         1 has rank 135.67
//! ...
//! ```

use std::collections::BTreeMap;

use flint_core::{Context, Rdd, Result};

use super::{argument, random};

const PARTITIONS: usize = 4;
/// The part of a rank that follows links.
const DAMPING: f64 = 0.85;
/// The most links that a page has beside the one to its successor.
const LINKS: u64 = 5;

/// Pages with their ranks, by page.
pub type Answer = Vec<(u64, f64)>;
/// The pages that each page links to.
pub type Links = Rdd<(u64, Vec<u64>)>;
/// The rank of each page.
pub type Ranks = Rdd<(u64, f64)>;

/// The links of a page: to the next one, so that every page has links in and out, and to some
/// others, of which those with small numbers are preferred.
pub fn links_of(page: u64, pages: u64) -> Vec<u64> {
    let more = random::number(page) % (LINKS + 1);
    let others = (0..more).map(|i| {
        let at = random::fraction(page * LINKS + i + pages);
        (at * at * at * pages as f64) as u64
    });
    let mut links: Vec<u64> = others.collect();
    links.push((page + 1) % pages);
    links
}

/// Ranks so many pages in so many rounds, with a checkpoint every `checkpoint_every` rounds.
///
/// # Errors
/// If a job fails.
pub fn run(ctx: &Context, pages: u64, rounds: u32, checkpoint_every: u32) -> Result<Answer> {
    let links = links(ctx, pages)?.cache();
    let mut ranks = first(&links);
    for round in 1..=rounds {
        ranks = next(&links, &ranks);
        if round % checkpoint_every == 0 {
            ranks.local_checkpoint();
            // The checkpoint is made at the end of this job.
            ranks.count()?;
        }
    }
    let mut ranked = ranks.collect()?;
    ranked.sort_by_key(|(page, _)| *page);
    Ok(ranked)
}

/// The links of all pages, by page.
///
/// # Errors
/// If there are more pages than a partition can number.
pub fn links(ctx: &Context, pages: u64) -> Result<Links> {
    let numbers = ctx.range(0, pages as i64, 1, PARTITIONS)?;
    let pairs = numbers.with(pages).flat_map(|pages, page| {
        let page = page as u64;
        links_of(page, *pages).into_iter().map(move |to| (page, to))
    });
    Ok(pairs.group_by_key(PARTITIONS))
}

/// The ranks before the first round.
pub fn first(links: &Links) -> Ranks {
    links.map_values(|_| 1.0)
}

/// The ranks of the next round: each page gives its rank to the pages it links to, in equal parts.
pub fn next(links: &Links, ranks: &Ranks) -> Ranks {
    links
        .join(ranks, PARTITIONS)
        .flat_map(|(_, (targets, rank))| {
            let part = rank / targets.len() as f64;
            targets.into_iter().map(move |to| (to, part))
        })
        .reduce_by_key(|a, b| a + b, PARTITIONS)
        .map_values(|sum| 1.0 - DAMPING + DAMPING * sum)
}

/// The same answer without Flint, up to the order in which parts are added.
pub fn plain(pages: u64, rounds: u32) -> Answer {
    let links: Vec<Vec<u64>> = (0..pages).map(|page| links_of(page, pages)).collect();
    let mut ranks = vec![1.0; pages as usize];
    for _ in 0..rounds {
        let mut sums: BTreeMap<u64, f64> = BTreeMap::new();
        for (targets, rank) in links.iter().zip(&ranks) {
            for to in targets {
                *sums.entry(*to).or_default() += rank / targets.len() as f64;
            }
        }
        ranks = sums
            .into_values()
            .map(|sum| 1.0 - DAMPING + DAMPING * sum)
            .collect();
    }
    (0..pages).zip(ranks).collect()
}

/// The program: `page_rank [PAGES [ROUNDS]]`.
///
/// # Errors
/// If an argument is not a number, or a job fails.
pub fn main() -> Result<()> {
    let pages: u64 = argument(1, "PAGES", 10_000)?;
    let rounds: u32 = argument(2, "ROUNDS", 20)?;
    let ctx = Context::builder().app_name("page_rank").build()?;
    let mut ranks = run(&ctx, pages, rounds, 5)?;
    ranks.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    println!("{pages} pages, {rounds} rounds");
    for (page, rank) in ranks.iter().take(10) {
        println!("{page:>9} has rank {rank:.2}");
    }
    Ok(())
}
