//! Generates messages and the service, and the table by which nesting is measured before decoding.

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use prost::Message as _;
use prost_types::field_descriptor_proto::Type;
use prost_types::{DescriptorProto, FileDescriptorSet};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto/spark");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    let set = protox::compile(["spark/connect/base.proto"], ["proto"])?;
    fs::write(out.join("descriptors.bin"), set.encode_to_vec())?;
    fs::write(out.join("nesting.rs"), nesting(&set)?)?;
    let mut config = tonic_prost_build::Config::new();
    config.enable_type_names();
    tonic_prost_build::configure()
        .build_client(true)
        .build_server(true)
        .codec_path("crate::codec::BoundedCodec")
        .bytes(".spark.connect")
        .compile_fds_with_config(set, config)?;
    Ok(())
}

/// For each message by its number: the fields that hold messages, with the numbers of these.
fn nesting(set: &FileDescriptorSet) -> Result<String, Box<dyn Error>> {
    let mut all: Vec<(String, &DescriptorProto)> = Vec::new();
    for file in &set.file {
        for message in &file.message_type {
            collect(&format!(".{}", file.package()), message, &mut all);
        }
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    let numbers: HashMap<&str, usize> = (all.iter().enumerate())
        .map(|(at, (name, _))| (name.as_str(), at))
        .collect();
    let mut text = String::from("pub(super) static MESSAGES: &[(&str, &[(u32, u16)])] = &[\n");
    for (name, message) in &all {
        let mut fields = Vec::new();
        for field in &message.field {
            if field.r#type() == Type::Group {
                return Err(format!("{name}: groups are not measured").into());
            }
            if field.r#type() == Type::Message {
                let inner = numbers.get(field.type_name());
                let inner = inner.ok_or_else(|| format!("{name}: {}", field.type_name()))?;
                fields.push((field.number(), *inner));
            }
        }
        fields.sort_unstable();
        writeln!(text, "    ({:?}, &{fields:?}),", &name[1..])?;
    }
    text.push_str("];\n");
    Ok(text)
}

fn collect<'a>(
    scope: &str,
    message: &'a DescriptorProto,
    all: &mut Vec<(String, &'a DescriptorProto)>,
) {
    let name = format!("{scope}.{}", message.name());
    for nested in &message.nested_type {
        collect(&name, nested, all);
    }
    all.push((name, message));
}
