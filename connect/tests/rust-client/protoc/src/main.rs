//! As much of `protoc` as the build of Spark's Rust client calls, so that no other compiler needs to
//! be installed: `-I FOLDER`.. `-o FILE` DEFINITIONS.. writes the set of descriptors. Imports and
//! comments are always in it.

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use prost::Message as _;

fn main() -> Result<(), Box<dyn Error>> {
    let (mut folders, mut definitions, mut out) = (Vec::new(), Vec::new(), None);
    let mut args = env::args_os().skip(1);
    while let Some(arg) = args.next() {
        match arg.to_str() {
            Some("--include_imports" | "--include_source_info") => {}
            Some("-I") => folders.push(PathBuf::from(args.next().ok_or("-I without a folder")?)),
            Some("-o") => out = args.next(),
            Some(option) if option.starts_with('-') => {
                return Err(format!("{option} is not supported here").into());
            }
            _ => definitions.push(PathBuf::from(arg)),
        }
    }
    let mut compiler = protox::Compiler::new(folders)?;
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(definitions)?;
    let set = compiler.file_descriptor_set();
    fs::write(out.ok_or("no -o FILE")?, set.encode_to_vec())?;
    Ok(())
}
