//! Names in a tree: whom and what somebody meant by what they typed is looked up outside of this room.

use std::collections::HashMap;

use super::tree::{Node, Test, Tree};
use crate::domain::{CommunityName, PersonName};

/// Whom and what the names of a tree mean, by the text that was typed. What is not here means nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// People, under every name that they write under.
    pub people: HashMap<String, Vec<PersonName>>,
    /// Communities.
    pub communities: HashMap<String, Vec<CommunityName>>,
}

impl Tree {
    /// The people who must be known to answer it, as they were typed, in order, each once.
    #[must_use]
    pub fn people(&self) -> Vec<&str> {
        self.named(|test| match test {
            Test::From(name) | Test::Involves(name) => Some(name),
            _ => None,
        })
    }

    /// The communities that must be known to answer it, as they were typed, in order, each once.
    #[must_use]
    pub fn communities(&self) -> Vec<&str> {
        self.named(|test| match test {
            Test::In(name) => Some(name),
            _ => None,
        })
    }

    fn named<'a>(&'a self, name: impl Fn(&'a Test) -> Option<&'a String>) -> Vec<&'a str> {
        let mut names: Vec<&str> = Vec::new();
        self.each_leaf(&mut |leaf| {
            if let Node::Test(test) = leaf
                && let Some(name) = name(test)
                && !names.contains(&name.as_str())
            {
                names.push(name);
            }
        });
        names
    }

    /// Hands out what stands in lists and negations, in order.
    pub(super) fn each_leaf<'a>(&'a self, found: &mut dyn FnMut(&'a Node)) {
        fn walk<'a>(node: &'a Node, found: &mut dyn FnMut(&'a Node)) {
            match node {
                Node::Text(_) | Node::Must(_) | Node::Test(_) => found(node),
                Node::All(nodes) | Node::Any(nodes) => nodes.iter().for_each(|node| walk(node, found)),
                Node::Not(node) => walk(node, found),
            }
        }
        if let Some(node) = &self.0 {
            walk(node, found);
        }
    }
}
