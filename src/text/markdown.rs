//! Markdown as plain text: `CommonMark` with tables, task lists, strikethrough and footnotes.
//!
//! Code stays, links keep their text and lose their address, pictures keep their description. HTML inside is read as HTML.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::html;
use super::readable::Page;

/// Markdown as a reader sees it.
pub(super) fn plain(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut page = Page::default();
    let mut block = String::new();
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => page.verbatim(&text),
            Event::Html(html) => block.push_str(&html),
            Event::InlineHtml(html) => html::add(&mut page, &html),
            Event::SoftBreak => page.space(),
            Event::HardBreak | Event::Rule => page.line(),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
            Event::Start(tag) => {
                if is_block(&tag) {
                    page.line();
                }
            }
            Event::End(TagEnd::HtmlBlock) => {
                html::add(&mut page, &block);
                block.clear();
                page.line();
            }
            Event::End(TagEnd::TableCell) => page.cell(),
            Event::End(tag) => {
                if !is_inline_end(tag) {
                    page.line();
                }
            }
        }
    }
    page.finish()
}

fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(tag, Tag::TableCell) && !is_inline_end(tag.to_end())
}

fn is_inline_end(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}

#[cfg(test)]
mod tests {
    //! 1. what a reader sees, and nothing else; 2. depth costs no more than its length.
    use super::plain;

    #[test]
    fn a_page_reads_as_a_reader_sees_it() {
        for (markdown, expected) in [
            ("# Tides\n\nThe *moon* pulls\nthe **water**.", "Tides\nThe moon pulls the water."),
            ("Tides\n=====\ntext", "Tides\ntext"),
            ("#GraphQL is no heading", "#GraphQL is no heading"),
            ("- one\n- two\n  - three\n\n1. four", "one\ntwo\nthree\nfour"),
            ("> quoted\n\nplain", "quoted\nplain"),
            ("see [the page](https://example.org/x) and ![a chart](y.png)", "see the page and a chart"),
            ("<https://example.org> `code()` \\*", "https://example.org code() *"),
            ("```rust\nlet a = 1;\n\nlet b;\n```\nafter", "let a = 1;\n\nlet b;\nafter"),
            ("| a | b |\n|---|---|\n| 1 | 2 |", "a\tb\n1\t2"),
            ("- [x] done ~~not~~", "done not"),
            ("text[^1]\n\n[^1]: the note", "text\nthe note"),
            ("caf&eacute; &lt;b&gt; &amp;", "café <b> &"),
            ("a <b>bold</b> word<br>next", "a bold word\nnext"),
            ("<div>\n<p>inside</p>\n<script>\nlet x;\n</script>\n</div>\n\nafter", "inside\nafter"),
            ("<!-- not\nseen -->\n\nseen", "seen"),
            ("line  \nbreak", "line\nbreak"),
            ("C++ and C# and snake_case_name", "C++ and C# and snake_case_name"),
        ] {
            assert_eq!(plain(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn pages_may_be_deep() {
        for open in [">", "- ", "[", "![", "*a ", "**a", "`a ", "(", "<b>", "| "] {
            assert!(plain(&format!("{} core", open.repeat(10_000))).contains("core"), "{open}");
        }
    }
}
