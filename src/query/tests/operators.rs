//! Operators, labels and people.
//!
//! 1. closed lists of values; 2. names; 3. labels; 4. headlines and addresses; 5. times; 6. what is no operator.
use super::*;

#[test]
fn values_of_closed_lists() {
    check(&[
        ("kind:post", "kind:post"),
        ("KIND:Page", "kind:page"),
        ("kind:blog kind:wiki", "kind:article kind:page"),
        ("kind:question,discussion,topic", "kind:topic"),
        ("kind:answer OR kind:post", "kind:reply,post"),
        ("kind:post,page tide", "kind:post,page tide"),
        ("tide OR kind:post,page", "tide OR kind:post OR kind:page"),
        ("-kind:post,page", "-kind:post,page"),
        ("kind:\"post\"", "kind:post"),
        ("(kind:page)", "kind:page"),
        ("+kind:page", "kind:page"),
        ("kind:post, page", "kind:post page"),
        ("kind:post,,page", "kind:post,page"),
        ("is:solved", "is:solved"),
        ("is:Unsolved is:unanswered", "is:unsolved is:unanswered"),
        ("is:accepted,verified -is:deprecated", "is:accepted,verified -is:deprecated"),
        ("has:accepted", "is:solved"),
        ("lang:de", "lang:de"),
        ("lang:de-AT,EN", "lang:de,en"),
        ("is:solved OR lang:de", "is:solved OR lang:de"),
    ]);
}

#[test]
fn names_stand_as_they_were_typed() {
    check(&[
        ("from:ada", "from:ada"),
        ("FROM:ada", "from:ada"),
        ("from:@ada", "from:ada"),
        ("from:people/ada", "from:people/ada"),
        ("from:ME", "from:me"),
        ("from:ada@example.org", "from:ada@example.org"),
        ("from:\"Ada  Lovelace\"", "from:\"Ada Lovelace\""),
        ("from:\u{201e}Ada Lovelace\u{201c}", "from:\"Ada Lovelace\""),
        ("from:\"Ada\"", "from:Ada"),
        ("from:\"Ada (she)\"", "from:\"Ada (she)\""),
        ("from:\"a,b\"", "from:\"a,b\""),
        ("from:a,b,\"C D\"", "from:a,b,\"C D\""),
        ("-from:a,b", "-from:a,b"),
        ("@ada", "@ada"),
        ("@Ada.Lovelace,", "@Ada.Lovelace"),
        ("@me", "@me"),
        ("ask @ada: when?", "ask @ada when"),
        ("@ada@example.org", "@ada@example.org"),
        ("@people/ada", "@people/ada"),
        ("@\"Ada Lovelace\"", "@\"Ada Lovelace\""),
        ("@\"Ada\"", "@Ada"),
        ("@ada OR @bo", "@ada OR @bo"),
        ("-@ada", "-@ada"),
        ("-@\"Ada Lovelace\"", "-@\"Ada Lovelace\""),
        ("@ada,@bo", "@ada @bo"),
        ("@types/node", "types node"),
        ("a@b @ @-", "a@b"),
        ("in:incident-room", "in:incident-room"),
        ("in:communities/ops", "in:communities/ops"),
        ("in:\"Incident Room\",ops", "in:\"Incident Room\",ops"),
    ]);
}

#[test]
fn labels_are_tags() {
    check(&[
        ("#tides", "#tides"),
        ("#Tides #TIDES", "#tides"),
        ("tag:tides", "#tides"),
        ("tag:#tides", "#tides"),
        ("tag:\"code of conduct\"", "#code-of-conduct"),
        ("#code-of-conduct,", "#code-of-conduct"),
        ("#K\u{e4}se", "#k\u{e4}se"),
        ("#C++ #c# #node.js #snake_case", "#c++ #c# #node.js #snake_case"),
        ("#\u{6771}\u{4eac}", "#\u{6771}\u{4eac}"),
        ("tag:a/b tag:a:b tag:.net", "tag:a/b tag:a:b tag:.net"),
        ("tag:a,b", "tag:a,b"),
        ("#a OR #b", "tag:a,b"),
        ("-#tides", "-#tides"),
        ("-tag:a,b", "-tag:a,b"),
        ("+#tides", "#tides"),
        ("#a,#b;#c", "#a #b #c"),
        ("(#tides)", "#tides"),
        ("tag:\":a\" from:\":a\" in:a:b url::x", "tag:\":a\" from:\":a\" in:a:b url x"),
        ("#123 issue#5 ##x", "123 issue 5 x"),
        ("# tides", "tides"),
    ]);
}

#[test]
fn headlines_and_addresses() {
    check(&[
        ("title:Tides", "title:tides"),
        ("title:tid*", "title:tid*"),
        ("title:\"Spring Tide\"", "title:\"spring tide\""),
        ("title:\"spring tide\"~2", "title:\"spring tide\"~2"),
        ("title:\"tide\"", "title:\"tide\""),
        ("title:sign-on", "title:\"sign on\""),
        ("title:a,b,\"c d\"~1,ef*", "title:a,b,\"c d\"~1,ef*"),
        ("title:c++ -title:#x", "title:c++ -title:#x"),
        ("title:tide(x)", "title:tide x"),
        ("url:example", "url:example"),
        ("url:example.org", "url:\"example org\""),
        ("url:https://Example.org/wiki/Tides?x=1,2", "url:\"1 2 example org tides wiki x\""),
        ("url:\"example.org/a b\"", "url:\"a b example org\""),
        ("url:/a/a/b", "url:\"a b\""),
        ("-url:example.org", "-url:\"example org\""),
    ]);
}

#[test]
fn times() {
    check(&[
        ("before:2025", "before:2025"),
        ("after:2025-03", "after:2025-03"),
        ("during:2025-03-14", "during:2025-03-14"),
        ("during:2024,2025-06", "during:2024,2025-06"),
        ("after:Today before:YESTERDAY", "after:today before:yesterday"),
        ("after:7d", "after:7d"),
        ("after:1d after:0d", "after:yesterday after:today"),
        ("during:12h,2w,3m,1y", "during:12h,2w,3m,1y"),
        ("active:30d", "active:30d"),
        ("active:12H", "active:12h"),
        ("-before:2025", "-before:2025"),
        ("before:2025 OR active:1w", "before:2025 OR active:1w"),
    ]);
}

#[test]
fn what_is_no_operator_is_plain_text() {
    check(&[
        ("\"foo:bar\"", "\"foo bar\""),
        ("12:30", "12 30"),
        ("a1:b", "a1 b"),
        ("http://foo:80/x", "http foo 80 x"),
        ("foo: bar", "foo bar"),
        ("foo::bar", "foo bar"),
        ("x-kind:page", "x kind page"),
        ("-12:30", "-\"12 30\""),
    ]);
    for (typed, printed) in [
        ("foo:bar", "foo bar"),
        ("mailto:x", "mailto x"),
        ("C:\\temp", "c temp"),
        ("-foo:bar", "-\"foo bar\""),
        ("\u{442}\u{435}\u{433}:x", "\u{442}\u{435}\u{433} x"),
    ] {
        let typed_leniently = leniently(typed);
        assert_eq!((typed_leniently.tree.to_string().as_str(), typed_leniently.notes), (printed, Vec::new()));
        assert!(strictly(typed).is_err(), "{typed}");
    }
}
