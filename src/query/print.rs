//! A tree as text: what a query was understood as. Read strictly, within wide enough limits, the text gives the same tree.

use std::fmt::{self, Display, Formatter};

use super::lex::ends_run;
use super::terms;
use super::tree::{Node, Phrase, Test, Text, Tree};

impl Display for Tree {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => Ok(()),
            Some(Node::All(nodes)) => joined(f, nodes, " "),
            Some(Node::Any(nodes)) if value_list(nodes).is_none() => joined(f, nodes, " OR "),
            Some(node) => node.fmt(f),
        }
    }
}

/// A part of a tree; several things stand in brackets.
impl Display for Node {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => text.fmt(f),
            Self::Must(text) => write!(f, "+{text}"),
            Self::Test(test) => test.fmt(f),
            Self::All(nodes) => bracketed(f, nodes, " "),
            Self::Any(nodes) => match value_list(nodes) {
                Some(list) => f.write_str(&list),
                None => bracketed(f, nodes, " OR "),
            },
            Self::Not(node) => write!(f, "-{node}"),
        }
    }
}

impl Display for Text {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Prefix(beginning) => write!(f, "{beginning}*"),
            Self::Phrase(Phrase { words, slop }) => {
                write!(f, "\"{}\"", words.join(" "))?;
                if *slop > 0 { write!(f, "~{slop}") } else { Ok(()) }
            }
        }
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => {
                let label = tag.to_string();
                let is_label = terms::run(&label) == (vec![Node::Test(self.clone())], false);
                if is_label { f.write_str(&label) } else { write!(f, "tag:{}", quoted(tag.as_str())) }
            }
            Self::Involves(name) if terms::handle(name) == Some(name) => write!(f, "@{name}"),
            Self::Involves(name) => write!(f, "@\"{name}\""),
            Self::Url(parts) => match parts.as_slice() {
                [part] => write!(f, "url:{part}"),
                parts => write!(f, "url:\"{}\"", parts.join(" ")),
            },
            other => match other.named() {
                Some((name, value)) => write!(f, "{name}:{value}"),
                None => Ok(()),
            },
        }
    }
}

impl Test {
    /// The operator and the value of what may stand in a list of values.
    fn named(&self) -> Option<(&'static str, String)> {
        Some(match self {
            Self::Kind(kind) => ("kind", kind.as_str().to_owned()),
            Self::From(name) => ("from", quoted(name)),
            Self::In(name) => ("in", quoted(name)),
            Self::Tag(tag) => ("tag", quoted(tag.as_str())),
            Self::Language(language) => ("lang", language.to_string()),
            Self::Title(text) => ("title", text.to_string()),
            Self::Before(when) => ("before", when.to_string()),
            Self::After(when) => ("after", when.to_string()),
            Self::During(when) => ("during", when.to_string()),
            Self::Active(ago) => ("active", ago.to_string()),
            Self::Is(state) => ("is", state.as_str().to_owned()),
            Self::Involves(_) | Self::Url(_) => return None,
        })
    }
}

/// `kind:post,page`, where all say the same operator.
fn value_list(nodes: &[Node]) -> Option<String> {
    let mut list = String::new();
    let mut operator = "";
    for node in nodes {
        let Node::Test(test) = node else { return None };
        let (name, value) = test.named()?;
        if list.is_empty() {
            operator = name;
            list = format!("{name}:{value}");
        } else if name == operator {
            list.push(',');
            list.push_str(&value);
        } else {
            return None;
        }
    }
    Some(list)
}

/// A value as it is read whole: two colons in a row are no operator's.
pub(super) fn quoted(value: &str) -> String {
    let parts = value.starts_with(':') || value.contains(|c| ends_run(c) || c == ',');
    if parts { format!("\"{value}\"") } else { value.to_owned() }
}

fn bracketed(f: &mut Formatter<'_>, nodes: &[Node], joiner: &str) -> fmt::Result {
    f.write_str("(")?;
    joined(f, nodes, joiner)?;
    f.write_str(")")
}

fn joined(f: &mut Formatter<'_>, nodes: &[Node], joiner: &str) -> fmt::Result {
    for (at, node) in nodes.iter().enumerate() {
        if at > 0 {
            f.write_str(joiner)?;
        }
        node.fmt(f)?;
    }
    Ok(())
}
