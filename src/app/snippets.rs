//! Snippets: the passage of a document that shows why it was found. The text comes from the ledger.
//!
//! A long answer needs thousands of passages, so what was judged of a word in one text is remembered for the next.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use crate::domain::{Document, Language};
use crate::index::{Basis, Patience};
use crate::query::{Condition, Phrase, Query, Word};
use crate::text::{self, Row, Snippet, Sought, Stem, Token, Verdict};

/// Most words of a language that are remembered at once: what readers write has far fewer, and more would cost memory.
const MOST_REMEMBERED: usize = 65_536;

/// What documents were found by.
#[derive(Clone, Debug, Default)]
pub(super) struct FoundBy {
    query: Query,
    /// What each word of the query counts in a passage: the rarer among what the asker may see, the more.
    weights: Vec<f64>,
    /// Further forms of each word of the query, folded, such as what a misspelt one may have meant.
    expanded: Vec<Vec<String>>,
}

/// Where a document has what it was found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// The best passage of its body.
    pub(super) snippet: Snippet,
    /// Byte ranges of its headline.
    pub(super) title: Vec<Range<usize>>,
}

impl FoundBy {
    /// A query, the statistics of what is visible, and further forms of each word; of words behind the last of these there are none.
    pub(super) fn new(query: Query, basis: &Basis, expanded: Vec<Vec<String>>) -> Self {
        let rarity = |at: usize| basis.frequencies.get(at).map_or(1.0, |frequency| rarity(*frequency, basis.documents));
        let weights = query.words.iter().enumerate().map(|(at, word)| rarity(at) * query.weight(word)).collect();
        Self { query, weights, expanded }
    }
}

/// How much a word tells that so many of all documents have: its inverse document frequency.
#[expect(clippy::cast_precision_loss, reason = "numbers of documents stay far below 2^52")]
fn rarity(frequency: u64, documents: u64) -> f64 {
    (1.0 + (documents.saturating_sub(frequency) as f64 + 0.5) / (frequency as f64 + 0.5)).ln()
}

/// What each document shows, in order; nothing once the patience is over.
pub(super) fn snippets(documents: &[Document], found_by: &FoundBy, chars: usize, patience: &Patience) -> Vec<Shown> {
    let judge = Judge::new(found_by);
    let of_token = |token: &Token, language: Language| judge.verdict(token, language);
    let sought = Sought { judge: &of_token, weights: &found_by.weights, rows: &judge.rows };
    documents
        .iter()
        .map(|document| {
            if patience.is_over() {
                return Shown::default();
            }
            let plain = text::plain_text(&document.body, document.format);
            Shown {
                snippet: text::snippet(&plain, document.language, &sought, chars),
                title: text::highlights(&document.title, document.language, &sought),
            }
        })
        .collect()
}

/// Says what tokens of texts are to a query.
struct Judge<'a> {
    /// The places of words in the query, by forms that are them as they stand.
    exact: HashMap<&'a str, usize>,
    stems: HashMap<&'a Stem, usize>,
    prefixes: Vec<(&'a str, usize)>,
    rows: Vec<Row>,
    /// The numbers of the words of rows.
    in_rows: HashMap<&'a str, usize>,
    /// For each byte, whether a wanted token may begin with it.
    begins: [bool; 256],
    /// What was judged of the words of each language.
    judged: RefCell<HashMap<Language, HashMap<String, Verdict>>>,
}

impl<'a> Judge<'a> {
    fn new(found_by: &'a FoundBy) -> Self {
        let mut judge = Self {
            exact: HashMap::new(),
            stems: HashMap::new(),
            prefixes: Vec::new(),
            rows: Vec::new(),
            in_rows: HashMap::new(),
            begins: [false; 256],
            judged: RefCell::default(),
        };
        let FoundBy { query, expanded, .. } = found_by;
        // Where a form is of several words, it is of the one that was typed so, then of the first. The words of phrases, headlines
        // and labels are among the query's.
        query.words.iter().enumerate().for_each(|(at, word)| judge.add_typed(at, word));
        for (at, forms) in expanded.iter().enumerate().take(query.words.len()) {
            for form in forms {
                judge.exact.entry(form).or_insert(at);
            }
        }
        query.words.iter().enumerate().for_each(|(at, word)| judge.add_synonyms(at, word));
        let mut phrases = Vec::new();
        add_phrases(&query.strict, &mut phrases);
        for phrase in phrases {
            judge.add_row(&phrase.words, phrase.slop, None);
        }
        judge.note_beginnings();
        judge
    }

    fn add_typed(&mut self, at: usize, word: &'a Word) {
        if word.prefix {
            self.prefixes.push((&word.exact, at));
        } else {
            self.exact.entry(&word.exact).or_insert(at);
        }
        for stem in &word.stems {
            self.stems.entry(stem).or_insert(at);
        }
    }

    fn add_synonyms(&mut self, at: usize, word: &'a Word) {
        for synonym in &word.also {
            match synonym.words.as_slice() {
                [only] => {
                    self.exact.entry(only).or_insert(at);
                    for stem in &synonym.stems {
                        self.stems.entry(stem).or_insert(at);
                    }
                }
                several => self.add_row(several, 0, Some(at)),
            }
        }
    }

    fn add_row(&mut self, words: &'a [String], slop: u32, stands_for: Option<usize>) {
        let number = |word: &'a String| {
            let next = self.in_rows.len();
            *self.in_rows.entry(word).or_insert(next)
        };
        let words = words.iter().map(number).collect();
        self.rows.push(Row { words, slop, stands_for });
    }

    fn note_beginnings(&mut self) {
        let stems = self.stems.keys().map(|stem| stem.text.as_str());
        let prefixes = self.prefixes.iter().map(|(prefix, _)| *prefix);
        let forms = self.exact.keys().copied().chain(stems).chain(self.in_rows.keys().copied()).chain(prefixes);
        for first in forms.filter_map(|form| form.bytes().next()) {
            self.begins[usize::from(first)] = true;
        }
        if self.stems.keys().any(|stem| !text::stems_keep_first_letter(stem.language)) {
            self.begins[0x80..].fill(true);
        }
    }

    fn verdict(&self, token: &Token, language: Language) -> Verdict {
        if !token.text.bytes().next().is_some_and(|first| self.begins[usize::from(first)]) {
            return Verdict::default();
        }
        let mut judged = self.judged.borrow_mut();
        let judged = judged.entry(language).or_default();
        if let Some(&verdict) = judged.get(&token.text) {
            return verdict;
        }
        let in_rows = self.in_rows.get(token.text.as_str()).copied();
        let verdict = Verdict { word: self.word(&token.text, language), in_rows };
        if judged.len() >= MOST_REMEMBERED {
            judged.clear();
        }
        judged.insert(token.text.clone(), verdict);
        verdict
    }

    fn word(&self, form: &str, language: Language) -> Option<usize> {
        let by_stem = || {
            let stem = if self.stems.is_empty() { None } else { text::stem(form, language) };
            stem.and_then(|stem| self.stems.get(&stem)).copied()
        };
        let by_prefix = || self.prefixes.iter().find(|(prefix, _)| form.starts_with(prefix)).map(|(_, at)| *at);
        self.exact.get(form).copied().or_else(by_stem).or_else(by_prefix)
    }
}

/// The phrases that a document may be found by: any that is not ruled out. Where free words may be missing, phrases may not, so that
/// both conditions of a query have the same.
fn add_phrases<'a>(condition: &'a Condition, phrases: &mut Vec<&'a Phrase>) {
    match condition {
        Condition::Phrase(phrase) | Condition::TitlePhrase(phrase) if !phrase.words.is_empty() => phrases.push(phrase),
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| add_phrases(part, phrases)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    //! Proved: 1. what is marked is what each token by itself matches, by its form or its stem in the language of its document,
    //! whatever was judged before; 2. where a document is in several languages, by its stem in that of its lines; 3. so are
    //! beginnings, synonyms, expansions and phrases; 4. words, phrases and headlines of the query language are marked, and nothing
    //! that is ruled out; 5. the rarest word is shown; 6. headlines are marked, too, as texts in one language; 7. no passage is cut
    //! once the patience is over.
    use std::time::Instant;

    use super::*;
    use crate::domain::{Audience, DocumentName, Kind, MarkupFormat, Moment, ResourceName};
    use crate::query::{Mode, Names, QueryLimits, Synonym, Synonyms, parse};

    fn language(code: &str) -> Language {
        Language::parse(code).unwrap()
    }

    fn document(code: &str, body: &str) -> Document {
        Document {
            body: body.to_owned(),
            format: MarkupFormat::Plain,
            language: language(code),
            ..Document::new(DocumentName::from_id("d").unwrap(), Kind::Page, Audience::world(), Moment::default())
        }
    }

    fn query(typed: &str) -> Query {
        in_languages(typed, &["en", "de", "el", "ar"])
    }

    fn in_languages(typed: &str, codes: &[&str]) -> Query {
        let languages: Vec<Language> = codes.iter().map(|code| language(code)).collect();
        Query::any_of(typed.split(' ').map(|word| Word::of(text::fold(word), &languages)).collect())
    }

    /// What the query language makes of a text.
    fn understood(typed: &str) -> FoundBy {
        let limits = QueryLimits { bytes: 1_000, words: 50, clauses: 50, depth: 10 };
        let read = parse(typed, Mode::Strict, &limits).unwrap();
        let query = read.tree.query(&Names::default(), Moment::default(), &[Language::ENGLISH], &Synonyms::default());
        FoundBy::new(query, &Basis::default(), Vec::new())
    }

    fn marked(snippet: &Snippet) -> Vec<&str> {
        snippet.ranges.iter().map(|range| &snippet.text[range.clone()]).collect()
    }

    #[test]
    fn marks_are_of_forms_and_stems_in_the_language_of_the_document() {
        let documents = [
            document("en", "Tide after tides: tidal, C++, Häuser."),
            document("de", "Tides, die Häuser am Haus, C++ und C."),
            document("en", "The tides again, and tides."),
            document("zh", "tides tide"),
            document("ar", "الكتاب tide"),
        ];
        let query = query("tide C++ Haus كتاب");
        let found_by = FoundBy::new(query.clone(), &Basis::default(), Vec::new());
        let cut: Vec<Snippet> =
            snippets(&documents, &found_by, 200, &Patience::default()).into_iter().map(|shown| shown.snippet).collect();
        for (document, snippet) in documents.iter().zip(&cut) {
            let by_itself: Vec<&str> = text::tokens(&document.body)
                .iter()
                .filter(|token| {
                    let stem = text::stem(&token.text, document.language);
                    query
                        .words
                        .iter()
                        .any(|word| word.exact == token.text || stem.as_ref().is_some_and(|stem| word.stems.contains(stem)))
                })
                .map(|token| &document.body[token.start..token.end])
                .collect();
            assert_eq!(marked(snippet), by_itself, "{}", document.body);
        }
        assert_eq!(marked(&cut[0]), ["Tide", "tides", "C++"]);
        assert!(marked(&cut[1]).contains(&"Häuser"));
        assert_eq!(marked(&cut[4]), ["الكتاب", "tide"]);
    }

    #[test]
    fn marks_are_of_stems_in_the_language_of_their_lines() {
        let mixed = "The gifts are for those who live on the islands.\n\nDie Gifte in den Flüssen sind nicht die der Inseln.";
        let documents = [document("en", mixed), document("de", mixed)];
        let cut = |code: &str| {
            let found_by = FoundBy::new(in_languages("gift islands inseln", &[code]), &Basis::default(), Vec::new());
            snippets(&documents, &found_by, 200, &Patience::default())
        };
        for shown in cut("en") {
            assert_eq!(marked(&shown.snippet), ["gifts", "islands", "Inseln"]);
        }
        for shown in cut("de") {
            assert_eq!(marked(&shown.snippet), ["islands", "Gifte", "Inseln"]);
        }
    }

    fn shown(found_by: &FoundBy, title: &str, body: &str) -> (Vec<String>, Vec<String>) {
        let found = Document { title: title.to_owned(), ..document("en", body) };
        let shown = snippets(&[found], found_by, 60, &Patience::default()).remove(0);
        let title = shown.title.iter().map(|range| title[range.clone()].to_owned()).collect();
        (title, marked(&shown.snippet).into_iter().map(str::to_owned).collect())
    }

    #[test]
    fn marks_are_of_beginnings_synonyms_expansions_and_phrases() {
        let row = |words: &str| words.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let stems = |stems: &[&str]| stems.iter().filter_map(|word| text::stem(word, Language::ENGLISH)).collect();
        let synonym = |words: &str, of: &[&str]| Synonym { words: row(words), stems: stems(of) };
        let mut query = query("kub tide k8s");
        query.words[0] = Word { prefix: true, stems: Vec::new(), ..query.words[0].clone() };
        query.words[1].also = vec![synonym("ebb", &["ebb"]), synonym("rise and fall", &[])];
        let phrase = |words| Condition::Phrase(Phrase { words: row(words), slop: 0 });
        let ruled_out = Condition::Not(Box::new(phrase("neap tides")));
        query.strict = Condition::All(vec![Condition::Slot(0), Condition::Any(vec![phrase("spring flood")]), ruled_out]);
        let found_by = FoundBy::new(query, &Basis::default(), vec![vec!["kuh".to_owned()], Vec::new(), vec!["k8".to_owned()]]);
        let marks = |body: &str| shown(&found_by, "", body).1;
        assert_eq!(marks("Kubernetes, the Kuh, but no skub"), ["Kubernetes", "Kuh"]);
        assert_eq!(marks("Ebbs, a rise and a fall, their rise and fall"), ["Ebbs", "rise and fall"]);
        assert_eq!(marks("K8s and k8, not k9"), ["K8s", "k8"]);
        assert_eq!(marks("A flood of spring; the spring flood"), ["spring flood"]);
        assert_eq!(marks("At neap tides of neap"), ["tides"]);
    }

    #[test]
    fn what_is_typed_in_the_query_language_is_marked() {
        let body = "Tide, tides of spring; spring tide, neap tides, harbours";
        for (typed, title, marks) in [
            ("\"spring tide\" -neap", "", "Tide|tides|spring|spring tide|tides"),
            ("\"tide\"", "", "Tide|tides|tide|tides"),
            ("moon OR (\"spring tide\" -harbour)", "Moon", "Tide|tides|spring|spring tide|tides"),
            ("tide -\"neap tides\" harbo*", "", "Tide|tides|tide|tides|harbours"),
            ("title:moon harbour", "Moon", "harbours"),
            ("title:\"moon charts\"", "Moon charts", ""),
            ("title:chart* -title:moon", "charts", ""),
        ] {
            let (in_title, in_body) = shown(&understood(typed), "Moon charts", body);
            assert_eq!((in_title.join("|").as_str(), in_body.join("|").as_str()), (title, marks), "{typed}");
        }
        let far = format!("spring {0} tide, spring. {0} Many a spring tide. {0}", "nothing much of all this here. ".repeat(9));
        assert_eq!(shown(&understood("spring \"spring tide\" tide"), "", &far).1, ["spring tide"]);
        let forms = format!("tides of spring and tides {0} the tide", "nothing much of all this here. ".repeat(9));
        assert_eq!(shown(&understood("\"tide\" spring"), "", &forms).1, ["tide"], "the word as it is written is shown first");
    }

    #[test]
    fn the_rarest_word_is_shown() {
        let basis = Basis { documents: 1_000, frequencies: vec![400, 380, 2], ..Basis::default() };
        let body = format!("tide chart {0} sextant {0} tide chart", "nothing much of all this here. ".repeat(9));
        assert_eq!(shown(&FoundBy::new(query("tide chart sextant"), &basis, Vec::new()), "", &body).1, ["sextant"]);
        let alike = Basis { frequencies: vec![9, 9, 9], ..basis };
        assert_eq!(shown(&FoundBy::new(query("tide chart sextant"), &alike, Vec::new()), "", &body).1, ["tide", "chart"]);
    }

    #[test]
    fn headlines_are_marked_whether_or_not_the_body_matches() {
        let found_by = FoundBy::new(query("tide"), &Basis::default(), Vec::new());
        assert_eq!(
            shown(&found_by, "Ebb\ntide, tides", "the tide"),
            (vec!["tide".to_owned(), "tides".to_owned()], vec!["tide".to_owned()])
        );
        assert_eq!(shown(&found_by, "Tide", "the moon"), (vec!["Tide".to_owned()], Vec::new()));
        let in_german = FoundBy::new(in_languages("fähren", &["de"]), &Basis::default(), Vec::new());
        let title = "Die Fähre fährt nicht, wenn der Wind aus dem Westen kommt";
        assert_eq!(shown(&in_german, title, title), (Vec::new(), vec!["Fähre".to_owned()]));
    }

    #[test]
    fn no_passage_is_cut_once_the_patience_is_over() {
        let patience = Patience::until(Some(Instant::now()));
        let found_by = FoundBy::new(query("tide"), &Basis::default(), Vec::new());
        assert_eq!(snippets(&[document("en", "tide")], &found_by, 200, &patience), [Shown::default()]);
    }
}
