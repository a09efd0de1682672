//! What no caller should send, by type and meaning of a field.

use prost_reflect::{DynamicMessage, Kind, MapKey, MessageDescriptor, Value};

use super::places::{Of, Place, is_leaf};

/// More than any text may have.
const LONG: usize = 3 << 19;
/// More than most texts may have.
const RATHER_LONG: usize = 20_000;
/// More than any list may have.
const MANY: usize = 20_001;

/// What must become of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// `INVALID_ARGUMENT` that names the field.
    Refused,
    /// Any answer in good order.
    Typed,
}

/// A value and what must become of it.
#[derive(Clone, Debug)]
pub(super) struct Hostile {
    pub(super) label: &'static str,
    pub(super) value: Value,
    pub(super) expected: Expected,
    /// Whether a request may hold such values in all its fields and still be read.
    pub(super) goes_with_others: bool,
}

fn refused(label: &'static str, value: Value) -> Hostile {
    Hostile { label, value, expected: Expected::Refused, goes_with_others: true }
}

fn typed(label: &'static str, value: Value) -> Hostile {
    Hostile { label, value, expected: Expected::Typed, goes_with_others: true }
}

/// Every hostile value of a place.
pub(super) fn hostile(place: &Place) -> Vec<Hostile> {
    let field = place.field();
    match (place.of(), field.is_map(), field.is_list()) {
        (Of::Whole, true, _) => maps(place),
        (Of::Whole, _, true) => lists(place),
        _ => single(place),
    }
}

fn single(place: &Place) -> Vec<Hostile> {
    match place.field().kind() {
        Kind::String => texts(place),
        Kind::Enum(_) => enums(place),
        Kind::Int32 | Kind::Int64 => numbers(place),
        Kind::Double => reals(),
        // What contradicts other fields is seen once those are well-formed.
        Kind::Bool => [("true", true), ("false", false)]
            .map(|(label, value)| Hostile { goes_with_others: false, ..typed(label, Value::Bool(value)) })
            .into(),
        Kind::Message(message) => messages(place, &message),
        other => panic!("{place}: values of {other:?} are not known here yet"),
    }
}

fn texts(place: &Place) -> Vec<Hostile> {
    let text = |text: &str| Value::String(text.to_owned());
    let mut values = vec![
        Hostile { goes_with_others: false, ..refused("too long", Value::String("x".repeat(LONG))) },
        typed("rather long", Value::String("x".repeat(RATHER_LONG))),
        typed("control characters", text("a\u{0}b\u{1b}[31mc\r\nd")),
        typed("direction and joiners", text("\u{202e}\u{2066}a\u{200d}\u{feff}\u{1f469}\u{200d}\u{1f680}")),
        typed("somebody else's language", text("' OR 1=1 --<script>${jndi:ldap://x}{{7*7}}%s%n../../etc/passwd")),
        typed("blanks", text("   \t ")),
    ];
    let name = place.field().name();
    if place.is_required() {
        values.push(refused("empty", text("")));
    } else {
        values.push(typed("empty", text("")));
    }
    if place.is_name() {
        for malformed in ["nonsense", "people/", "documents/a b", "communities/a/b", "people/\u{e9}", "/people/a", "..", "*"] {
            values.push(refused("malformed", text(malformed)));
        }
        values.push(refused("too long a name", Value::String(format!("documents/{}", "x".repeat(201)))));
    }
    if matches!(name, "page_token" | "min_revision" | "request_id" | "sync") {
        for malformed in ["nonsense", "\u{0}", "AAAA", "0000000000000000000000000000000000000000"] {
            values.push(refused("malformed", text(malformed)));
        }
    }
    values
}

fn enums(place: &Place) -> Vec<Hostile> {
    let mut values: Vec<_> = [77, -1, i32::MIN, i32::MAX].map(|number| refused("unknown", Value::EnumNumber(number))).into();
    if place.is_required() || place.of() == Of::First {
        values.push(refused("not said", Value::EnumNumber(0)));
    }
    values
}

fn numbers(place: &Place) -> Vec<Hostile> {
    match place.field().kind() {
        Kind::Int32 => {
            vec![refused("negative", Value::I32(-1)), refused("least", Value::I32(i32::MIN)), typed("most", Value::I32(i32::MAX))]
        }
        _ => {
            vec![refused("negative", Value::I64(-1)), refused("least", Value::I64(i64::MIN)), typed("most", Value::I64(i64::MAX))]
        }
    }
}

fn reals() -> Vec<Hostile> {
    [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 1e308].map(|real| refused("out of range", Value::F64(real))).into()
}

fn messages(place: &Place, message: &MessageDescriptor) -> Vec<Hostile> {
    let empty = || Value::Message(DynamicMessage::new(message.clone()));
    match message.full_name() {
        "google.protobuf.Timestamp" => [(i64::MAX, 0), (i64::MIN, 0), (0, -1), (0, 2_000_000_000), (-62_135_596_801, 0)]
            .map(|(seconds, nanos)| refused("out of range", moment(message, seconds, nanos)))
            .into(),
        "google.protobuf.FieldMask" => {
            let mut values: Vec<_> = [vec!["nonsense"], vec!["document.title"], vec!["*", "title"], vec![""], vec!["title,body"]]
                .map(|paths| refused("malformed", mask(message, paths.into_iter().map(str::to_owned))))
                .into();
            let long = refused("too long", mask(message, ["x".repeat(LONG)]));
            values.push(Hostile { goes_with_others: false, ..long });
            values.push(refused("too many", mask(message, (0..MANY).map(|number| format!("f{number}")))));
            values
        }
        _ if is_leaf(message) => panic!("{place}: values of {} are not known here yet", message.full_name()),
        _ => vec![typed("empty", empty())],
    }
}

fn moment(message: &MessageDescriptor, seconds: i64, nanos: i32) -> Value {
    let mut moment = DynamicMessage::new(message.clone());
    moment.set_field_by_name("seconds", Value::I64(seconds));
    moment.set_field_by_name("nanos", Value::I32(nanos));
    Value::Message(moment)
}

fn mask(message: &MessageDescriptor, paths: impl IntoIterator<Item = String>) -> Value {
    let mut mask = DynamicMessage::new(message.clone());
    mask.set_field_by_name("paths", Value::List(paths.into_iter().map(Value::String).collect()));
    Value::Message(mask)
}

fn lists(place: &Place) -> Vec<Hostile> {
    let element = |number: usize| match place.field().kind() {
        Kind::String if place.is_name() => Value::String(format!("people/p{number}")),
        Kind::String => Value::String(format!("t{number}")),
        Kind::Enum(_) => Value::EnumNumber(1),
        kind => Value::default_value(&kind),
    };
    let many = Hostile { goes_with_others: false, ..refused("too many", Value::List((0..MANY).map(element).collect())) };
    let none = Value::List(Vec::new());
    vec![many, if place.is_required() { refused("none", none) } else { typed("none", none) }]
}

fn maps(place: &Place) -> Vec<Hostile> {
    let Kind::Message(entry) = place.field().kind() else { panic!("{place} is a map") };
    let value = |number: i32| match entry.map_entry_value_field().kind() {
        Kind::Int32 => Value::I32(number),
        other => panic!("{place}: maps to {other:?} are not known here yet"),
    };
    let map = |entries: Vec<(String, i32)>| {
        Value::Map(entries.into_iter().map(|(key, number)| (MapKey::String(key), value(number))).collect())
    };
    vec![
        Hostile {
            goes_with_others: false,
            ..refused("too many", map((0..MANY).map(|number| (format!("k{number}"), 1)).collect()))
        },
        refused("an empty key", map(vec![(String::new(), 1)])),
        refused("too long a key", map(vec![("x".repeat(RATHER_LONG), 1)])),
        refused("a key of control characters", map(vec![("\u{0}".to_owned(), 1)])),
        refused("a negative number", map(vec![("like".to_owned(), -1)])),
    ]
}
