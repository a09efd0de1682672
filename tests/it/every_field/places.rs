//! Where a request can hold something.

use std::fmt;

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};

/// Deepest field that is looked for; no request is that deep.
const DEPTH: usize = 8;
/// `google.api.FieldBehavior`.
const REQUIRED: i32 = 2;
const OUTPUT_ONLY: i32 = 3;
const IDENTIFIER: i32 = 8;

/// What holds a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// The field itself: one value, all values of a list, all entries of a map.
    Whole,
    /// The first value of a list.
    First,
}

/// A field at the end of a path from the request.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    way: Vec<(FieldDescriptor, Of)>,
    output_only: bool,
}

/// Every place of a message that holds a value, and those that hold messages or lists.
pub(super) fn places(message: &MessageDescriptor) -> Vec<Place> {
    let mut found = Vec::new();
    collect(message, &Place { way: Vec::new(), output_only: false }, &mut found);
    found
}

fn collect(message: &MessageDescriptor, above: &Place, found: &mut Vec<Place>) {
    assert!(above.way.len() < DEPTH, "{above} is deep");
    for field in message.fields() {
        let whole = above.with(&field, Of::Whole);
        if whole.output_only {
            // What stands below is as little looked at.
            found.push(whole);
            continue;
        }
        found.push(whole.clone());
        let inner = if field.is_list() { above.with(&field, Of::First) } else { whole };
        match field.kind() {
            Kind::Message(below) if !field.is_map() && !is_leaf(&below) => {
                if field.is_list() {
                    found.push(inner.clone());
                }
                collect(&below, &inner, found);
            }
            _ if field.is_list() => found.push(inner),
            _ => {}
        }
    }
}

/// Whether a message is one value to those who send it.
pub(super) fn is_leaf(message: &MessageDescriptor) -> bool {
    message.full_name().starts_with("google.protobuf.")
}

impl Place {
    fn with(&self, field: &FieldDescriptor, of: Of) -> Self {
        let mut way = self.way.clone();
        way.push((field.clone(), of));
        Self { output_only: self.output_only || behaves(field, OUTPUT_ONLY), way }
    }

    /// The field.
    pub(super) fn field(&self) -> &FieldDescriptor {
        &self.way.last().expect("a place has a field").0
    }

    /// Whether it is the field itself or a value of it.
    pub(super) fn of(&self) -> Of {
        self.way.last().expect("a place has a field").1
    }

    /// Whether callers have nothing to say there.
    pub(super) fn is_output_only(&self) -> bool {
        self.output_only
    }

    /// Whether callers must say something there, once they say anything around it.
    pub(super) fn is_required(&self) -> bool {
        behaves(self.field(), REQUIRED) && self.field().containing_oneof().is_none()
    }

    /// Whether it names a resource.
    pub(super) fn is_name(&self) -> bool {
        let options = self.field().options();
        let pool = self.field().parent_pool();
        let reference = pool.get_extension_by_name("google.api.resource_reference").expect("the protos import it");
        options.has_extension(&reference) || behaves(self.field(), IDENTIFIER)
    }

    /// Whether the path ends so.
    pub(super) fn ends_with(&self, field: &str) -> bool {
        let path = self.to_string();
        path == field || path.ends_with(&format!(".{field}"))
    }

    /// Whether a request holds anything there: of alternatives only the last one that was set is left.
    pub(super) fn is_in(&self, request: &DynamicMessage) -> bool {
        is_in(&self.way, request)
    }

    /// Puts a value there, making what must hold it.
    pub(super) fn set(&self, request: &mut DynamicMessage, value: Value) {
        put(&self.way, request, value);
    }
}

fn is_in(way: &[(FieldDescriptor, Of)], message: &DynamicMessage) -> bool {
    let Some(((field, of), below)) = way.split_first() else { return true };
    let alternative = field.containing_oneof().is_some() && !message.has_field(field);
    let held = message.get_field(field);
    let inner = match (held.as_ref(), of) {
        (Value::List(list), Of::First) => list.first(),
        (held, _) => Some(held),
    };
    let inside = match inner {
        Some(Value::Message(inner)) => is_in(below, inner),
        Some(_) => true,
        None => false,
    };
    !alternative && inside
}

fn put(way: &[(FieldDescriptor, Of)], message: &mut DynamicMessage, value: Value) {
    let Some(((field, of), below)) = way.split_first() else { return };
    if below.is_empty() && *of == Of::Whole {
        message.set_field(field, value);
        return;
    }
    let mut held = message.get_field(field).into_owned();
    let first = match (&mut held, of) {
        (Value::List(list), Of::First) => {
            if list.is_empty() {
                list.push(Value::default_value(&field.kind()));
            }
            &mut list[0]
        }
        (held, _) => held,
    };
    match (below.is_empty(), first) {
        (true, first) => *first = value,
        (false, Value::Message(inner)) => put(below, inner, value),
        (false, other) => panic!("{field:?} holds no message: {other:?}"),
    }
    message.set_field(field, held);
}

fn behaves(field: &FieldDescriptor, as_said: i32) -> bool {
    let behaviour = field.parent_pool().get_extension_by_name("google.api.field_behavior").expect("the protos import it");
    match field.options().get_extension(&behaviour).as_ref() {
        Value::List(said) => said.iter().any(|said| said.as_enum_number() == Some(as_said)),
        _ => false,
    }
}

/// As refusals name fields: `document.people[0].person`. That a stream's message holds an item is no part of it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (field, of) in &self.way {
            if field.containing_oneof().is_some_and(|oneof| oneof.name() == "part") && field.name() == "item" {
                continue;
            }
            write!(f, "{separator}{}", field.name())?;
            if *of == Of::First {
                f.write_str("[0]")?;
            }
            separator = ".";
        }
        Ok(())
    }
}
