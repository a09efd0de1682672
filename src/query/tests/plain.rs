//! Texts of which nothing is read but words.
//!
//! 1. signs, quotes, brackets and operators mean nothing; 2. words are those of a search box; 3. limits hold; 4. any text is read, as
//!    nothing but words, and what is printed of it reads back as the same.

use proptest::prelude::*;

use super::super::{Node, Text};
use super::*;

fn plainly(typed: &str) -> Result<Typed, Vec<QueryError>> {
    parse(typed, Mode::Plain, &LIMITS)
}

#[test]
fn signs_mean_nothing() {
    for (typed, printed) in [
        ("", ""),
        ("\"storm surge\" -tide", "storm surge tide"),
        ("+moon (tide OR sea) NOT wave", "moon tide or sea not wave"),
        ("kind:page from:ada", "kind page from ada"),
        ("kube* \"", "kube"),
        ("#tides by @ada", "tides by ada"),
        ("declare @total int", "declare total int"),
        ("Error: \"no such file\" (os error 2)", "error no such file os 2"),
        ("C++ and node.js", "c++ and node.js"),
        ("tide Tide TIDE", "tide"),
        ("潮汐", "潮汐"),
    ] {
        let read = plainly(typed).unwrap();
        assert_eq!(read.tree.to_string(), printed, "{typed:?} is {:?}", read.tree);
        assert_eq!((read.notes, read.free.as_str(), read.unsearchable), (Vec::new(), typed.trim(), false), "{typed:?}");
    }
    let nothing = plainly("(\"-\")").unwrap();
    assert_eq!((nothing.tree.0, nothing.unsearchable), (None, true));
}

#[test]
fn words_are_those_of_a_search_box() {
    for typed in ["storm surge", "who knows grpc deadlines", "node.js C# quality_rank", "Häfen İstanbul 潮汐 سفينة"] {
        assert_eq!(plainly(typed).unwrap().tree, leniently(typed).tree, "{typed}");
    }
}

#[test]
fn limits_hold() {
    let limits = QueryLimits { bytes: 60, words: 3, ..LIMITS };
    let read = |typed: &str| parse(typed, Mode::Plain, &limits);
    assert!(read("one two three").is_ok());
    assert_eq!(read("one (two \"three\" four)"), Err(vec![QueryError::TooManyWords { limit: 3, actual: 4 }]));
    assert_eq!(read(&"(".repeat(61)), Err(vec![QueryError::TooLong { limit: 60, actual: 61 }]));
    assert!(read(&"(".repeat(60)).is_ok(), "brackets are no brackets");
}

proptest! {
    #[test]
    fn any_text_is_nothing_but_words(typed in r#"([a-zäß"()+\-*#@:~ .,]|OR|AND|NOT|kind:|\PC){0,60}"#) {
        let read = plainly(&typed).unwrap();
        read.tree.each_leaf(&mut |leaf| assert!(matches!(leaf, Node::Text(Text::Word(_))), "{leaf:?}"));
        let printed = read.tree.to_string();
        prop_assert_eq!(strictly(&printed).map(|again| again.tree), Ok(read.tree), "{:?}", printed);
    }
}
