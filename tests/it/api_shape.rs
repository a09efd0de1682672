//! The shape of the API is what `tests/golden/api.txt` says: whoever changes the protos sees in one place what clients will see.
//!
//! Proved: 1. services, methods, messages, fields and enums are those of the golden file. `UPDATE_GOLDEN=1 cargo test api_shape` writes
//! it anew.

use std::fmt::Write;
use std::path::Path;

use prost_reflect::{Cardinality, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};

use crate::support::raw::{described, methods};

const PACKAGE: &str = "rookery.v1";

#[test]
fn the_api_has_the_shape_of_the_golden_file() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/api.txt");
    let shape = shape();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &shape).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(&path).expect("there is a golden file");
    let changed: Vec<&str> = golden.lines().filter(|line| !shape.lines().any(|now| now == *line)).collect();
    let new: Vec<&str> = shape.lines().filter(|line| !golden.lines().any(|then| then == *line)).collect();
    assert!(golden == shape, "gone: {changed:#?}\nnew: {new:#?}\nrun it with UPDATE_GOLDEN=1 where that is meant");
}

fn shape() -> String {
    let pool = described();
    let mut shape = String::new();
    let mut line = |text: String| writeln!(shape, "{text}").expect("a string takes everything");
    for method in methods() {
        let stream = |streams: bool| if streams { "stream " } else { "" };
        line(format!(
            "rpc {}.{}({}{}) returns ({}{})",
            method.parent_service().name(),
            method.name(),
            stream(method.is_client_streaming()),
            method.input().name(),
            stream(method.is_server_streaming()),
            method.output().name(),
        ));
    }
    let mut messages: Vec<MessageDescriptor> =
        pool.all_messages().filter(|message| message.package_name() == PACKAGE && !message.is_map_entry()).collect();
    messages.sort_by(|a, b| a.full_name().cmp(b.full_name()));
    for message in messages {
        for field in message.fields() {
            line(format!("message {} {}", short(message.full_name()), of_field(&field)));
        }
    }
    let mut enums: Vec<EnumDescriptor> = pool.all_enums().filter(|known| known.package_name() == PACKAGE).collect();
    enums.sort_by(|a, b| a.full_name().cmp(b.full_name()));
    for known in enums {
        for value in known.values() {
            line(format!("enum {} {} = {}", short(known.full_name()), value.name(), value.number()));
        }
    }
    shape
}

fn of_field(field: &FieldDescriptor) -> String {
    let kind = match field.kind() {
        Kind::Message(entry) if field.is_map() => {
            let (key, value) = (entry.map_entry_key_field().kind(), entry.map_entry_value_field().kind());
            format!("map<{}, {}>", of_kind(&key), of_kind(&value))
        }
        kind if field.is_list() => format!("repeated {}", of_kind(&kind)),
        kind if field.supports_presence() && field.cardinality() == Cardinality::Optional && !is_message(&kind) => {
            format!("optional {}", of_kind(&kind))
        }
        kind => of_kind(&kind),
    };
    format!("{}: {kind} {} = {}", field.json_name(), field.name(), field.number())
}

fn is_message(kind: &Kind) -> bool {
    matches!(kind, Kind::Message(_))
}

fn of_kind(kind: &Kind) -> String {
    match kind {
        Kind::Message(message) => short(message.full_name()).to_owned(),
        Kind::Enum(known) => short(known.full_name()).to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn short(full_name: &str) -> &str {
    full_name.strip_prefix(PACKAGE).map_or(full_name, |rest| rest.trim_start_matches('.'))
}
