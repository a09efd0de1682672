//! Which language each part of a text is written in, where it mixes several.
//!
//! Lines are looked at in turn. What speaks for another language than the document's is gathered and then asked about; all else
//! is the document's. A text in one language costs one pass and no question.

use whatlang::{Detector, Lang};

use super::language::{lang, short_code};
use super::telltales::{self, LISTS};
use crate::domain::Language;

/// How many more words must speak for another language than for the document's own.
const LEAD: u32 = 2;
/// Fewest bytes of what may be told to be in another language.
const FEWEST_BYTES: usize = 24;
/// Most bytes that are asked about of what speaks for another language.
const SAMPLE_BYTES: usize = 1024;

/// The languages of the parts of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretches {
    /// In order, apart from each other; none is empty, and no two neighbours are in the same language.
    parts: Vec<Stretch>,
    /// The language of what is in none of them.
    language: Language,
}

/// A part of a text in one language, as far as anybody can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    /// The first byte after it, which begins a line or ends the text.
    end: usize,
    language: Language,
}

impl Stretches {
    /// The stretches of a plain text. Lines that are surely in another language than the document's are in stretches of that
    /// language; what is short or not sure is in the document's, except between stretches of one other language, such as
    /// headings. Takes time in proportion to the text.
    #[must_use]
    pub fn of(plain: &str, language: Language) -> Self {
        let own = lang(language);
        let listed = own.and_then(|own| telltales::languages().position(|listed| listed == own));
        Self { parts: joined(Judge { language, own, listed }.passages(plain), language), language }
    }

    /// A text that is in one language whatever it holds, such as a title.
    #[must_use]
    pub fn whole(language: Language) -> Self {
        Self { parts: Vec::new(), language }
    }

    /// Tells the language of places.
    #[must_use]
    pub fn reader(&self) -> StretchReader<'_> {
        StretchReader { parts: &self.parts, language: self.language }
    }

    /// The same stretches of a text that lost some of its bytes: each end goes where it is told to be, which must ascend.
    pub(super) fn moved(mut self, mut place: impl FnMut(usize) -> usize) -> Self {
        self.parts.iter_mut().for_each(|part| part.end = place(part.end));
        self
    }
}

/// Tells the language of places of a text that are asked for in order.
#[derive(Clone, Debug)]
pub struct StretchReader<'a> {
    /// What does not end before the last place.
    parts: &'a [Stretch],
    language: Language,
}

impl StretchReader<'_> {
    /// The language of the stretch that holds this byte.
    pub fn at(&mut self, place: usize) -> Language {
        while let Some((first, rest)) = self.parts.split_first() {
            if place < first.end {
                return first.language;
            }
            self.parts = rest;
        }
        self.language
    }
}

/// Lines that lean to one language.
struct Passage {
    end: usize,
    leaning: Leaning,
    hits: [u32; LISTS],
}

/// What the words of lines speak for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaning {
    /// Nothing clearly.
    None,
    /// The document's language.
    Own,
    /// The language of this list.
    Other(usize),
}

struct Judge {
    /// The document's language.
    language: Language,
    own: Option<Lang>,
    /// The place of the document's language among the lists.
    listed: Option<usize>,
}

impl Judge {
    /// What each passage is surely written in; nothing where that is not sure.
    fn passages(&self, plain: &str) -> Vec<(usize, Option<Language>)> {
        let mut passages = Vec::new();
        let mut start = 0;
        let mut open = Passage { end: 0, leaning: Leaning::None, hits: [0; LISTS] };
        for line in plain.split_inclusive('\n') {
            let end = open.end + line.len();
            let hits = telltales::hits(line);
            let leaning = self.leaning(&hits);
            // A blank line ends a passage, or the lines after it would be taken for what is before.
            if line.trim_ascii().is_empty() || !open.goes_on_with(leaning, &hits) {
                if start < open.end {
                    passages.push((open.end, self.verdict(&plain[start..open.end], &open)));
                }
                start = open.end;
                open = Passage { end, leaning, hits };
                continue;
            }
            if open.leaning == Leaning::None {
                open.leaning = leaning;
            }
            open.end = end;
            open.hits.iter_mut().zip(hits).for_each(|(sum, more)| *sum += more);
        }
        passages.push((open.end, self.verdict(&plain[start..open.end], &open)));
        passages
    }

    fn leaning(&self, hits: &[u32; LISTS]) -> Leaning {
        let own = self.own_of(hits);
        let others = hits.iter().enumerate().filter(|(at, _)| Some(*at) != self.listed);
        // Of equals the first, whatever it is: who asks further asks about all of them.
        let best = others.fold((0, 0), |best, (at, hits)| if *hits > best.1 { (at, *hits) } else { best });
        match best {
            (at, hits) if hits >= own + LEAD => Leaning::Other(at),
            (_, hits) if own > hits => Leaning::Own,
            _ => Leaning::None,
        }
    }

    fn own_of(&self, hits: &[u32; LISTS]) -> u32 {
        self.listed.and_then(|own| hits.get(own)).copied().unwrap_or(0)
    }

    /// What a passage is surely written in.
    fn verdict(&self, text: &str, passage: &Passage) -> Option<Language> {
        match passage.leaning {
            Leaning::None => return None,
            Leaning::Own => return Some(self.language),
            Leaning::Other(_) if text.trim_ascii().len() < FEWEST_BYTES => return None,
            Leaning::Other(_) => {}
        }
        let enough = self.own_of(&passage.hits) + LEAD;
        let likely: Vec<Lang> =
            telltales::languages().zip(passage.hits).filter(|(_, hits)| *hits >= enough).map(|(language, _)| language).collect();
        // Nothing is sure that was held against nothing.
        let against = [self.own.unwrap_or(Lang::Eng), Lang::Eng];
        let sample = &text[..text.floor_char_boundary(SAMPLE_BYTES)];
        let ask = |among: &[Lang]| Detector::with_allowlist([among, &against].concat()).detect(sample);
        let found = ask(&likely)?;
        let sure = found.is_reliable() || {
            // Danish and Norwegian are hard to tell apart, and yet surely no English.
            let listed = telltales::languages().zip(passage.hits).find(|(language, _)| *language == found.lang());
            listed.is_some_and(|(_, hits)| hits >= enough + LEAD)
                && ask(&[found.lang()]).is_some_and(|alone| alone.is_reliable() && alone.lang() == found.lang())
        };
        let language = if self.own == Some(found.lang()) { Some(self.language) } else { short_code(found.lang()) };
        language.filter(|_| sure && (likely.contains(&found.lang()) || self.own == Some(found.lang())))
    }
}

impl Passage {
    /// Whether a line may be part of the same passage.
    fn goes_on_with(&self, leaning: Leaning, hits: &[u32; LISTS]) -> bool {
        match (self.leaning, leaning) {
            (_, Leaning::None) | (Leaning::None, _) => true,
            (Leaning::Other(this), Leaning::Other(that)) => hits.get(this) == hits.get(that),
            (this, that) => this == that,
        }
    }
}

/// Passages as stretches.
fn joined(passages: Vec<(usize, Option<Language>)>, own: Language) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut open: Option<usize> = None;
    let mut add = |end: usize, language: Language| match stretches.last_mut() {
        Some(last) if last.language == language => last.end = end,
        _ => stretches.push(Stretch { end, language }),
    };
    let mut before = own;
    for (end, sure) in passages {
        let Some(language) = sure else {
            open = Some(end);
            continue;
        };
        if let Some(between) = open.take() {
            add(between, if before == language { language } else { own });
        }
        add(end, language);
        before = language;
    }
    // What follows the last stretch needs no part: it is in the document's language.
    stretches
}

#[cfg(test)]
mod tests {
    //! Proved: 1. lines in another language are told from those around them, whatever letters they have; 2. what is short, not sure or
    //! code stays in the document's language; 3. a text in one language is one stretch; 4. headings between stretches of a
    //! language belong to them; 5. any text is covered in order, on borders of lines; 6. languages are told place by place.
    use proptest::prelude::*;

    use super::*;

    const ENGLISH: &str = "The ferry does not sail when the wind is from the west.";
    const GERMAN: &str = "Die Fähre fährt nicht, wenn der Wind aus dem Westen kommt.";
    const FRENCH: &str = "Le bac ne part pas quand le vent est à l'ouest.";
    const RUSSIAN: &str = "Паромы не ходят, если ветер дует с запада и на море шторм, потому что это опасно для пассажиров.";

    fn language(code: &str) -> Language {
        Language::parse(code).unwrap()
    }

    /// The stretches of a text, each line with its language.
    fn read<'a>(text: &'a str, code: &str) -> Vec<(&'a str, String)> {
        let stretches = Stretches::of(text, language(code));
        let mut reader = stretches.reader();
        let mut start = 0;
        let lines = text.split_inclusive('\n').map(|line| {
            let language = reader.at(start);
            start += line.len();
            (line.trim(), language.to_string())
        });
        lines.filter(|(line, _)| !line.is_empty()).collect()
    }

    fn languages(text: &str, code: &str) -> Vec<String> {
        read(text, code).into_iter().map(|(_, language)| language).collect()
    }

    #[test]
    fn lines_in_another_language_are_told_from_those_around_them() {
        for between in ["\n", "\n\n", "\n \n\n"] {
            let text = [ENGLISH, GERMAN, FRENCH, ENGLISH].join(between);
            for code in ["en", "de", "fr", "pl", "ja"] {
                assert_eq!(languages(&text, code), ["en", "de", "fr", "en"], "{text} in {code}");
            }
        }
        assert_eq!(languages(&[RUSSIAN, ENGLISH].join("\n"), "uk"), ["ru", "en"]);
        assert_eq!(languages(&[ENGLISH, GERMAN].join("\n"), "nb"), ["en", "de"]);
        let scandinavian = "Fergen går ikke når vinden er fra vest, og det er ikke noe å gjøre med.";
        assert!(["da", "no"].contains(&languages(scandinavian, "en")[0].as_str()));
    }

    #[test]
    fn lines_of_one_paragraph_stand_together() {
        let wrapped = "Die Fähre fährt nicht,\nwenn der Wind aus dem\nWesten kommt und die\nFlut noch läuft.";
        assert_eq!(languages(&format!("{ENGLISH}\n\n{wrapped}"), "en"), ["en", "de", "de", "de", "de"]);
    }

    #[test]
    fn what_is_not_sure_is_in_the_language_of_the_document() {
        for text in [
            "",
            "\n\n",
            "der die das",
            "Hafenrundfahrt",
            "for (let i = 0; i < n; i++) { a = o.e(i) + de.la; }",
            "kubectl get pods -n kube-system -o yaml",
            "12345 67890\n",
            "東京の港",
        ] {
            assert!(languages(text, "en").iter().all(|language| language == "en"), "{text}");
        }
        let quoted = format!("{ENGLISH} They say \"Moin\" and mean: die Flut kommt. {ENGLISH}");
        assert_eq!(languages(&quoted, "en"), ["en"]);
    }

    #[test]
    fn a_text_in_one_language_is_one_stretch() {
        for (text, code) in [(ENGLISH, "en"), (GERMAN, "de"), (FRENCH, "fr"), (RUSSIAN, "ru")] {
            let text = format!("Ok\n\n{text}\n{text}\n\n- 1\n- 2\n\n{text}");
            let stretches = Stretches::of(&text, language(code));
            assert!(stretches.parts.len() <= 1 && languages(&text, code).iter().all(|told| told == code), "{stretches:?}");
        }
        let norwegian = "Fergen går ikke når vinden er fra vest, og det er ikke noe å gjøre med.";
        assert!(languages(norwegian, "nn").iter().all(|told| told == "nn"));
    }

    #[test]
    fn headings_between_stretches_of_a_language_belong_to_them() {
        let text = format!("Intro\n\n{GERMAN}\n\nFahrplan\n\n{GERMAN}\n\nNotes\n\n{ENGLISH}\n\nEnd");
        let told = read(&text, "en");
        let german: Vec<&str> = told.iter().filter(|(_, language)| language == "de").map(|(line, _)| *line).collect();
        assert_eq!(german, [GERMAN, "Fahrplan", GERMAN]);
    }

    proptest! {
        #[test]
        fn any_text_is_covered_in_order_on_borders_of_lines(
            lines in proptest::collection::vec(prop_oneof![
                Just(ENGLISH.to_owned()), Just(GERMAN.to_owned()), Just(FRENCH.to_owned()), Just(String::new()), "\\PC{0,40}", any::<String>(),
            ], 0..12),
        ) {
            let text = lines.join("\n");
            let stretches = Stretches::of(&text, Language::ENGLISH);
            let mut before = 0;
            for part in &stretches.parts {
                prop_assert!(part.end > before && part.end <= text.len());
                prop_assert!(part.end == text.len() || text[..part.end].ends_with('\n'));
                before = part.end;
            }
            prop_assert!(stretches.parts.windows(2).all(|pair| pair[0].language != pair[1].language));
            let whole = Stretches::whole(Language::ENGLISH);
            prop_assert_eq!(whole.reader().at(before), Language::ENGLISH);
        }
    }
}
