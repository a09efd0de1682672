//! The same answers found the slow way: every document is looked at, nothing is pruned, cached or cut into segments.
//!
//! It shares with the index only the tokens of the text room, the engine's stored lengths, and BM25's formula in the same
//! precision, so that answers can be compared bit by bit.

mod conditions;
mod threads;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use ::tantivy::fieldnorm::FieldNormReader;

use self::conditions::{Conditions, Form, forms};
use super::bm25::{B, K1};
use super::schema::TITLE_WEIGHT;
use crate::access::Sight;
use crate::domain::{Document, DocumentName, Gates, Hashtag, Language, Moment, PersonName, ResourceName, Revision, Role};
use crate::index::{
    After, Ask, AskTopics, Basis, CountHits, Found, Hit, HitCount, Order, Pass, PersonOfTopics, Stretch, Stretched, TopicsFound,
};
use crate::query::{Condition, Filter};
use crate::ranking::Standing;
use crate::text::{self, Sketch, Stretches, TokenShape};

/// What the index should hold: documents as of the last commit, and audiences of versions since then.
#[derive(Debug, Default)]
pub(super) struct Oracle {
    rows: Vec<Row>,
    pub(super) withdrawn: Vec<(DocumentName, Option<Gates>)>,
    revision: Revision,
}

#[derive(Debug)]
struct Row {
    document: Document,
    fields: [Tokens; 2],
    /// The texts of the first field, headline first, each as its words in order.
    texts: Vec<Vec<String>>,
    /// The stems of the headline.
    title_stems: Vec<String>,
}

/// The tokens of a text field.
#[derive(Debug, Default)]
struct Tokens {
    length: usize,
    occurrences: HashMap<String, usize>,
}

/// No compound of a test has more parts.
const NEAR: usize = 8;

impl Oracle {
    /// What a commit of these documents should be found as.
    pub(super) fn of(documents: &BTreeMap<DocumentName, Document>, revision: Revision) -> Self {
        Self { rows: documents.values().map(row).collect(), withdrawn: Vec::new(), revision }
    }

    /// The answer to a question.
    #[expect(clippy::cast_precision_loss, reason = "numbers of tests are small")]
    pub(super) fn answer(&self, ask: &Ask) -> Found {
        let rows: Vec<&Row> = self.rows.iter().filter(|row| self.shows(&row.document, &ask.sight)).collect();
        let lengths = [0, 1].map(|field| rows.iter().map(|row| u64::from(stored_length(row.fields[field].length))).sum());
        let frequency = |form: &Form| rows.iter().filter(|row| form.occurrences(row) > 0).count();
        let mut stretched = Vec::new();
        let mut misspelt = ask.misspelt;
        let mut words: Vec<(Vec<Form>, usize)> = Vec::new();
        for (at, word) in ask.query.words.iter().enumerate() {
            let (forms, told) = forms(word, &rows, ask.expansions, misspelt > 0);
            misspelt -= usize::from(told.iter().any(|(by, ..)| *by == Stretch::Misspelt));
            let most = forms.iter().map(frequency).max().unwrap_or(0);
            stretched.extend(told.into_iter().map(|(by, terms, more)| Stretched { word: at, by, terms, more }));
            words.push((forms, most));
        }
        let frequencies = words.iter().map(|(_, most)| *most as u64).collect();
        let first_page = ask.basis.as_ref().filter(|first| first.fits(&ask.query));
        let now = first_page.map_or(ask.now, |first| first.now);
        let mut basis = Basis { documents: rows.len() as u64, lengths, frequencies, pass: Pass::default(), now };
        let rests_on = first_page.unwrap_or(&basis);
        let total = usize::try_from(rests_on.documents).unwrap().max(1);
        let averages = rests_on.lengths.map(|length| length.max(1) as f32 / total as f32);
        let most_of = |at: usize| usize::try_from(rests_on.frequencies[at]).unwrap();
        let words: Vec<(Vec<Form>, usize)> = words.into_iter().enumerate().map(|(at, (forms, _))| (forms, most_of(at))).collect();
        let idf = |most: usize| (1.0 + ((total - most) as f64 + 0.5) / (most as f64 + 0.5)).ln();
        let weights = ask.query.words.iter().map(|word| ask.query.weight(word));
        let idf: Vec<f64> = words.iter().zip(weights).map(|((_, most), weight)| idf(*most) * weight).collect();
        let conditions = Conditions { rows: &rows, words: &words, now };
        let admitted = |row: &&&Row, pass: Pass| {
            passes(&row.document, &ask.filter) && conditions.admit(row, ask.query.condition(pass == Pass::Strict))
        };
        let needs_word = |pass: Pass| match ask.query.condition(pass == Pass::Strict) {
            Condition::Everything => !ask.query.words.is_empty() || ask.order == Order::Relevance,
            condition => !ask.query.words.is_empty() && condition.needs_words(),
        };
        let has_word = |row: &Row| words.iter().any(|(forms, _)| forms.iter().any(|form| form.occurrences(row) > 0));
        let strict = rows.iter().filter(|row| admitted(row, Pass::Strict)).count();
        let relaxed = || {
            let found = |row: &&&Row| admitted(row, Pass::Relaxed) && (!needs_word(Pass::Relaxed) || has_word(row));
            rows.iter().filter(found).count()
        };
        let pass = match (ask.basis.as_ref().filter(|first| first.fits(&ask.query)), ask.relax_below) {
            (Some(first), _) => first.pass,
            _ if ask.query.strict == ask.query.relaxed => Pass::Strict,
            (None, Some(wanted)) if strict >= wanted as usize || relaxed() <= strict => Pass::Strict,
            _ => Pass::Relaxed,
        };
        basis.pass = pass;
        let mut hits = Vec::new();
        for row in rows.iter().filter(|row| admitted(row, pass)) {
            let mut matches = !needs_word(pass);
            let mut shares = Vec::new();
            for ((forms, _), idf) in words.iter().zip(&idf) {
                let mut share = 0.0_f64;
                for form in forms {
                    let occurrences = form.occurrences(row);
                    if occurrences > 0 {
                        matches = true;
                        let length = row.fields[form.field].length;
                        share = share.max(f64::from(bm25(occurrences, length, averages[form.field], *idf)));
                    }
                }
                shares.push(share);
            }
            if matches {
                let weighed = (ask.by_standing && ask.order == Order::Relevance).then_some(now);
                hits.push(hit(&row.document, &shares, ask.order, weighed));
            }
        }
        hits.sort_by(|a, b| compare(a, b, ask.order));
        let count = counted(hits.len(), ask.count);
        hits.retain(|hit| ask.after.as_ref().is_none_or(|after| is_after(hit, after, ask.order)));
        let more = hits.len() > ask.limit;
        hits.truncate(ask.limit);
        let most = if ask.by_standing && ask.order == Order::Relevance { Standing::MOST } else { 1.0 };
        let ceiling = idf.iter().fold(0.0, |sum, idf| sum + idf * (1.0 + f64::from(super::bm25::K1))) * most;
        Found { hits, more, count, idf, stretched, ceiling, basis, revision: self.revision }
    }

    /// The answer to a question for the people behind topics: every document is asked for each of its people.
    pub(super) fn topics(&self, ask: &AskTopics) -> TopicsFound {
        let visible: Vec<&Document> =
            self.rows.iter().map(|row| &row.document).filter(|document| self.shows(document, &ask.sight)).collect();
        let has = |document: &&&Document, topic: &Hashtag| document.hashtags.contains(topic);
        let about = |topic| visible.iter().filter(move |document| has(document, topic));
        let speaks = |document: &Document, person: &PersonName| {
            document.people.iter().any(|p| p.role != Role::Mentioned && (ask.owner)(&p.person) == *person)
        };
        let everybody = visible.iter().flat_map(|document| &document.people).map(|p| (ask.owner)(&p.person));
        let counts = |person: &PersonName| -> Vec<u32> {
            let count = |topic| about(topic).filter(|document| speaks(document, person)).count();
            ask.topics.iter().map(|topic| u32::try_from(count(topic)).unwrap()).collect()
        };
        let people = everybody.collect::<BTreeSet<_>>().into_iter().map(|person| {
            let counts = counts(&person);
            PersonOfTopics { person, counts }
        });
        TopicsFound {
            documents: visible.len() as u64,
            frequencies: ask.topics.iter().map(|topic| about(topic).count() as u64).collect(),
            people: people.filter(|one| one.counts.iter().any(|count| *count > 0)).collect(),
            revision: self.revision,
        }
    }

    fn shows(&self, document: &Document, sight: &Sight) -> bool {
        let since = self.withdrawn.iter().filter(|(name, _)| *name == document.name);
        sight.may_read(document) && since.clone().all(|(_, gates)| gates.as_ref().is_some_and(|gates| sight.passes(gates)))
    }
}

fn counted(number: usize, wanted: CountHits) -> Option<HitCount> {
    match wanted {
        CountHits::No => None,
        CountHits::UpTo(most) if number > most as usize => Some(HitCount::AtLeast(most)),
        CountHits::UpTo(_) => Some(HitCount::Exact(u32::try_from(number).unwrap())),
    }
}

fn row(document: &Document) -> Row {
    let [mut exact, mut stem] = [Tokens::default(), Tokens::default()];
    let (mut texts, mut title_stems) = (Vec::new(), Vec::new());
    let reduced = |token: &text::Token, language: Language| {
        let stem = (token.shape == TokenShape::Word).then(|| text::stem(&token.text, language)).flatten();
        stem.map_or_else(|| token.text.clone(), |stem| stem.to_string())
    };
    let titles = (0..TITLE_WEIGHT).map(|_| (document.title.clone(), Stretches::whole(document.language)));
    let body = text::plain_text(&document.body, document.format);
    let stretches = Stretches::of(&body, document.language);
    for (text, stretches) in titles.chain([(body, stretches)]) {
        let tokens = text::tokens(&text);
        let mut languages = stretches.reader();
        let inside = |a: &text::Token, b: &text::Token| a != b && b.start <= a.start && a.end <= b.end;
        let mut words = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            // A compound and its parts stand together.
            let near = &tokens[at.saturating_sub(NEAR)..(at + NEAR).min(tokens.len())];
            let part = near.iter().any(|other| inside(token, other));
            if !part {
                exact.take(token.text.clone());
                words.push(token.text.clone());
            }
            if part || !near.iter().any(|other| inside(other, token)) {
                let reduced = reduced(token, languages.at(token.start));
                if texts.is_empty() {
                    title_stems.push(reduced.clone());
                }
                stem.take(reduced);
            }
        }
        texts.push(words);
    }
    for tag in &document.given.hashtags {
        let whole = tag.to_string();
        text::tokens(&whole)
            .iter()
            .filter(|part| part.text != whole)
            .for_each(|part| stem.take(reduced(part, document.language)));
        texts.push(vec![whole.clone()]);
        exact.take(whole);
    }
    Row { document: document.clone(), fields: [exact, stem], texts, title_stems }
}

impl Tokens {
    fn take(&mut self, form: String) {
        self.length += 1;
        *self.occurrences.entry(form).or_default() += 1;
    }
}

fn stored_length(tokens: usize) -> u32 {
    FieldNormReader::id_to_fieldnorm(FieldNormReader::fieldnorm_to_id(u32::try_from(tokens).unwrap()))
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "numbers of tests are small")]
fn bm25(occurrences: usize, tokens: usize, average: f32, idf: f64) -> f32 {
    let norm = K1 * (1.0 - B + B * stored_length(tokens) as f32 / average);
    idf as f32 * (1.0 + K1) * (occurrences as f32 / (occurrences as f32 + norm))
}

fn passes(document: &Document, filter: &Filter) -> bool {
    let speaks = |person: &PersonName| document.people.iter().any(|p| p.person == *person && p.role != Role::Mentioned);
    (filter.kinds.is_empty() || filter.kinds.contains(&document.kind))
        && (filter.people.is_empty() || filter.people.iter().any(speaks))
        && !filter.without_people.iter().any(speaks)
        && (filter.documents.is_empty() || filter.documents.contains(&document.name))
        && !filter.without_documents.contains(&document.name)
        && (filter.communities.is_empty() || document.community.as_ref().is_some_and(|c| filter.communities.contains(c)))
        && (filter.hashtags.is_empty() || document.hashtags.iter().any(|tag| filter.hashtags.contains(tag)))
        && (filter.languages.is_empty() || filter.languages.contains(&document.language))
        && filter.created.contains(document.created)
}

/// A document as a hit, weighed by how it stands at a moment, where that counts.
fn hit(document: &Document, shares: &[f64], order: Order, weighed: Option<Moment>) -> Hit {
    let review = document.review.as_ref();
    let standing = Standing {
        kind: document.kind,
        judgement: review.map(|review| review.judgement),
        until: review.and_then(|review| review.until),
        updated: document.updated,
    };
    let weight = weighed.map_or(1.0, |now| standing.weight(now));
    let shares: Vec<f64> = shares.iter().map(|share| if order == Order::Relevance { share * weight } else { 0.0 }).collect();
    Hit {
        document: document.name.clone(),
        score: if order == Order::Relevance { shares.iter().fold(0.0, |sum, share| sum + share) } else { 0.0 },
        shares,
        factors: weighed.map_or_else(Vec::new, |now| standing.factors(now)),
        kind: document.kind,
        people: document.people.clone(),
        community: document.community.clone(),
        thread_root: document.thread_root().clone(),
        language: document.language,
        created: document.created,
        updated: document.updated,
        reactions: document.reactions.values().sum::<u32>()
            + document.reacted.values().map(|people| u32::try_from(people.len()).unwrap()).sum::<u32>(),
        sketch: Sketch::of(&text::tokens(&document.title), &text::tokens(&text::plain_text(&document.body, document.format))),
    }
}

fn compare(a: &Hit, b: &Hit, order: Order) -> Ordering {
    let by_rank = match order {
        Order::Relevance => b.score.total_cmp(&a.score),
        Order::Newest => b.created.cmp(&a.created),
        Order::Updated => b.updated.cmp(&a.updated),
        Order::Reactions => b.reactions.cmp(&a.reactions),
    };
    by_rank.then_with(|| a.document.id().cmp(b.document.id()))
}

fn is_after(hit: &Hit, after: &After, order: Order) -> bool {
    let number = match order {
        Order::Updated => hit.updated.unix_seconds(),
        Order::Reactions => i64::from(hit.reactions),
        Order::Relevance | Order::Newest => hit.created.unix_seconds(),
    };
    match after {
        After::Score(score, name) => score.total_cmp(&hit.score).then_with(|| hit.document.cmp(name)).is_gt(),
        After::Number(last, name) => last.cmp(&number).then_with(|| hit.document.cmp(name)).is_gt(),
    }
}
