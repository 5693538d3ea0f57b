//! Files come back as written or not at all, and none stays behind.

use std::fs::OpenOptions;

use super::*;

fn dirs(root: &Path) -> Arc<LocalDirs> {
    LocalDirs::new(&[root.to_owned()]).unwrap()
}

/// Names in the only directory of `dirs`, but for the lock file.
fn files(dirs: &LocalDirs) -> Vec<String> {
    let dir = dirs.paths().next().unwrap();
    let names = fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap());
    names.filter(|n| n != "owner").collect()
}

fn children(root: &Path) -> usize {
    fs::read_dir(root).unwrap().count()
}

/// A file with two blocks of numbers.
fn two_blocks(dirs: &Arc<LocalDirs>) -> (Arc<SpillFile>, [BlockSpan; 2]) {
    let mut writer = dirs.create_spill("test").unwrap();
    let spans = [
        writer.write_block(&[1_u64, 2, 3]).unwrap(),
        writer.write_block(&[4_u64]).unwrap(),
    ];
    (writer.finish().unwrap(), spans)
}

#[test]
fn blocks_are_read_in_any_order() {
    let root = tempfile::tempdir().unwrap();
    let dirs = dirs(root.path());
    let mut writer = dirs.create_spill("sort").unwrap();
    assert!(writer.is_empty());
    let numbers = writer.write_block(&[1_u64, 2, 3]).unwrap();
    let texts = writer
        .write_block(&["a".to_owned(), "b".repeat(1 << 18)])
        .unwrap();
    let bytes = writer.write_bytes(b"plain").unwrap();
    let none = writer.write_block::<u64>(&[]).unwrap();
    let len = writer.len();
    let file = writer.finish().unwrap();
    assert_eq!((file.len(), file.is_empty()), (len, false));
    assert_eq!(fs::metadata(file.path()).unwrap().len(), len);

    let mut text: Vec<String> = vec!["kept".to_owned()];
    file.read_block(&texts, &mut text).unwrap();
    assert_eq!(
        (
            text.len(),
            text[0].as_str(),
            text[1].as_str(),
            text[2].len()
        ),
        (3, "kept", "a", 1 << 18)
    );
    assert_eq!(file.read_bytes(&bytes).unwrap(), b"plain");

    let mut reader = file.reader().unwrap();
    for _ in 0..2 {
        let mut out = Vec::new();
        reader.read_block::<u64>(&none, &mut out).unwrap();
        reader.read_block::<u64>(&numbers, &mut out).unwrap();
        assert_eq!(out, [1, 2, 3]);
    }
}

#[test]
fn a_file_goes_with_its_last_handle() {
    let root = tempfile::tempdir().unwrap();
    let dirs = dirs(root.path());
    let (file, _) = two_blocks(&dirs);
    let second = Arc::clone(&file);
    drop(file);
    assert_eq!(files(&dirs).len(), 1);
    drop(second);
    assert_eq!(files(&dirs).len(), 0);
}

#[test]
fn an_unfinished_file_is_removed() {
    let root = tempfile::tempdir().unwrap();
    let dirs = dirs(root.path());
    let mut writer = dirs.create_spill("sort").unwrap();
    writer.write_block(&[1_u8]).unwrap();
    assert_eq!(files(&dirs).len(), 1);
    drop(writer);
    assert_eq!(files(&dirs).len(), 0);
}

#[test]
fn the_directory_goes_with_the_last_user() {
    let root = tempfile::tempdir().unwrap();
    let dirs = dirs(root.path());
    let (file, spans) = two_blocks(&dirs);
    drop(dirs);
    assert_eq!(children(root.path()), 1, "a file still needs it");
    assert!(file.read_block(&spans[0], &mut Vec::<u64>::new()).is_ok());
    drop(file);
    assert_eq!(children(root.path()), 0);
}

#[test]
fn a_finished_file_holds_no_descriptor() {
    let root = tempfile::tempdir().unwrap();
    let dirs = dirs(root.path());
    let open = || fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
    let before = open();
    let files: Vec<_> = (0..400).map(|_| two_blocks(&dirs)).collect();
    for (file, spans) in &files {
        file.read_block(&spans[1], &mut Vec::<u64>::new()).unwrap();
    }
    // Other tests open some files meanwhile.
    assert!(
        open() < before + 200,
        "{} descriptors, {before} before",
        open()
    );
}

#[test]
fn damage_is_found_and_named() {
    let root = tempfile::tempdir().unwrap();
    let dirs = dirs(root.path());
    let (file, spans) = two_blocks(&dirs);
    let whole = fs::read(file.path()).unwrap();
    let mut out = vec![9_u64];
    for at in spans[1].offset as usize..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        fs::write(file.path(), &damaged).unwrap();
        let error = file.read_block(&spans[1], &mut out).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, Error::Corrupt { .. }), "{text}");
        assert!(text.contains(&file.path().display().to_string()), "{text}");
        assert!(
            text.contains(&format!("offset {}", spans[1].offset)),
            "{text}"
        );
        file.read_block(&spans[0], &mut Vec::<u64>::new())
            .expect("the other block is whole");
    }
    for len in spans[1].offset..whole.len() as u64 {
        OpenOptions::new()
            .write(true)
            .open(file.path())
            .unwrap()
            .set_len(len)
            .unwrap();
        assert!(matches!(
            file.read_block(&spans[1], &mut out),
            Err(Error::Corrupt { .. })
        ));
        assert!(matches!(
            file.read_bytes(&spans[1]),
            Err(Error::Corrupt { .. })
        ));
    }
    assert_eq!(out, [9], "an error leaves nothing behind");
}

#[test]
fn a_wrong_span_is_corrupt_and_allocates_nothing() {
    let root = tempfile::tempdir().unwrap();
    let dirs = dirs(root.path());
    let (file, spans) = two_blocks(&dirs);
    let mut out: Vec<u64> = Vec::new();
    let wrong = [
        BlockSpan {
            len: u32::MAX,
            ..spans[0]
        },
        BlockSpan {
            offset: u64::MAX,
            ..spans[0]
        },
        BlockSpan {
            offset: 1,
            ..spans[0]
        },
        BlockSpan {
            records: 4,
            ..spans[0]
        },
    ];
    for span in wrong {
        assert!(
            matches!(file.read_block(&span, &mut out), Err(Error::Corrupt { .. })),
            "{span:?}"
        );
    }
    assert!(out.is_empty());
}

#[test]
fn a_missing_file_is_an_error_that_names_it() {
    let root = tempfile::tempdir().unwrap();
    let dirs = dirs(root.path());
    let (file, spans) = two_blocks(&dirs);
    fs::remove_file(file.path()).unwrap();
    let error = file
        .read_block(&spans[0], &mut Vec::<u64>::new())
        .unwrap_err();
    assert!(
        matches!(&error, Error::Io { path, .. } if path == file.path()),
        "{error}"
    );
}

#[test]
fn a_removed_directory_is_an_error_that_names_it() {
    let root = tempfile::tempdir().unwrap();
    let dirs = dirs(root.path());
    let dir = dirs.paths().next().unwrap().to_owned();
    fs::remove_dir_all(&dir).unwrap();
    let error = dirs.create_spill("sort").unwrap_err();
    assert!(
        matches!(&error, Error::Io { path, .. } if path.starts_with(&dir)),
        "{error}"
    );
}

#[test]
fn files_take_turns_between_roots_and_avoid_the_broken_one() {
    let roots = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let dirs = LocalDirs::new(&roots.each_ref().map(|r| r.path().to_owned())).unwrap();
    let parents = |dirs: &Arc<LocalDirs>| -> Vec<PathBuf> {
        let files: Vec<_> = (0..4).map(|_| two_blocks(dirs).0).collect();
        files
            .iter()
            .map(|f| f.path().parent().unwrap().to_owned())
            .collect()
    };
    let [first, second] = [0, 1].map(|i| dirs.paths().nth(i).unwrap().to_owned());
    let [first, second] = [first.as_path(), second.as_path()];
    assert_eq!(parents(&dirs), [first, second, first, second]);
    fs::remove_dir_all(first).unwrap();
    assert_eq!(parents(&dirs), [second; 4]);
}

/// Writes to `/dev/full` fail as they do on a full disk.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_that_names_the_file_and_stays() {
    let root = tempfile::tempdir().unwrap();
    let dirs = dirs(root.path());
    let mut writer = dirs.create_spill("sort").unwrap();
    let name = files(&dirs)[0].clone();
    writer.out = BufWriter::new(OpenOptions::new().write(true).open("/dev/full").unwrap());
    let error = writer.write_bytes(&[0; 1 << 20]).unwrap_err();
    assert!(error.to_string().contains(&name), "{error}");
    assert!(
        matches!(&error, Error::Io { source, .. } if source.kind() == ErrorKind::StorageFull),
        "{error}"
    );
    assert_eq!(files(&dirs).len(), 0, "the space is given back at once");
    assert_eq!(writer.write_block(&[1_u8]).unwrap_err(), error);
    assert_eq!(writer.finish().unwrap_err(), error);
}

/// The same, seen only when the last bytes are flushed.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_at_the_end_is_an_error_too() {
    let root = tempfile::tempdir().unwrap();
    let dirs = dirs(root.path());
    let mut writer = dirs.create_spill("sort").unwrap();
    writer.out = BufWriter::new(OpenOptions::new().write(true).open("/dev/full").unwrap());
    writer.write_bytes(b"small").unwrap();
    assert!(matches!(writer.finish(), Err(Error::Io { .. })));
    assert_eq!(files(&dirs).len(), 0);
}

#[test]
fn names_stay_in_the_directory() {
    let root = tempfile::tempdir().unwrap();
    let dirs = dirs(root.path());
    let file = dirs
        .create_spill("../../etc/x\0y z")
        .unwrap()
        .finish()
        .unwrap();
    assert_eq!(file.path().parent(), dirs.paths().next());
    assert!(dirs.create_spill(&"long".repeat(1000)).is_ok());
}

#[test]
fn roots_are_made_and_bad_ones_named() {
    let root = tempfile::tempdir().unwrap();
    let deep = root.path().join("a/b");
    let made = dirs(&deep);
    assert!(deep.is_dir());
    drop(made);

    let file = root.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = LocalDirs::new(&[deep.clone(), file.clone()]).unwrap_err();
    assert!(
        matches!(&error, Error::Io { path, .. } if *path == file),
        "{error}"
    );
    assert_eq!(children(&deep), 0, "nothing stays in the good root");
    assert!(matches!(LocalDirs::new(&[]), Err(Error::Argument { .. })));
}

#[test]
fn directories_of_dead_processes_are_swept() {
    let root = tempfile::tempdir().unwrap();
    let path = |name: &str| root.path().join(name);
    // As a killed process leaves it: the lock file is there, but nobody holds it.
    fs::create_dir_all(path("flint-1-aa/sub")).unwrap();
    fs::write(path("flint-1-aa/owner"), b"").unwrap();
    fs::write(path("flint-1-aa/sort-0.spill"), b"old").unwrap();
    fs::write(path("flint-1-aa/sub/x"), b"old").unwrap();
    // Killed before it could lock.
    fs::create_dir(path("flint-1-bb")).unwrap();
    // Not ours: no lock file, but something in it; other names; a plain file.
    fs::create_dir(path("flint-notes")).unwrap();
    fs::write(path("flint-notes/todo"), b"mine").unwrap();
    fs::create_dir(path("other")).unwrap();
    fs::write(path("flint-1-cc"), b"").unwrap();

    let first = dirs(root.path());
    assert!(!path("flint-1-aa").exists());
    assert!(!path("flint-1-bb").exists());
    assert!(
        path("flint-notes/todo").exists() && path("other").exists() && path("flint-1-cc").exists()
    );

    // One that lives is left alone.
    let (file, spans) = two_blocks(&first);
    let second = dirs(root.path());
    assert!(file.read_block(&spans[0], &mut Vec::<u64>::new()).is_ok());
    drop((first, file, second));
    assert_eq!(children(root.path()), 3);
}

#[test]
fn many_start_and_sweep_at_once() {
    let root = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..10 {
                    let dirs = dirs(root.path());
                    let (file, spans) = two_blocks(&dirs);
                    let mut out: Vec<u64> = Vec::new();
                    file.read_block(&spans[0], &mut out).unwrap();
                    assert_eq!(out, [1, 2, 3]);
                }
            });
        }
    });
    assert_eq!(children(root.path()), 0);
}

/// Files come and go in other threads while their directory is removed.
#[test]
fn a_directory_goes_amid_files_that_come_and_go() {
    let root = tempfile::tempdir().unwrap();
    for _ in 0..50 {
        let dirs = LocalDirs::new(&[root.path().to_owned()]).unwrap();
        let users: Vec<_> = (0..3)
            .map(|_| {
                let dirs = Arc::clone(&dirs);
                let (begun, first) = std::sync::mpsc::channel();
                let user = std::thread::spawn(move || {
                    while let Ok(file) = dirs.create_spill("amid") {
                        begun.send(()).ok();
                        drop(file);
                    }
                });
                first.recv().unwrap();
                user
            })
            .collect();
        dirs.remove();
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
        users.into_iter().for_each(|user| user.join().unwrap());
    }
}
