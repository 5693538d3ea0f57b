//! Programs over RDDs.

use std::fs;
use std::path::{Path, PathBuf};

use flint_core::Context;
use flint_examples::rdd::text_input::files_below;
use flint_examples::rdd::{
    external_sort, inverted_index, log_analysis, monte_carlo_pi, page_rank, text_report, word_count,
};

fn context() -> Context {
    Context::local("local[2]").unwrap()
}

fn sources() -> Vec<PathBuf> {
    files_below(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A directory whose names and contents are unusual.
fn odd_directory() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    write(
        "a/b/c d [1] {2}.txt",
        b"One two, two\r\nTHREE three (three)",
    );
    write("empty.txt", b"");
    write(
        "a/star*?.md",
        "\u{c4}pfel \u{e4}pfel -- \u{2014} \n\n".as_bytes(),
    );
    write("binary.bin", b"no\0text");
    write("a/latin1.txt", b"caf\xe9 au lait");
    write(".hidden/x.txt", b"unseen");
    write("target/y.txt", b"unseen");
    write("called.gz", b"unseen");
    dir
}

#[test]
fn words_of_the_sources_are_counted() {
    let files = sources();
    let answer = word_count::run(&context(), &files, 50).unwrap();
    assert_eq!(answer, word_count::plain(&files, 50).unwrap());
    assert_eq!(answer.top.len(), 50);
}

#[test]
fn words_of_odd_files_are_counted() {
    let dir = odd_directory();
    let files = files_below(dir.path()).unwrap();
    assert_eq!(files.len(), 3);
    let answer = word_count::run(&context(), &files, 10).unwrap();
    assert_eq!(answer, word_count::plain(&files, 10).unwrap());
    assert_eq!(answer.top[0], ("three".to_owned(), 3));
    assert_eq!(answer.top[2], ("\u{e4}pfel".to_owned(), 2));
}

#[test]
fn a_directory_without_text_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let error = files_below(dir.path()).unwrap_err();
    assert!(error.to_string().contains(dir.path().to_str().unwrap()));
}

#[test]
fn the_index_names_all_files_of_a_word() {
    let odd = odd_directory();
    for files in [sources(), files_below(odd.path()).unwrap()] {
        let answer = inverted_index::run(&context(), &files).unwrap();
        assert_eq!(answer, inverted_index::plain(&files).unwrap());
    }
}

#[test]
fn the_report_is_right_and_saved() {
    let (input, output) = (odd_directory(), tempfile::tempdir().unwrap());
    let files = files_below(input.path()).unwrap();
    let ctx = context();
    let answer = text_report::run(&ctx, &files, Some(output.path())).unwrap();
    assert_eq!(answer, text_report::plain(&files).unwrap());
    for name in ["counts", "index"] {
        let lines: u64 = files_below(&output.path().join(name))
            .unwrap()
            .iter()
            .filter(|file| !file.ends_with("_SUCCESS"))
            .map(|file| fs::read_to_string(file).unwrap().lines().count() as u64)
            .sum();
        assert_eq!(lines, answer.count.distinct, "{name}");
        assert!(output.path().join(name).join("_SUCCESS").exists());
    }
}

#[test]
fn the_log_is_understood() {
    let answer = log_analysis::run(&context(), 20_000).unwrap();
    assert_eq!(answer, log_analysis::plain(20_000));
    assert_eq!(answer.unreadable, 200);
    assert_eq!(answer.by_site.len(), 4);
}

#[test]
fn ranks_agree_with_a_loop_over_arrays() {
    let answer = page_rank::run(&context(), 300, 12, 5).unwrap();
    let plain = page_rank::plain(300, 12);
    assert_eq!(answer.len(), plain.len());
    for ((page, rank), (plain_page, plain_rank)) in answer.iter().zip(&plain) {
        assert_eq!(page, plain_page);
        assert!(
            (rank - plain_rank).abs() < 1e-9 * plain_rank,
            "page {page}: {rank} and {plain_rank}"
        );
    }
}

#[test]
fn a_sort_larger_than_memory_is_in_order() {
    let ctx = Context::builder()
        .master("local[2]")
        .memory_bytes(2 << 20)
        .build()
        .unwrap();
    let answer = external_sort::run(&ctx, 60_000).unwrap();
    assert_eq!(answer, external_sort::plain(60_000));
    assert!(answer.in_order);
}

#[test]
fn darts_hit_as_often_as_in_a_loop() {
    let answer = monte_carlo_pi::run(&context(), 8, 20_000).unwrap();
    assert_eq!(answer, monte_carlo_pi::plain(8, 20_000));
    assert!((answer.pi() - std::f64::consts::PI).abs() < 0.02);
}
