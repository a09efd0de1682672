//! HTML as plain text.
//!
//! Works on the tokens of html5ever and never builds a tree, so that nesting costs nothing and cannot overflow a stack.
//! Scripts, styles, templates and the head are left out, if they end: what is never closed is shown rather than lost.

use std::cell::RefCell;
use std::mem;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use super::readable::Page;

/// How much is fed at once, in bytes.
const CHUNK: usize = 4096;
/// Most separators of attributes that one tag may have. The tokenizer compares each attribute with all before it, so a tag of
/// a hundred thousand would take minutes; beyond this many the rest is read as text.
const MAX_SEPARATORS: usize = 10_000;

/// HTML, or a fragment of it, as a reader sees it.
pub(super) fn plain(html: &str) -> String {
    let mut page = Page::default();
    add(&mut page, html);
    page.finish()
}

/// Adds a fragment of HTML to a page.
pub(super) fn add(page: &mut Page, html: &str) {
    let mut rest = html;
    while !rest.is_empty() {
        rest = &rest[add_until_stuck(page, rest)..];
    }
}

/// Reads until the end or until a tag has too many attributes; gives how many bytes were read, at least one.
fn add_until_stuck(page: &mut Page, html: &str) -> usize {
    let reader = Reader { page: mem::take(page), ..Reader::default() };
    let tokenizer = Tokenizer::new(Sink(RefCell::new(reader)), TokenizerOpts::default());
    let mut read = 0;
    let mut separators = 0;
    while read < html.len() && separators <= MAX_SEPARATORS {
        let end = html.ceil_char_boundary((read + CHUNK).min(html.len()));
        let chunk = &html[read..end];
        let queue = BufferQueue::default();
        queue.push_back(StrTendril::from(chunk));
        tokenizer.sink.0.borrow_mut().progressed = false;
        while !queue.is_empty() {
            // A script's end pauses the tokenizer; there is nothing to run.
            let _ = tokenizer.feed(&queue);
        }
        if tokenizer.sink.0.borrow().progressed {
            separators = 0;
        }
        separators += chunk.bytes().filter(|byte| byte.is_ascii_whitespace() || b"/\"'".contains(byte)).count();
        read = end;
    }
    tokenizer.end();
    *page = tokenizer.sink.0.into_inner().page;
    read
}

/// Elements whose content no reader sees. All else that a head holds has no text.
const HIDDEN: [&str; 4] = ["script", "style", "template", "title"];
/// Elements that stand on lines of their own.
const BLOCKS: [&str; 44] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "optgroup",
    "option",
    "p",
    "section",
    "summary",
    "table",
    "tbody",
    "tr",
    "ul",
];

#[derive(Default)]
struct Reader {
    page: Page,
    /// The element that hides what is read.
    hidden: Option<&'static str>,
    /// How often that element was opened inside itself.
    nested: usize,
    /// How deep the text is preformatted.
    preformatted: usize,
    /// Whether anything was read since this was last reset.
    progressed: bool,
}

/// Tokens arrive through a shared reference.
struct Sink(RefCell<Reader>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut reader = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => return reader.tag(&tag),
            Token::CharacterTokens(text) => reader.text(&text),
            Token::NullCharacterToken => reader.text(" "),
            Token::CommentToken(_) | Token::DoctypeToken(_) => reader.progressed = true,
            Token::EOFToken | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

impl Reader {
    fn text(&mut self, text: &str) {
        self.progressed = true;
        if self.preformatted > 0 { self.page.verbatim(text) } else { self.page.flowing(text) }
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        self.progressed = true;
        let name: &str = &tag.name;
        let opens = tag.kind == TagKind::StartTag;
        self.hide_or_show(name, opens);
        match name {
            "td" | "th" if !opens => self.page.cell(),
            "pre" | "textarea" => {
                self.page.line();
                self.preformatted = if opens { self.preformatted + 1 } else { self.preformatted.saturating_sub(1) };
            }
            "img" | "area" | "input" if opens => self.alternative(tag),
            _ if BLOCKS.contains(&name) => self.page.line(),
            _ => {}
        }
        match name {
            "script" if opens => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" if opens => TokenSinkResult::RawData(RawKind::Rawtext),
            _ => TokenSinkResult::Continue,
        }
    }

    fn hide_or_show(&mut self, name: &str, opens: bool) {
        match self.hidden {
            None if opens => {
                self.hidden = HIDDEN.into_iter().find(|hidden| *hidden == name);
                if self.hidden.is_some() {
                    self.page.keep();
                }
            }
            Some(hidden) if hidden == name && opens => self.nested += 1,
            Some(hidden) if hidden == name && self.nested > 0 => self.nested -= 1,
            Some(hidden) if hidden == name => {
                self.hidden = None;
                self.preformatted = 0;
                self.page.take_back();
            }
            _ => {}
        }
    }

    /// The text that stands for a picture.
    fn alternative(&mut self, tag: &Tag) {
        if let Some(alternative) = tag.attrs.iter().find(|attribute| &*attribute.name.local == "alt") {
            self.page.space();
            self.page.flowing(&alternative.value);
            self.page.space();
        }
    }
}

#[cfg(test)]
mod tests {
    //! 1. what a reader sees, and nothing else; 2. nothing is lost by malformed pages; 3. size and depth cost no more than
    //!    their length.
    use super::plain;

    #[test]
    fn a_page_reads_as_a_reader_sees_it() {
        for (html, expected) in [
            ("<p>One</p><p>two <b>bo</b>ld</p>", "One\ntwo bold"),
            ("<head><title>T</title><style>p{}</style></head><body>Text<script>if (a<b) x()</script>!</body>", "Text!"),
            ("a<br>b<br/>c", "a\nb\nc"),
            ("Caf&eacute; &amp; co &#8364; &zzz;", "Café & co € &zzz;"),
            ("<ul><li>one<li>two</ul>three", "one\ntwo\nthree"),
            ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a\tb\n1\t2"),
            ("<p>\n  much \n  space  </p>", "much space"),
            ("<pre>let  x;\n  y</pre>after", "let  x;\n  y\nafter"),
            ("see<img src=x alt='a chart'>here", "see a chart here"),
            ("a<!-- hidden -->b<template>t<template>u</template>v</template>c", "abc"),
            ("a\u{0}b\u{7}c", "a b c"),
            ("a < b and c > d", "a < b and c > d"),
        ] {
            assert_eq!(plain(html), expected, "{html}");
        }
    }

    #[test]
    fn what_is_never_closed_is_not_lost() {
        assert_eq!(plain("one <template>two <b>three"), "one two three");
        assert_eq!(plain("</p></b>four</nonsense>"), "four");
    }

    #[test]
    fn pages_may_be_deep_and_wide() {
        let deep = format!("{}core{}", "<div><b>".repeat(10_000), "</b></div>".repeat(10_000));
        assert_eq!(plain(&deep), "core");
        assert_eq!(plain(&"<".repeat(100_000)).len(), 100_000);
        let attributes = (0..100_000).map(|nth| format!(" a{nth}")).collect::<Vec<_>>().concat();
        assert!(plain(&format!("before<p{attributes}>after")).ends_with("after"));
        let picture = format!("<img src='data:image/png;base64,{}' alt='a chart'>", "iVBORw0KGgo".repeat(50_000));
        assert_eq!(plain(&picture), "a chart");
    }
}
