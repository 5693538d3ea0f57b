//! What this process takes of the machine: resident memory as the kernel counts it, and files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Resident memory in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resident {
    /// Now (`VmRSS`).
    pub now: u64,
    /// The most since the process began (`VmHWM`).
    pub peak: u64,
}

impl Resident {
    /// Reads `/proc/self/status`, so on Linux only.
    ///
    /// # Errors
    /// If the file can't be read, or has no such lines.
    pub fn of_this_process() -> io::Result<Resident> {
        let status = fs::read_to_string("/proc/self/status")?;
        let field = |name| {
            kibibytes(&status, name)
                .ok_or_else(|| io::Error::other(format!("/proc/self/status has no {name}")))
        };
        Ok(Resident {
            now: field("VmRSS")? << 10,
            peak: field("VmHWM")? << 10,
        })
    }
}

fn kibibytes(status: &str, name: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.trim().strip_suffix("kB")?.trim_end().parse().ok()
}

/// Files below some directories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// How many, directories not among them.
    pub count: u64,
    /// Their bytes together.
    pub bytes: u64,
}

impl Files {
    /// Counts the files below directories. What disappears meanwhile is not counted.
    ///
    /// # Errors
    /// If a directory is there and can't be read.
    pub fn below<P: AsRef<Path>>(directories: impl IntoIterator<Item = P>) -> io::Result<Files> {
        let mut files = Files::default();
        for directory in directories {
            files.add(directory.as_ref())?;
        }
        Ok(files)
    }

    fn add(&mut self, directory: &Path) -> io::Result<()> {
        let entries = match fs::read_dir(directory) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => self.add(&entry.path())?,
                Ok(metadata) => {
                    self.count += 1;
                    self.bytes += metadata.len();
                }
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
}

/// Watches how many bytes the files below some directories take at most.
///
/// Looks a hundred times a second, so what comes and goes between two looks is missed.
#[derive(Debug)]
pub struct DiskWatch {
    stop: mpsc::Sender<()>,
    watcher: JoinHandle<io::Result<u64>>,
}

impl DiskWatch {
    /// Begins to watch.
    pub fn begin(directories: Vec<PathBuf>) -> DiskWatch {
        let (stop, stopped) = mpsc::channel();
        let watcher = thread::spawn(move || {
            let mut most = 0;
            loop {
                let ended = stopped.recv_timeout(Duration::from_millis(10));
                most = most.max(Files::below(&directories)?.bytes);
                if ended != Err(mpsc::RecvTimeoutError::Timeout) {
                    return Ok(most);
                }
            }
        });
        DiskWatch { stop, watcher }
    }

    /// Ends the watch, and gives the most bytes that were seen.
    ///
    /// # Errors
    /// If a directory is there and can't be read.
    pub fn end(self) -> io::Result<u64> {
        drop(self.stop);
        let panicked = |_| io::Error::other("the watch panicked");
        self.watcher.join().map_err(panicked)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_resident_memory() {
        let resident = Resident::of_this_process().unwrap();
        assert!(resident.now > 0);
        assert!(resident.peak >= resident.now);
    }

    #[test]
    fn lines_are_found_by_their_whole_name() {
        let status = "VmHWM:\t    2048 kB\nVmRSS:\t  17 kB\nVmR: no\n";
        assert_eq!(kibibytes(status, "VmHWM"), Some(2048));
        assert_eq!(kibibytes(status, "VmRSS"), Some(17));
        assert_eq!(kibibytes(status, "VmR"), None);
        assert_eq!(kibibytes(status, "VmPeak"), None);
    }

    #[test]
    fn a_watch_sees_what_is_there_at_its_end() {
        let dir = tempfile::tempdir().unwrap();
        let watch = DiskWatch::begin(vec![dir.path().to_owned()]);
        fs::write(dir.path().join("one"), [0; 10]).unwrap();
        assert_eq!(watch.end().unwrap(), 10);
    }

    #[test]
    fn files_are_counted_in_all_depths() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("a/b")).unwrap();
        fs::write(dir.path().join("one"), [0; 10]).unwrap();
        fs::write(dir.path().join("a/b/two"), [0; 5]).unwrap();
        let missing = dir.path().join("missing");
        let files = Files::below([dir.path(), &missing]).unwrap();
        assert_eq!(
            files,
            Files {
                count: 2,
                bytes: 15
            }
        );
    }
}
