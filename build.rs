//! Compiles the protos, without a protoc binary, into Rust and into one descriptor set for reflection and JSON.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Where the protos lie.
const PROTOS: &str = "proto";
/// The package that is generated; what it imports comes from crates.
const PACKAGE: &str = "proto/rookery/v1";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    // Each directory too, so that a new file is noticed.
    let mut waiting = vec![PathBuf::from(PROTOS)];
    while let Some(directory) = waiting.pop() {
        println!("cargo::rerun-if-changed={}", directory.display());
        for entry in fs::read_dir(&directory)? {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if is_proto(&path) {
                println!("cargo::rerun-if-changed={}", path.display());
            }
        }
    }
    let mut protos: Vec<PathBuf> =
        fs::read_dir(PACKAGE)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    protos.retain(|path| is_proto(path));
    protos.sort_unstable();

    let mut compiler = protox::Compiler::new([PROTOS])?;
    // With the comments, which become documentation here, and which reflection shows to strangers.
    compiler.include_imports(true).include_source_info(true).open_files(&protos)?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    // Not by way of `prost_types`, which drops the options that it does not know.
    fs::write(out.join("descriptors.bin"), compiler.encode_file_descriptor_set())?;
    tonic_prost_build::configure()
        // Maps in the order of their keys: the same answer is the same bytes.
        .btree_map(".")
        .extern_path(".google.rpc", "::tonic_types::pb")
        .emit_rerun_if_changed(false)
        .compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}

fn is_proto(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "proto")
}
