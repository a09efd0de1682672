//! The normal form of a tree, so that equal queries are equal trees.

use std::collections::HashSet;

use super::tree::{Node, Text};

/// A tree without lists in lists of the same sort, lists of one, double negations and repeats. What is negated is never left out
/// and never replaced anyway, so that a `+` there says nothing; neither does one before a phrase.
pub(super) fn normal(node: Node) -> Option<Node> {
    form(node, false)
}

fn form(node: Node, negated: bool) -> Option<Node> {
    match node {
        Node::Must(text @ Text::Phrase(_)) => Some(Node::Text(text)),
        Node::Must(text) if negated => Some(Node::Text(text)),
        Node::Text(_) | Node::Must(_) | Node::Test(_) => Some(node),
        Node::All(nodes) => list(nodes, negated, Node::All, |node| match node {
            Node::All(inner) => Ok(inner),
            other => Err(other),
        }),
        Node::Any(nodes) => list(nodes, negated, Node::Any, |node| match node {
            Node::Any(inner) => Ok(inner),
            other => Err(other),
        }),
        Node::Not(inner) => match *inner {
            Node::Not(twice) => form(*twice, negated),
            once => match form(once, true)? {
                Node::Not(twice) => Some(*twice),
                once => Some(Node::Not(Box::new(once))),
            },
        },
    }
}

fn list(
    nodes: Vec<Node>,
    negated: bool,
    of: impl Fn(Vec<Node>) -> Node,
    same: impl Fn(Node) -> Result<Vec<Node>, Node>,
) -> Option<Node> {
    let (mut flat, mut seen) = (Vec::with_capacity(nodes.len()), HashSet::new());
    for node in nodes.into_iter().filter_map(|node| form(node, negated)) {
        let nodes = same(node).unwrap_or_else(|other| vec![other]);
        flat.extend(nodes.into_iter().filter(|node| seen.insert(node.clone())));
    }
    if flat.len() > 1 { Some(of(flat)) } else { flat.pop() }
}
