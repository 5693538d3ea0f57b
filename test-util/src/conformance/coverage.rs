//! The suite against the engine's sources: an operator without a case fails here.
//!
//! The sources are read as text, in the form that rustfmt gives them: public methods are the lines
//! `    pub fn name` inside of `impl.. Rdd<..>`, `impl.. With<..>` and `impl Context`; those that
//! a macro makes are listed by hand. A case counts for the operator of its name, and must call it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Case, plain, plain_actions, sources, view, view_actions};

/// Public methods that run nothing.
const ACCESSORS: [&str; 14] = [
    "checkpoint_file",
    "context",
    "env",
    "has_partitioner",
    "id",
    "is_checkpointed",
    "is_locally_checkpointed",
    "name",
    "num_partitions",
    "rdd",
    "set_name",
    "storage_level",
    "to_debug_string",
    "with",
];

/// What `of_stats!` in `rdd/actions/statistics.rs` makes.
const MADE_BY_MACRO: [&str; 7] = [
    "mean",
    "pop_stdev",
    "pop_variance",
    "sample_stdev",
    "sample_variance",
    "stdev",
    "variance",
];

fn sources_under(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("the directory is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            sources_under(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// The text of every file of one of the engine's modules.
fn engine(module: &str) -> Vec<String> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src");
    let mut files = Vec::new();
    sources_under(&dir.join(module), &mut files);
    assert!(!files.is_empty(), "{module} has sources");
    let read = |file: &PathBuf| std::fs::read_to_string(file).expect("it can be read");
    files.iter().map(read).collect()
}

/// The public methods of `Rdd`, `With` or `Context`, with their signatures.
fn methods(texts: &[String], type_name: &str) -> BTreeMap<String, String> {
    let mut methods = BTreeMap::new();
    for text in texts {
        let mut inside = false;
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if line.starts_with("impl") {
                inside = is_impl_of(line, type_name);
            } else if line == "}" {
                inside = false;
            }
            let Some(rest) = line.strip_prefix("    pub fn ").filter(|_| inside) else {
                continue;
            };
            let name = rest.split(['(', '<']).next().expect("split gives one");
            let mut signature = line.to_owned();
            while !signature.ends_with('{') {
                signature += lines.next().expect("a body follows");
            }
            methods.insert(name.to_owned(), signature);
        }
    }
    methods
}

/// Whether a line begins an inherent `impl` of a type.
fn is_impl_of(line: &str, type_name: &str) -> bool {
    let head = line.trim_end_matches('{').trim();
    let after_generics = match head.strip_prefix("impl<") {
        Some(generics) => {
            let mut depth = 1;
            let end = generics.find(|c| {
                depth += i32::from(c == '<') - i32::from(c == '>');
                depth == 0
            });
            end.map_or("", |end| generics[end + 1..].trim())
        }
        None => head.trim_start_matches("impl").trim(),
    };
    let inherent = !after_generics.contains(" for ");
    inherent && after_generics.split('<').next() == Some(type_name)
}

/// Names of cases that call what they are named after, on a view or not.
fn covered(group: &[Case], text: &str, on_view: bool) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (name, _) in group {
        let (_, rest) = text
            .split_once(&format!("\nfn {name}("))
            .unwrap_or_else(|| panic!("the case `{name}` is a function of its group's file"));
        let body: String = rest
            .split_once("\n}\n")
            .expect("a function ends")
            .0
            .split_whitespace()
            .collect();
        let called = body.contains(&format!(".{name}(")) || body.contains(&format!(".{name}::<"));
        assert!(called, "the case `{name}` calls `{name}`");
        assert!(!on_view || body.contains(".with("), "`{name}` needs a view");
        assert!(names.insert((*name).to_owned()), "`{name}` is there twice");
    }
    names
}

fn missing(wanted: impl IntoIterator<Item = String>, covered: &BTreeSet<String>) -> Vec<String> {
    wanted
        .into_iter()
        .filter(|name| !covered.contains(name) && !ACCESSORS.contains(&name.as_str()))
        .collect()
}

fn on_views() -> BTreeSet<String> {
    let mut names = covered(view::CASES, include_str!("view.rs"), true);
    let actions = covered(view_actions::CASES, include_str!("view_actions.rs"), true);
    names.extend(actions);
    names
}

#[test]
fn every_operator_with_an_environment_has_a_case() {
    let methods = methods(&engine("rdd"), "With");
    assert!(methods.len() > 30, "only {} are found", methods.len());
    let missing = missing(methods.into_keys(), &on_views());
    assert!(missing.is_empty(), "without a case: {missing:?}");
}

#[test]
fn every_closure_can_have_an_environment() {
    let texts = engine("rdd");
    let on_views = methods(&texts, "With");
    for (name, signature) in methods(&texts, "Rdd") {
        let has_view = on_views.contains_key(&name);
        assert_eq!(signature.contains("Fn("), has_view, "Rdd::{name}");
    }
}

#[test]
fn every_operator_without_a_closure_has_a_case() {
    let texts = engine("rdd");
    let on_views = methods(&texts, "With");
    let plain_ones = methods(&texts, "Rdd").into_keys();
    let wanted = plain_ones
        .chain(MADE_BY_MACRO.map(str::to_owned))
        .filter(|name| !on_views.contains_key(name));
    let mut there = covered(plain::CASES, include_str!("plain.rs"), false);
    let actions = include_str!("plain_actions.rs");
    there.extend(covered(plain_actions::CASES, actions, false));
    let missing = missing(wanted, &there);
    assert!(missing.is_empty(), "without a case: {missing:?}");
}

#[test]
fn every_source_has_a_case() {
    let methods = methods(&engine("context"), "Context");
    let there = covered(sources::CASES, include_str!("sources.rs"), false);
    for name in &there {
        assert!(methods.contains_key(name), "Context::{name} is there");
    }
    for (name, signature) in &methods {
        let gives_rdd = signature
            .rsplit("->")
            .next()
            .is_some_and(|r| r.contains("Rdd<"));
        assert!(
            !gives_rdd || there.contains(name),
            "Context::{name} has no case"
        );
    }
}
