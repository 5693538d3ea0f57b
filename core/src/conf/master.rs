//! Master URLs: where the tasks of a context run.
//!
//! Only the text is understood here. Whether there is a cluster manager for it is asked when the
//! context starts.

use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;

use crate::error::{Error, Result};

/// How many worker threads a local master has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LocalThreads {
    /// This many.
    Fixed(NonZeroUsize),
    /// `*`: as many as the machine has cores for this process.
    AllCores,
}

impl LocalThreads {
    /// The number of threads on this machine.
    pub fn count(self) -> usize {
        match self {
            LocalThreads::Fixed(n) => n.get(),
            LocalThreads::AllCores => {
                std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
            }
        }
    }
}

impl fmt::Display for LocalThreads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LocalThreads::Fixed(n) => n.fmt(f),
            LocalThreads::AllCores => f.write_str("*"),
        }
    }
}

/// A master URL, as `spark.master` holds it.
///
/// ```
/// use flint_core::conf::MasterUrl;
///
/// let master: MasterUrl = "local[4,3]".parse()?;
/// assert_eq!(master.local_threads(), Some(4));
/// assert_eq!(master.max_failures(), Some(3));
/// assert_eq!(master.to_string(), "local[4,3]");
/// assert!("local[0]".parse::<MasterUrl>().is_err());
/// # Ok::<(), flint_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MasterUrl {
    /// `local`, `local[N]`, `local[*]`, `local[N,F]`, `local[*,F]`: threads of this process.
    Local {
        /// `None` for plain `local`, which has one thread.
        threads: Option<LocalThreads>,
        /// `F`: how often a task may fail before its job does. Without it, once.
        max_failures: Option<NonZeroUsize>,
    },
    /// `local-cluster[n,cores,memMB]`: processes on this machine.
    LocalCluster {
        /// Number of executor processes.
        executors: NonZeroUsize,
        /// Slots of each.
        cores: NonZeroUsize,
        /// Memory of each, in MiB.
        memory_mib: NonZeroUsize,
    },
    /// `flint://host:port[,host:port]`: Flint's own standalone cluster; several for high
    /// availability.
    Flint {
        /// The masters, each `host:port`.
        masters: Vec<String>,
    },
    /// `k8s://…`: Kubernetes.
    Kubernetes {
        /// What follows `k8s://`: the API server.
        api_server: String,
    },
    /// `yarn`.
    Yarn,
    /// `mesos://…`.
    Mesos {
        /// What follows `mesos://`.
        master: String,
    },
}

impl MasterUrl {
    /// Worker threads of a local master; `None` for the others.
    pub fn local_threads(&self) -> Option<usize> {
        match self {
            MasterUrl::Local { threads, .. } => Some(threads.map_or(1, LocalThreads::count)),
            _ => None,
        }
    }

    /// How often a task may fail before its job does, where the master decides that: as in Spark,
    /// a local master ignores `spark.task.maxFailures` and allows one failure unless it says
    /// otherwise. `None` for the others: the key decides.
    pub fn max_failures(&self) -> Option<usize> {
        match self {
            MasterUrl::Local { max_failures, .. } => {
                Some(max_failures.map_or(1, NonZeroUsize::get))
            }
            _ => None,
        }
    }
}

impl FromStr for MasterUrl {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self> {
        parse(url).map_err(|reason| Error::Master {
            url: url.to_owned(),
            reason,
        })
    }
}

fn parse(url: &str) -> Result<MasterUrl, String> {
    if url == "local" {
        return Ok(MasterUrl::Local {
            threads: None,
            max_failures: None,
        });
    }
    if let Some(arguments) = bracketed(url, "local") {
        return parse_local(&arguments);
    }
    if let Some(arguments) = bracketed(url, "local-cluster") {
        return parse_local_cluster(&arguments);
    }
    if url == "yarn" {
        return Ok(MasterUrl::Yarn);
    }
    let (scheme, rest) = url.split_once("://").unwrap_or((url, ""));
    match scheme {
        "flint" => parse_flint(rest),
        "k8s" if !rest.is_empty() => Ok(MasterUrl::Kubernetes {
            api_server: rest.to_owned(),
        }),
        "mesos" if !rest.is_empty() => Ok(MasterUrl::Mesos {
            master: rest.to_owned(),
        }),
        "spark" => Err(format!(
            "a Spark standalone master can't run Flint's tasks; start Flint's own and use `flint://{rest}`"
        )),
        _ => Err(
            "it is none of local, local[N], local[*], local[N,F], local[*,F], local-cluster[n,cores,memMB], \
             flint://host:port, k8s://…, yarn, mesos://…"
                .to_owned(),
        ),
    }
}

/// The arguments of `name[a,b]`.
fn bracketed<'a>(url: &'a str, name: &str) -> Option<Vec<&'a str>> {
    let inner = url
        .strip_prefix(name)?
        .strip_prefix('[')?
        .strip_suffix(']')?;
    Some(inner.split(',').map(str::trim).collect())
}

fn positive(text: &str, what: &str) -> Result<NonZeroUsize, String> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = digits.then(|| text.parse().ok()).flatten();
    number.ok_or_else(|| {
        format!("the number of {what} must be a whole number of at least 1, not `{text}`")
    })
}

fn parse_local(arguments: &[&str]) -> Result<MasterUrl, String> {
    let (threads, failures) = match *arguments {
        [threads] => (threads, None),
        [threads, failures] => (threads, Some(failures)),
        _ => return Err("local takes one or two arguments: threads and task failures".to_owned()),
    };
    let threads = match threads {
        "*" => LocalThreads::AllCores,
        n => LocalThreads::Fixed(positive(n, "threads")?),
    };
    Ok(MasterUrl::Local {
        threads: Some(threads),
        max_failures: failures.map(|f| positive(f, "task failures")).transpose()?,
    })
}

fn parse_local_cluster(arguments: &[&str]) -> Result<MasterUrl, String> {
    let [executors, cores, memory] = *arguments else {
        return Err(
            "local-cluster takes three arguments: executors, cores of each and MiB of each"
                .to_owned(),
        );
    };
    Ok(MasterUrl::LocalCluster {
        executors: positive(executors, "executors")?,
        cores: positive(cores, "cores")?,
        memory_mib: positive(memory, "MiB")?,
    })
}

fn parse_flint(masters: &str) -> Result<MasterUrl, String> {
    let masters: Vec<String> = masters.split(',').map(|m| m.trim().to_owned()).collect();
    for master in &masters {
        let port = master.rsplit_once(':').filter(|(host, _)| !host.is_empty());
        if port
            .and_then(|(_, port)| port.parse::<u16>().ok())
            .is_none_or(|p| p == 0)
        {
            return Err(format!("`{master}` is not host:port"));
        }
    }
    Ok(MasterUrl::Flint { masters })
}

impl fmt::Display for MasterUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MasterUrl::Local { threads: None, .. } => f.write_str("local"),
            MasterUrl::Local {
                threads: Some(threads),
                max_failures,
            } => match max_failures {
                None => write!(f, "local[{threads}]"),
                Some(failures) => write!(f, "local[{threads},{failures}]"),
            },
            MasterUrl::LocalCluster {
                executors,
                cores,
                memory_mib,
            } => {
                write!(f, "local-cluster[{executors},{cores},{memory_mib}]")
            }
            MasterUrl::Flint { masters } => write!(f, "flint://{}", masters.join(",")),
            MasterUrl::Kubernetes { api_server } => write!(f, "k8s://{api_server}"),
            MasterUrl::Yarn => f.write_str("yarn"),
            MasterUrl::Mesos { master } => write!(f, "mesos://{master}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_understood_and_shown_again() {
        for url in [
            "local",
            "local[1]",
            "local[16]",
            "local[*]",
            "local[2,4]",
            "local[*,4]",
            "local-cluster[2,1,512]",
            "flint://host:7077",
            "flint://a:1,b:2,[::1]:3",
            "k8s://https://api:443",
            "yarn",
            "mesos://zk://a:2181/mesos",
        ] {
            assert_eq!(url.parse::<MasterUrl>().unwrap().to_string(), url);
        }
        let spaced: MasterUrl = "local-cluster[ 2 , 1 , 512 ]".parse().unwrap();
        assert_eq!(spaced.to_string(), "local-cluster[2,1,512]");
    }

    #[test]
    fn local_masters_count_threads_and_failures() {
        let of = |url: &str| {
            let master: MasterUrl = url.parse().unwrap();
            (master.local_threads(), master.max_failures())
        };
        let cores = std::thread::available_parallelism().unwrap().get();
        assert_eq!(of("local"), (Some(1), Some(1)));
        assert_eq!(of("local[3]"), (Some(3), Some(1)));
        assert_eq!(of("local[*]"), (Some(cores), Some(1)));
        assert_eq!(of("local[3,7]"), (Some(3), Some(7)));
        assert_eq!(of("yarn"), (None, None));
    }

    #[test]
    fn the_rest_is_refused_with_a_reason() {
        for (url, reason) in [
            ("", "none of local"),
            ("locally", "none of local"),
            ("local[]", "at least 1"),
            ("local[0]", "at least 1"),
            ("local[-1]", "at least 1"),
            ("local[+1]", "at least 1"),
            ("local[2,0]", "at least 1"),
            ("local[2,*]", "at least 1"),
            ("local[1,2,3]", "one or two"),
            ("local-cluster[1,2]", "three"),
            ("local-cluster[1,2,x]", "MiB"),
            ("flint://", "host:port"),
            ("flint://host", "host:port"),
            ("flint://host:99999", "host:port"),
            ("flint://a:1,", "host:port"),
            ("spark://host:7077", "flint://host:7077"),
            ("k8s://", "none of local"),
            ("http://x", "none of local"),
        ] {
            match url.parse::<MasterUrl>() {
                Err(Error::Master {
                    url: named,
                    reason: why,
                }) => {
                    assert_eq!(named, url);
                    assert!(why.contains(reason), "{url}: {why}");
                }
                other => panic!("{url}: {other:?}"),
            }
        }
    }
}
