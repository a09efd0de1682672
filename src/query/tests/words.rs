//! Words, phrases, beginnings of words, joiners, signs and brackets.
//!
//! 1. plain text; 2. phrases; 3. beginnings of words; 4. joiners and brackets; 5. signs; 6. the normal form; 7. the words as
//!    they were typed.
use super::*;

#[test]
fn plain_text_is_words() {
    check(&[
        ("", ""),
        ("   \t\n", ""),
        ("tides", "tides"),
        ("Tides, the TIDES", "tides the"),
        ("K\u{e4}se Stra\u{df}e", "kase strasse"),
        ("who knows gRPC?", "who knows grpc"),
        ("!?, -- ++ ~ & []{} ...", ""),
        ("and or not", "and or not"),
        ("And Or Not", "and or not"),
        ("ORder ANDroid NOTe", "order android note"),
        ("AND-gate", "and gate"),
        ("node.js C++ C# .NET don't snake_case v1.2.3", "node.js c++ c# .net don't snake_case v1.2.3"),
        ("C++17 ada@example.org", "c++17 ada@example.org"),
        ("sign-on", "sign on"),
        ("\u{6771}\u{4eac}\u{90fd}", "\u{6771}\u{4eac} \u{4eac}\u{90fd}"),
        ("\u{0e17}\u{0e30}\u{0e40}\u{0e25}", "\u{0e17}\u{0e30} \u{0e30}\u{0e40} \u{0e40}\u{0e25}"),
        ("c-d x - y a+b", "c d x y a b"),
        ("foo.bar/baz", "foo.bar baz"),
        ("O'Neill's", "o'neill"),
        ("tide's l'amour", "tide amour"),
        ("12:30 1.5 -", "12 30 1.5"),
        ("https://example.org/a?b=c", "https example.org a b c"),
        ("std::vector", "std vector"),
        ("Re: hello", "re hello"),
        (": :: :x x:", "x"),
        ("\u{bd} cup", "1 2 cup"),
        ("\u{2474} \u{1f600}", "1"),
        ("e\u{301}t\u{e9} \u{feff}x", "ete x"),
    ]);
}

#[test]
fn phrases_are_words_in_a_row() {
    check(&[
        ("\"spring tide\"", "\"spring tide\""),
        ("\"Spring  TIDE!\"", "\"spring tide\""),
        ("\u{201c}spring tide\u{201d}", "\"spring tide\""),
        ("\u{201e}spring tide\u{201c}", "\"spring tide\""),
        ("\u{ab}spring tide\u{bb}", "\"spring tide\""),
        ("\u{bb}spring tide\u{ab}", "\"spring tide\""),
        ("\u{201c}spring tide\"", "\"spring tide\""),
        ("\"spring tide\"~2", "\"spring tide\"~2"),
        ("\"spring tide\"~0", "\"spring tide\""),
        ("\"spring tide\"~20", "\"spring tide\"~20"),
        ("\"spring tide\"~007", "\"spring tide\"~7"),
        ("\"spring tide\"~ x", "\"spring tide\" x"),
        ("\"spring tide\" ~2", "\"spring tide\" 2"),
        ("\"tide\"", "\"tide\""),
        ("\"tide\"~5", "\"tide\""),
        ("\"Tides!\" tides", "\"tides\" tides"),
        ("\"\" \"!\"", ""),
        ("\"tide AND (moon OR kind:page)\"", "\"tide and moon or kind page\""),
        ("\"tid* table\"", "\"tid table\""),
        ("\"sign-on\"", "\"sign on\""),
        ("\"node.js server\"", "\"node.js server\""),
        ("\"node.js\"", "\"node.js\""),
        ("\"the the\"", "\"the the\""),
        ("\"\u{6771}\u{4eac}\u{90fd}\"", "\"\u{6771}\u{4eac} \u{4eac}\u{90fd}\""),
        ("\"#tides\"", "\"#tides\""),
        ("\"@ada\"", "\"@ada\""),
        ("\"#spring tide\"", "\"#spring tide\""),
        ("a\"b c\"d", "a \"b c\" d"),
        ("\"a b\"\"c d\"", "\"a b\" \"c d\""),
        ("\"C++ 17\"", "\"c++ 17\""),
    ]);
}

#[test]
fn a_star_ends_the_beginning_of_a_word() {
    check(&[
        ("kube*", "kube*"),
        ("KUBE*", "kube*"),
        ("ku*", "ku*"),
        ("kube*, (tid*)", "kube* tid*"),
        ("node.j*", "node.j*"),
        ("sign-on*", "sign on*"),
        ("c+*", "c+*"),
        ("\u{6771}\u{4eac}\u{90fd}*", "\u{6771}\u{4eac} \u{4eac}\u{90fd}*"),
        ("-kube* +tid*", "-kube* +tid*"),
        ("kube* OR kube", "kube* OR kube"),
    ]);
}

#[test]
fn joiners_bind_as_written() {
    check(&[
        ("tide OR moon", "tide OR moon"),
        ("tide AND moon", "+tide +moon"),
        ("tide moon OR sun", "(tide moon) OR sun"),
        ("tide AND moon OR sun AND sea", "(+tide +moon) OR (+sun +sea)"),
        ("tide (moon OR sun)", "tide (moon OR sun)"),
        ("tide AND moon sea", "+tide +moon sea"),
        ("sea tide AND moon", "sea +tide +moon"),
        ("NOT tide", "-tide"),
        ("NOT NOT tide", "tide"),
        ("NOT tide moon", "-tide moon"),
        ("NOT tide OR moon", "-tide OR moon"),
        ("NOT (tide moon)", "-(tide moon)"),
        ("NOT (tide OR moon)", "-(tide OR moon)"),
        ("tide AND NOT moon", "+tide -moon"),
        ("(tide OR moon) AND sea", "(tide OR moon) +sea"),
        ("(tide moon) AND sea", "+tide +moon +sea"),
        ("sign-on AND tide", "+sign +on +tide"),
        ("\"a b\" AND c", "\"a b\" +c"),
        ("\"a\" AND c", "\"a\" +c"),
        ("(a)OR(b)", "a OR b"),
        ("((((a))))", "a"),
        ("() a (())", "a"),
        ("a OR ()", "a"),
        ("a OR \"\" OR b", "a OR b"),
        ("a AND !!", "+a"),
        ("f(x)", "f x"),
        ("(a b) (c d)", "a b c d"),
        ("(a OR b) OR c", "a OR b OR c"),
        ("a (b (c OR (d e)))", "a b (c OR (d e))"),
    ]);
}

#[test]
fn signs_stand_at_the_beginning() {
    check(&[
        ("+tide -moon", "+tide -moon"),
        ("+\"spring tide\"", "\"spring tide\""),
        ("+\"tide\"", "\"tide\""),
        ("-\"spring tide\"~3", "-\"spring tide\"~3"),
        ("-(tide moon)", "-(tide moon)"),
        ("+(tide moon)", "+tide +moon"),
        ("+(tide OR moon)", "tide OR moon"),
        ("(-tide)", "-tide"),
        ("c-d C++ x -", "c d c++ x"),
        ("--verbose ->x +-y", "verbose x y"),
        ("a -.net +_x", "a -.net +_x"),
        ("-sign-on", "-\"sign on\""),
        ("-node.js", "-node.js"),
        ("-sign-on*", "-(sign on*)"),
        ("+sign-on", "+sign +on"),
        ("\"a b\"-c", "\"a b\" c"),
        ("(a)-b", "a b"),
        ("-AND +OR -NOT", "-and +or -not"),
        ("-\"tide\"", "-\"tide\""),
        ("-\"#tides\" x", "-\"#tides\" x"),
        ("NOT -tide", "tide"),
        ("NOT +tide", "-tide"),
        ("tide + moon", "tide moon"),
        ("-5 +1", "-5 +1"),
    ]);
}

#[test]
fn equal_queries_are_equal_trees() {
    for (one, other) in [
        ("a b", "(a) ((b))"),
        ("a OR b", "((a) OR (b OR a))"),
        ("a b a", "A B"),
        ("NOT NOT a", "a"),
        ("NOT (NOT (a))", "a"),
        ("a AND b", "+a +b"),
        ("\"a b\"", "+\"a b\""),
        ("-a", "NOT +a"),
        ("-(a AND b)", "-(a b)"),
        ("kind:post,page", "kind:post OR kind:wiki"),
        ("kind:page,page", "kind:page"),
    ] {
        assert_eq!(strictly(one).unwrap().tree, strictly(other).unwrap().tree, "{one:?} and {other:?}");
    }
    assert_ne!(strictly("a +a").unwrap().tree, strictly("a").unwrap().tree);
    assert_ne!(strictly("a b").unwrap().tree, strictly("b a").unwrap().tree, "words stand in their order");
    assert_ne!(strictly("+a").unwrap().tree, strictly("\"a\"").unwrap().tree, "quotes ask for no other form");
}

#[test]
fn free_words_are_kept_as_they_were_typed() {
    for (typed, free) in [
        ("", ""),
        ("  S\u{f8}ren   O'Neill ", "S\u{f8}ren O'Neill"),
        ("\u{5c71}\u{7530}\u{592a}\u{90ce}", "\u{5c71}\u{7530}\u{592a}\u{90ce}"),
        ("ada OR bo AND cy", "ada bo cy"),
        ("\"Ada Lovelace\" kind:post @bo #tides", "Ada Lovelace bo #tides"),
        ("ada -bo -(cy dee) NOT eve NOT NOT fay", "ada fay"),
        ("ad* from:me", "ad"),
        ("title:tide before:2024", ""),
    ] {
        assert_eq!(leniently(typed).free, free, "{typed:?}");
    }
}
