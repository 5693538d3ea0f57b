//! What a server's log says: requests by status and by site, bytes sent, lines that nobody can
//! read.
//!
//! Shows shared variables. A broadcast table names the site of an address; accumulators count what
//! is seen by the way. Both reach the closures through [`Rdd::with`](flint_core::Rdd::with). An
//! accumulator counts a partition once per job that computes it, so the program reads the totals
//! after its first job, and the later ones take the parsed requests from the cache.
//!
//! ```text
//! $ cargo run -p flint-examples --bin log_analysis -- 1000000
//! 1000000 lines, 990000 requests, 10000 unreadable, 2473222640 bytes
//! by status: 200 = 890308, 304 = 49655, 404 = 40094, 500 = 9943
//! by site: berlin = 246663, lima = 247701, osaka = 248017, quito = 247619
//! busiest pages: /page/3 = 2055, /page/7 = 2050, /page/13 = 2035, /page/8 = 2015, /page/17 = 2010
//! ```

use std::collections::{BTreeMap, HashMap};

use flint_core::{Broadcast, Context, LongAccumulator, Rdd, Result};
use serde::{Deserialize, Serialize};

use super::{argument, random};

const SITES: [(&str, &str); 4] = [
    ("10.0", "berlin"),
    ("10.1", "lima"),
    ("10.2", "osaka"),
    ("10.3", "quito"),
];
const BUSIEST: usize = 5;

/// What the log says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Lines that could be read.
    pub requests: u64,
    /// Lines that could not.
    pub unreadable: u64,
    /// Bytes sent.
    pub bytes: u64,
    /// Requests by status.
    pub by_status: BTreeMap<u16, u64>,
    /// Requests by the site of the caller.
    pub by_site: BTreeMap<String, u64>,
    /// The pages with the most requests, equally busy ones by name.
    pub busiest: Vec<(String, u64)>,
}

/// A line of the log.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Request {
    site: String,
    page: String,
    status: u16,
}

/// What the parser needs and what it counts.
type Shared = (
    Broadcast<HashMap<String, String>>,
    LongAccumulator,
    LongAccumulator,
);

/// Line `n` of the log: `ADDRESS PAGE STATUS BYTES`. One in a hundred is cut off.
pub fn line(n: u64) -> String {
    let r = random::number(n);
    let (net, host, page) = (r % 4, (r >> 8) % 250, (r >> 16) % 1000);
    // The smaller of two numbers: some pages are busier than others.
    let page = page.min((r >> 32) % 1000);
    let status = match (r >> 48) % 100 {
        0..90 => 200,
        90..95 => 304,
        95..99 => 404,
        _ => 500,
    };
    let address = format!("10.{net}.0.{host}");
    if n % 100 == 99 {
        return address;
    }
    format!("{address} /page/{page} {status} {}", r % 5000)
}

fn sites() -> HashMap<String, String> {
    SITES
        .iter()
        .map(|(net, site)| (String::from(*net), String::from(*site)))
        .collect()
}

/// The fields of a line; `None` if one is missing or wrong.
fn fields(line: &str) -> Option<(&str, &str, u16, u64)> {
    let mut fields = line.split(' ');
    let address = fields.next()?;
    let net = &address[..address.match_indices('.').nth(1)?.0];
    let page = fields.next()?;
    let status = fields.next()?.parse().ok()?;
    let bytes = fields.next()?.parse().ok()?;
    Some((net, page, status, bytes))
}

fn parse((sites, unreadable, bytes): &Shared, line: &str) -> Option<Request> {
    let Some((net, page, status, sent)) = fields(line) else {
        unreadable.add(1);
        return None;
    };
    bytes.add(sent as i64);
    let site = sites.value().get(net);
    Some(Request {
        site: site.map_or("elsewhere", String::as_str).to_owned(),
        page: page.to_owned(),
        status,
    })
}

/// Makes a log of so many lines and analyses it.
///
/// # Errors
/// If a job fails.
pub fn run(ctx: &Context, lines: u64) -> Result<Answer> {
    let unreadable = ctx.long_accumulator("unreadable lines");
    let bytes = ctx.long_accumulator("bytes");
    let shared: Shared = (ctx.broadcast(sites()), unreadable.clone(), bytes.clone());
    let requests = ctx
        .range(0, lines as i64, 1, 0)?
        .map(|n| line(n as u64))
        .with(shared)
        .flat_map(|shared, line| parse(shared, &line))
        .cache();

    let by_status: BTreeMap<u16, u64> = tally(&requests.map(|r| r.status))?.into_iter().collect();
    // The first job is done: every line has been parsed once.
    let (unreadable, bytes) = (unreadable.sum() as u64, bytes.sum() as u64);
    let by_site = tally(&requests.map(|r| r.site))?.into_iter().collect();
    let by_page = tally(&requests.map(|r| r.page))?;
    Ok(Answer {
        requests: by_status.values().sum(),
        unreadable,
        bytes,
        by_status,
        by_site,
        busiest: busiest(by_page),
    })
}

/// How often each key occurs.
fn tally<K: flint_core::Key>(keys: &Rdd<K>) -> Result<Vec<(K, u64)>> {
    keys.map(|key| (key, 1))
        .reduce_by_key(|a, b| a + b, 0)
        .collect()
}

fn busiest(mut pages: Vec<(String, u64)>) -> Vec<(String, u64)> {
    pages.sort_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
    pages.truncate(BUSIEST);
    pages
}

/// The same answer without Flint.
pub fn plain(lines: u64) -> Answer {
    let (sites, mut answer) = (sites(), Answer::default());
    let mut pages: HashMap<String, u64> = HashMap::new();
    for line in (0..lines).map(line) {
        let Some((net, page, status, bytes)) = fields(&line) else {
            answer.unreadable += 1;
            continue;
        };
        answer.requests += 1;
        answer.bytes += bytes;
        *answer.by_status.entry(status).or_default() += 1;
        *answer.by_site.entry(sites[net].clone()).or_default() += 1;
        *pages.entry(page.to_owned()).or_default() += 1;
    }
    answer.busiest = busiest(pages.into_iter().collect());
    answer
}

/// The program: `log_analysis [LINES]`.
///
/// # Errors
/// If the argument is not a number, or a job fails.
pub fn main() -> Result<()> {
    let lines: u64 = argument(1, "LINES", 1_000_000)?;
    let ctx = Context::builder().app_name("log_analysis").build()?;
    let answer = run(&ctx, lines)?;
    println!(
        "{lines} lines, {} requests, {} unreadable, {} bytes",
        answer.requests, answer.unreadable, answer.bytes
    );
    println!("by status: {}", listed(&answer.by_status));
    println!("by site: {}", listed(&answer.by_site));
    println!(
        "busiest pages: {}",
        listed(answer.busiest.iter().map(|(p, n)| (p, n)))
    );
    Ok(())
}

fn listed<'a, K: std::fmt::Display + 'a>(
    counts: impl IntoIterator<Item = (&'a K, &'a u64)>,
) -> String {
    let parts: Vec<String> = counts
        .into_iter()
        .map(|(key, n)| format!("{key} = {n}"))
        .collect();
    parts.join(", ")
}
