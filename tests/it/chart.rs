//! The chart's schema knows the keys of the configuration, with the same ranges.

use std::collections::BTreeMap;

use rookery::config;
use serde_json::Value;

/// The leaves below a section of the schema, by key.
fn leaves(section: &Value, prefix: &str, into: &mut BTreeMap<String, Value>) {
    for (name, schema) in section["properties"].as_object().expect("a section lists its properties") {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        if schema["properties"].is_object() {
            assert_eq!(schema["additionalProperties"], false, "{key} takes unknown keys");
            leaves(schema, &key, into);
        } else {
            into.insert(key, schema.clone());
        }
    }
}

#[test]
fn the_schema_of_the_chart_knows_every_key_and_its_range() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/helm/rookery/values.schema.json");
    let schema: Value =
        serde_json::from_slice(&std::fs::read(path).expect("the chart has a schema")).expect("the schema is JSON");
    assert_eq!(schema["properties"]["replicas"]["const"], 1);

    let mut in_chart = BTreeMap::new();
    leaves(&schema["properties"]["config"], "", &mut in_chart);
    let in_program: BTreeMap<String, Option<String>> =
        config::keys().into_iter().map(|(key, range)| (key.to_owned(), range)).collect();
    assert_eq!(in_chart.keys().collect::<Vec<_>>(), in_program.keys().collect::<Vec<_>>());

    for (key, range) in in_program {
        let described = in_chart[&key]["description"].as_str().unwrap_or_default();
        assert!(!described.is_empty(), "{key} is not described");
        let Some(range) = range else { continue };
        assert!(described.contains(&format!("Range: {range}.")), "{key}: the program says {range}, the chart: {described}");
        if let (Some(least), Some(most)) = (in_chart[&key]["minimum"].as_f64(), in_chart[&key]["maximum"].as_f64()) {
            assert_eq!(format!("{least} to {most}"), range, "{key}");
        }
    }
}
