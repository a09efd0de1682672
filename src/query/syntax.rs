//! What the language has beside its operators, so that clients can draw help and completion.

/// A way to write something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syntax {
    /// What it is called.
    pub name: &'static str,
    /// How it is written.
    pub form: &'static str,
    /// What it does, as a sentence.
    pub meaning: &'static str,
    /// Whether it may be negated.
    pub negatable: bool,
    /// Queries that show it.
    pub examples: &'static [&'static str],
}

/// Every way to write something but operators, in the order in which they are told.
pub const SYNTAX: [Syntax; 11] = [
    Syntax {
        name: "words",
        form: "word word",
        meaning: "Documents with all words, in any of their forms; with some of them where too few have all.",
        negatable: true,
        examples: &["storm surge", "who knows grpc deadlines"],
    },
    Syntax {
        name: "phrase",
        form: "\"word word\" or \"word\"",
        meaning: "Words in a row, as they are written. One word in quotes is that very word, in no other form.",
        negatable: true,
        examples: &["\"harmonic analysis\"", "\"quality_rank\""],
    },
    Syntax {
        name: "near",
        form: "\"word word\"~2",
        meaning: "Words in this order with so many places between them, all in all; 0 to 20.",
        negatable: true,
        examples: &["\"sensor calibration\"~3"],
    },
    Syntax {
        name: "prefix",
        form: "word*",
        meaning: "Words that begin so; two characters or more before the star, and nothing behind it.",
        negatable: true,
        examples: &["calibrat*", "kube*"],
    },
    Syntax {
        name: "required",
        form: "+word",
        meaning: "A word that must not be left out, in any of its forms; no synonym and no other spelling stands in for it.",
        negatable: false,
        examples: &["+deadlines grpc"],
    },
    Syntax {
        name: "not",
        form: "-word or NOT word",
        meaning: "Documents without what stands behind it: a word, a phrase, an operator or brackets.",
        negatable: false,
        examples: &["kubernetes -kind:post", "tides NOT \"spring tide\""],
    },
    Syntax {
        name: "and",
        form: "word AND word",
        meaning: "Both, neither of which must be left out. Binds before OR.",
        negatable: false,
        examples: &["satellite AND altimetry"],
    },
    Syntax {
        name: "or",
        form: "word OR word",
        meaning: "Any of these. What stands between two OR belongs together.",
        negatable: false,
        examples: &["multibeam OR sonar", "from:me OR @me"],
    },
    Syntax {
        name: "brackets",
        form: "( )",
        meaning: "What belongs together.",
        negatable: true,
        examples: &["(tides OR surge) kind:page", "deadlines -(kind:post lang:de)"],
    },
    Syntax {
        name: "tag",
        form: "#label",
        meaning: "Documents with a topic label, as tag: says.",
        negatable: true,
        examples: &["#grpc deadlines"],
    },
    Syntax {
        name: "person",
        form: "@person",
        meaning: "Documents in which a person takes part or is mentioned: an ID, a handle, an address, @\"a name\" or @me.",
        negatable: true,
        examples: &["@tomasz", "@me is:unanswered"],
    },
];

#[cfg(test)]
mod tests {
    //! 1. every example reads strictly.
    use super::super::tests::LIMITS;
    use super::super::{Mode, parse};
    use super::*;

    #[test]
    fn every_example_reads_strictly() {
        for syntax in &SYNTAX {
            assert!(!syntax.examples.is_empty(), "{}", syntax.name);
            for example in syntax.examples {
                let read = parse(example, Mode::Strict, &LIMITS);
                assert!(read.is_ok_and(|typed| typed.tree.0.is_some()), "{example}");
            }
        }
    }
}
