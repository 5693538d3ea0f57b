//! Any text: a plan or an error, whose place lies in the text; never a crash.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let errors = [
        flint_sql_parser::parse_plan(text).err(),
        flint_sql_parser::parse_expression(text).err(),
        flint_sql_parser::parse_schema(text).err(),
    ];
    for error in errors.into_iter().flatten() {
        for context in error.contexts() {
            assert!(context.start_index <= text.chars().count() as i32);
        }
        assert!(!error.to_string().is_empty());
    }
});
