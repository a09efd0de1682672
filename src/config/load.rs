//! Lays the layers over one another. The only place that knows figment and the environment.
//!
//! Each layer is checked for unknown keys and misplaced sections by itself, before the merge, because a later layer
//! would hide them; what is left is merged by figment, which remembers for each value the layer it came from.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::fault::{ConfigError, Fault, Found, Problem, Source};
use super::meaning::Config;
use super::nearest::nearest;
use super::read;
use super::typed::{Entry, Raw, Typed};

const DEFAULTS: &str = include_str!("default.toml");
const PREFIX: &str = "ROOKERY__";
const SEPARATOR: &str = "__";

/// Where values may come from beside the defaults.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The file of `--config`.
    pub file: Option<PathBuf>,
    /// The environment; variables that do not begin with `ROOKERY__` are left alone.
    pub environment: Vec<(OsString, OsString)>,
    /// What flags say; a later one wins.
    pub overrides: Vec<Override>,
}

impl Sources {
    /// The environment of this process, with a file and flags.
    #[must_use]
    pub fn of_process(file: Option<PathBuf>, overrides: Vec<Override>) -> Self {
        Self { file, environment: std::env::vars_os().collect(), overrides }
    }
}

/// A flag that sets a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    key: &'static str,
    flag: &'static str,
    value: String,
}

impl Override {
    /// `--listen ADDR`.
    #[must_use]
    pub fn listen(value: impl Into<String>) -> Self {
        Self { key: "server.listen", flag: "--listen", value: value.into() }
    }

    /// `--data-dir DIR`.
    #[must_use]
    pub fn data_dir(value: impl Into<String>) -> Self {
        Self { key: "storage.data_dir", flag: "--data-dir", value: value.into() }
    }

    /// `--log-level LEVEL`.
    #[must_use]
    pub fn log_level(value: impl Into<String>) -> Self {
        Self { key: "log.level", flag: "--log-level", value: value.into() }
    }

    /// `--log-format FORMAT`.
    #[must_use]
    pub fn log_format(value: impl Into<String>) -> Self {
        Self { key: "log.format", flag: "--log-format", value: value.into() }
    }
}

/// A sound configuration, and what was typed to get it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What it means.
    pub config: Config,
    /// What was typed, one for each key in the order of `default.toml`.
    pub(super) settings: Vec<(&'static str, Entry)>,
}

/// Reads every layer. Opens nothing but the file, binds nothing.
pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
    let known = defaults();
    let mut faults = Vec::new();
    let mut layers = vec![default_layer()];
    layers.extend(sources.file.as_ref().and_then(|path| file_layer(path, &known, &mut faults)));
    layers.extend(environment_layers(&sources.environment, &known, &mut faults));
    layers.extend(sources.overrides.iter().map(|flag| {
        let source = Source::Flag(flag.flag.to_owned());
        text_layer(source, flag.key, &flag.value, &known)
    }));

    let typed = merge(layers, &known);
    let read = read::read(&typed);
    faults.extend(read.faults);
    if !faults.is_empty() {
        // The environment has no order of its own; a report should.
        faults.sort_by(|a, b| (&a.source, &a.key).cmp(&(&b.source, &b.key)));
        return Err(ConfigError { faults });
    }
    let settings = read.keys.iter().filter_map(|(key, _)| typed.0.get(*key).map(|entry| (*key, entry.clone()))).collect();
    Ok(Loaded { config: read.config, settings })
}

/// The defaults alone, as typed.
pub(super) fn defaults() -> Typed {
    let mut entries = BTreeMap::new();
    flatten("", default_layer().values, &mut |key, value| {
        entries.insert(key, Entry { raw: raw(&value), source: Source::Default });
    });
    Typed(entries)
}

/// One layer on its way into figment.
struct Layer {
    source: Source,
    values: Dict,
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.source.to_string())
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

fn default_layer() -> Layer {
    // A test reads this file; an unreadable one shows there, as keys without a default.
    Layer { source: Source::Default, values: parse(DEFAULTS).unwrap_or_default() }
}

fn parse(text: &str) -> Result<Dict, String> {
    let mut profiles = Toml::string(text).data().map_err(|error| error.kind.to_string())?;
    Ok(profiles.remove(&Profile::Default).unwrap_or_default())
}

fn file_layer(path: &std::path::Path, known: &Typed, faults: &mut Vec<Fault>) -> Option<Layer> {
    let source = Source::File(path.to_owned());
    let read = std::fs::read_to_string(path).map_err(|error| Problem::Unreadable { reason: error.to_string() });
    match read.and_then(|text| parse(&text).map_err(|reason| Problem::Syntax { reason })) {
        Ok(values) => {
            let values = known_part("", values, known, &mut |key, problem| {
                faults.push(Fault { key: Some(key), source: source.clone(), problem });
            });
            Some(Layer { source, values })
        }
        Err(problem) => {
            faults.push(Fault { key: None, source, problem });
            None
        }
    }
}

fn environment_layers(variables: &[(OsString, OsString)], known: &Typed, faults: &mut Vec<Fault>) -> Vec<Layer> {
    let name_of = |key: &str| format!("{PREFIX}{}", key.to_ascii_uppercase().replace('.', SEPARATOR));
    let keys: BTreeMap<String, &String> = known.0.keys().map(|key| (name_of(key), key)).collect();
    let mut layers = Vec::new();
    for (name, value) in variables {
        let shown = name.to_string_lossy();
        let Some(typed_key) = shown.strip_prefix(PREFIX) else { continue };
        let source = Source::Environment(shown.clone().into_owned());
        match (keys.get(shown.as_ref()), value.to_str()) {
            (Some(key), Some(text)) => layers.push(text_layer(source, key, text, known)),
            (Some(key), None) => {
                let found = Found::of(key, &Raw::Other("bytes that are not UTF-8".to_owned()));
                let problem = Problem::Expected { expected: "a text".to_owned(), found };
                faults.push(Fault { key: Some((*key).clone()), source, problem });
            }
            (None, _) => {
                let key = typed_key.to_ascii_lowercase().replace(SEPARATOR, ".");
                let nearest = nearest(&key, known.0.keys().map(String::as_str)).map(name_of);
                faults.push(Fault { key: Some(key), source, problem: Problem::UnknownKey { nearest } });
            }
        }
    }
    layers
}

/// A layer that holds one key.
fn text_layer(source: Source, key: &str, text: &str, known: &Typed) -> Layer {
    let typed = match known.0.get(key) {
        Some(default) => Raw::from_text(text, &default.raw),
        None => Raw::Text(text.to_owned()),
    };
    let mut value = value_of(&typed);
    for name in key.rsplit('.') {
        value = Value::from(Dict::from([(name.to_owned(), value)]));
    }
    Layer { source, values: value.into_dict().unwrap_or_default() }
}

/// What of a layer can be merged; the rest is reported by key.
fn known_part(section: &str, values: Dict, known: &Typed, report: &mut dyn FnMut(String, Problem)) -> Dict {
    let mut kept = Dict::new();
    for (name, value) in values {
        let key = if section.is_empty() { name.clone() } else { format!("{section}.{name}") };
        let within = format!("{key}.");
        let is_section = known.0.keys().any(|known| known.starts_with(&within));
        match value {
            Value::Dict(tag, inner) if is_section => {
                let inner = known_part(&key, inner, known, report);
                kept.insert(name, Value::Dict(tag, inner));
            }
            Value::Dict(..) if known.0.contains_key(&key) => {
                report(key, Problem::Shape { expected: "a value", found: "a section" });
            }
            _ if is_section => report(key, Problem::Shape { expected: "a section", found: "a value" }),
            value if known.0.contains_key(&key) => {
                kept.insert(name, value);
            }
            _ => {
                let nearest = nearest(&key, known.0.keys().flat_map(|known| itself_and_sections(known))).map(str::to_owned);
                report(key, Problem::UnknownKey { nearest });
            }
        }
    }
    kept
}

fn itself_and_sections(key: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(key), |key| key.rsplit_once('.').map(|(section, _)| section))
}

/// Merges the layers, later ones over earlier ones, and keeps for each key which one won.
fn merge(layers: Vec<Layer>, known: &Typed) -> Typed {
    let sources: BTreeMap<String, Source> = layers.iter().map(|layer| (layer.source.to_string(), layer.source.clone())).collect();
    let figment = layers.into_iter().fold(Figment::new(), Figment::merge);
    let entry = |key: &String| {
        let value = figment.find_value(key).ok()?;
        let layer = figment.get_metadata(value.tag())?;
        Some(Entry { raw: raw(&value), source: sources.get(layer.name.as_ref())?.clone() })
    };
    Typed(known.0.keys().filter_map(|key| Some((key.clone(), entry(key)?))).collect())
}

fn flatten(section: &str, values: Dict, each: &mut dyn FnMut(String, Value)) {
    for (name, value) in values {
        let key = if section.is_empty() { name } else { format!("{section}.{name}") };
        match value {
            Value::Dict(_, inner) => flatten(&key, inner, each),
            value => each(key, value),
        }
    }
}

fn raw(value: &Value) -> Raw {
    match value {
        Value::Bool(_, value) => Raw::Boolean(*value),
        Value::String(_, text) => Raw::Text(text.clone()),
        Value::Char(_, text) => Raw::Text(text.to_string()),
        Value::Array(_, values) => Raw::List(values.iter().map(raw).collect()),
        Value::Num(_, number) => match (value.to_i128().and_then(|whole| i64::try_from(whole).ok()), number.to_f64()) {
            (Some(whole), _) => Raw::Integer(whole),
            (None, Some(number)) => Raw::Number(number),
            (None, None) => Raw::Other("a number beyond 64 bits".to_owned()),
        },
        Value::Dict(..) => Raw::Other("a section".to_owned()),
        Value::Empty(..) => Raw::Other("nothing".to_owned()),
    }
}

fn value_of(raw: &Raw) -> Value {
    match raw {
        Raw::Boolean(value) => Value::from(*value),
        Raw::Integer(value) => Value::from(*value),
        Raw::Number(value) => Value::from(*value),
        Raw::Text(text) | Raw::Other(text) => Value::from(text.clone()),
        Raw::List(values) => Value::from(values.iter().map(value_of).collect::<Vec<_>>()),
    }
}
