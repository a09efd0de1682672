//! A text with what is being typed completed, as the language reads it.
//!
//! Nothing is put in that would not be read back as what it stands for: a name that no quotes can hold completes nothing.

use super::caret::{Caret, Typing};
use super::lex::is_quote;
use super::limits::QueryLimits;
use super::operators::{Operator, Takes};
use super::parse::{Mode, parse};
use super::print::quoted;
use super::tree::{Node, Test, Text};
use crate::domain::Hashtag;

/// What may complete what is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion<'a> {
    /// A word, folded.
    Word(&'a str),
    /// A topic label.
    Label(&'a Hashtag),
    /// A person, by a name that the asker means them by.
    Person(&'a str),
    /// A community, likewise.
    Community(&'a str),
    /// A headline.
    Headline(&'a str),
    /// A value of the operator whose value is being typed.
    Value(&'a str),
    /// An operator, whose value is still to be typed.
    Operator(&'static Operator),
}

impl Caret<'_> {
    /// The text with a completion in the place of everything from a byte on up to the end of what is replaced. Nothing where that
    /// cannot stand here, would be read as something else, or makes the text pass a limit.
    #[must_use]
    pub fn completed(&self, with: Completion<'_>, from: usize, limits: &QueryLimits) -> Option<String> {
        let written = self.written(with, limits)?;
        let (before, behind) = (self.text.get(..from)?, self.text.get(self.replaced.end..)?);
        let text = format!("{before}{written}{behind}");
        parse(&text, Mode::Lenient, limits).is_ok().then_some(text)
    }

    /// What is put in.
    fn written(&self, with: Completion<'_>, limits: &QueryLimits) -> Option<String> {
        if !self.takes(with) {
            return None;
        }
        let (node, written) = match with {
            Completion::Operator(operator) => return Some(format!("{}:", operator.name)),
            Completion::Word(word) => (Node::Text(Text::Word(word.to_owned())), word.to_owned()),
            Completion::Label(label) => named(Test::Tag(label.clone())),
            Completion::Person(name) => match self.typing {
                Typing::Value(_) => named(Test::From(name.to_owned())),
                _ => named(Test::Involves(name.to_owned())),
            },
            Completion::Community(name) => named(Test::In(name.to_owned())),
            Completion::Headline(headline) => return self.headline(headline, limits),
            Completion::Value(value) => {
                let Typing::Value(operator) = self.typing else { return None };
                let alone = format!("{}:{value}", operator.name);
                return is_read(&alone, limits, |_| true).then(|| value.to_owned());
            }
        };
        let value = match with {
            Completion::Label(label) => label.as_str(),
            Completion::Person(name) | Completion::Community(name) => name,
            _ => "",
        };
        let (alone, written) = match self.typing {
            // The operator stands there already.
            Typing::Value(operator) => (format!("{}:{}", operator.name, quoted(value)), quoted(value)),
            _ => (written.clone(), format!("{written}{}", self.closing)),
        };
        is_read(&alone, limits, |read| *read == node).then_some(written)
    }

    /// Whether something of this sort can stand here.
    fn takes(&self, with: Completion<'_>) -> bool {
        match (self.typing, with) {
            (Typing::Word | Typing::Phrase, Completion::Word(_))
            | (Typing::Label, Completion::Label(_))
            | (Typing::Mention, Completion::Person(_)) => true,
            (Typing::Word, Completion::Value(_)) => false,
            (Typing::Word, _) => self.alone,
            (Typing::Value(operator), with) => matches!(
                (operator.takes_what(), with),
                (Takes::People, Completion::Person(_))
                    | (Takes::Communities, Completion::Community(_))
                    | (Takes::Labels, Completion::Label(_))
                    | (Takes::Headlines, Completion::Headline(_))
                    | (Takes::Listed, Completion::Value(_))
            ),
            _ => false,
        }
    }

    /// A headline in quotes, without those of its own.
    fn headline(&self, headline: &str, limits: &QueryLimits) -> Option<String> {
        let words: Vec<&str> =
            headline.split(|c: char| c.is_whitespace() || is_quote(c)).filter(|word| !word.is_empty()).collect();
        let value = format!("\"{}\"", words.join(" "));
        let alone = format!("title:{value}");
        let read = is_read(&alone, limits, |read| matches!(read, Node::Test(Test::Title(_))));
        read.then_some(if matches!(self.typing, Typing::Value(_)) { value } else { alone })
    }
}

/// A test and how it is written.
fn named(test: Test) -> (Node, String) {
    let node = Node::Test(test);
    let written = node.to_string();
    (node, written)
}

/// Whether a text is read, strictly, as one thing that is as it should be.
fn is_read(text: &str, limits: &QueryLimits, expected: impl Fn(&Node) -> bool) -> bool {
    parse(text, Mode::Strict, limits).is_ok_and(|typed| typed.tree.0.as_ref().is_some_and(expected))
}

#[cfg(test)]
mod tests {
    //! Proved: 1. what completes is read back, strictly, as what it stands for; 2. what cannot be, and what cannot stand there, completes
    //! nothing; 3. so does what passes a limit.
    use super::super::operators::OPERATORS;
    use super::super::tests::LIMITS;
    use super::*;

    /// The text with the completion at `|`.
    fn completed(marked: &str, with: Completion<'_>) -> Option<String> {
        let text = marked.replacen('|', "", 1);
        let caret = Caret::at(&text, marked.find('|').unwrap()).unwrap_or_else(|| panic!("{marked}: nothing is typed"));
        caret.completed(with, caret.replaced.start, &LIMITS)
    }

    #[test]
    fn what_completes_is_read_back() {
        let label = |text: &str| Hashtag::parse(text).unwrap();
        let (tides, odd) = (label("tides"), label("a:b"));
        for (marked, with, expected, tree) in [
            ("ti|", Completion::Word("tides"), "tides", "tides"),
            ("harbour ga|t moon", Completion::Word("gauges"), "harbour gauges moon", "harbour gauges moon"),
            ("-ti|", Completion::Word("tides"), "-tides", "-tides"),
            ("\"harbour ga|", Completion::Word("gauges"), "\"harbour gauges\"", "\"harbour gauges\""),
            ("\"harbour ga|\"~2", Completion::Word("gauges"), "\"harbour gauges\"~2", "\"harbour gauges\"~2"),
            ("#ti|", Completion::Label(&tides), "#tides", "#tides"),
            ("ti|", Completion::Label(&tides), "#tides", "#tides"),
            ("tag:ti|", Completion::Label(&tides), "tag:tides", "#tides"),
            ("tag:ebb,ti|", Completion::Label(&tides), "tag:ebb,tides", "tag:ebb,tides"),
            ("#a|", Completion::Label(&odd), "tag:a:b", "tag:a:b"),
            ("@ad|", Completion::Person("ada"), "@ada", "@ada"),
            ("ad|", Completion::Person("Ada Lovelace"), "@\"Ada Lovelace\"", "@\"Ada Lovelace\""),
            ("@\"ada l|", Completion::Person("Ada Lovelace"), "@\"Ada Lovelace\"", "@\"Ada Lovelace\""),
            ("-from:mei,ad|", Completion::Person("Ada Lovelace"), "-from:mei,\"Ada Lovelace\"", "-from:mei,\"Ada Lovelace\""),
            ("from:\"ada l|ov\" tide", Completion::Person("forum:ada"), "from:forum:ada tide", "from:forum:ada tide"),
            ("in:ti|", Completion::Community("Tide, Watch"), "in:\"Tide, Watch\"", "in:\"Tide, Watch\""),
            ("(ti|)", Completion::Community("tides"), "(in:tides)", "in:tides"),
            (
                "harb|",
                Completion::Headline("The \"Harbour\" gauges"),
                "title:\"The Harbour gauges\"",
                "title:\"the harbour gauges\"",
            ),
            ("title:harb|", Completion::Headline("Harbour"), "title:\"Harbour\"", "title:\"harbour\""),
            ("\"ga|", Completion::Word("gauges"), "\"gauges\"", "\"gauges\""),
            ("kind:pa|", Completion::Value("page"), "kind:page", "kind:page"),
            ("kind:post,|", Completion::Value("page"), "kind:post,page", "kind:post,page"),
        ] {
            assert_eq!(completed(marked, with).as_deref(), Some(expected), "{marked}");
            let read = parse(expected, Mode::Strict, &LIMITS).unwrap_or_else(|errors| panic!("{expected}: {errors:?}"));
            let again = parse(tree, Mode::Strict, &LIMITS).unwrap();
            assert_eq!(read.tree.to_string(), again.tree.to_string(), "{expected}");
        }
        assert_eq!(completed("tide ki|", Completion::Operator(&OPERATORS[0])).as_deref(), Some("tide kind:"));
    }

    #[test]
    fn what_would_be_read_as_something_else_completes_nothing() {
        let tides = Hashtag::parse("tides").unwrap();
        for (marked, with) in [
            ("ti|", Completion::Word("#tides")),
            ("ti|", Completion::Word("tides:moon")),
            ("ti|", Completion::Word("two words")),
            ("\"ti|\"", Completion::Label(&tides)),
            ("ti|/moon", Completion::Label(&tides)),
            ("ti|/moon", Completion::Person("tina")),
            ("from:a|", Completion::Person("Ada \"Countess\" Lovelace")),
            ("from:a|", Completion::Person("Me")),
            ("@a|", Completion::Person("@")),
            ("@a|", Completion::Community("tides")),
            ("from:a|", Completion::Community("tides")),
            ("tag:a|", Completion::Person("ada")),
            ("kind:p|", Completion::Value("poem")),
            ("ki|", Completion::Value("page")),
            ("\"ki|\"", Completion::Operator(&OPERATORS[0])),
            ("title:h|", Completion::Headline("\"?!\"")),
        ] {
            assert_eq!(completed(marked, with), None, "{marked} with {with:?}");
        }
    }

    #[test]
    fn what_passes_a_limit_completes_nothing() {
        let caret = Caret::at("tide wa", 7).unwrap();
        let few = QueryLimits { words: 3, ..LIMITS };
        assert_eq!(caret.completed(Completion::Headline("Water marks"), 5, &few).as_deref(), Some("tide title:\"Water marks\""));
        assert_eq!(caret.completed(Completion::Headline("Water marks again"), 5, &few), None);
        assert_eq!(caret.completed(Completion::Word("water"), 5, &QueryLimits { bytes: 9, ..LIMITS }), None);
        assert!(caret.completed(Completion::Word("water"), 5, &QueryLimits { bytes: 10, ..LIMITS }).is_some());
        assert_eq!(caret.completed(Completion::Person("wanda"), 0, &LIMITS).as_deref(), Some("@wanda"), "in the place of a row");
    }
}
