//! Sketches: how alike two texts are, told from a few bytes of each.
//!
//! A text is the set of its runs of three words, and two texts are as alike as the share of runs that they have in common (Jaccard) of
//! all that either has (Broder, "On the resemblance and containment of documents", 1997). A sketch keeps the least hash of each of 64
//! parts of all hashes (Li, Owen and Zhang, "One permutation hashing", NIPS 2012), four bits of each (Li and König, "b-bit minwise
//! hashing", WWW 2010). Hashes are part of what the index keeps: changing them changes its version.

use super::tokenize::Token;

/// Words of a run.
const RUN: usize = 3;
/// A shorter text has no sketch: whoever says "thanks!" copies nobody.
const FEWEST_WORDS: usize = 8;
/// What programs write before the headline of what is answered or handed on, folded.
const PREFIXES: [&str; 14] = ["antw", "aw", "fw", "fwd", "odp", "re", "ref", "res", "rif", "rv", "sv", "tr", "vs", "wg"];
/// Least hashes are kept by so many leading bits of theirs.
const PART_BITS: u32 = 6;
/// Parts of all hashes.
const PARTS: usize = 1 << PART_BITS;
/// Parts whose four bits one word of a sketch holds.
const IN_WORD: usize = 16;
/// What four bits tell of a hash; zero says that there is none.
const VALUES: u8 = 15;
/// One bit for each part.
const ONES: u64 = 0x1111_1111_1111_1111;

/// A sketch of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sketch([u64; PARTS / IN_WORD]);

impl Sketch {
    /// How many bytes it takes.
    pub const BYTES: usize = PARTS / 2;
    /// How alike a text is to one that it copies, by their sketches: what was answered "RE:" or greets somebody else is above, what is
    /// of the same make or topic below. See docs/relevance.md.
    const COPIES: f64 = 0.8;

    /// The sketch of the tokens of a headline and a body, in whatever case, markup and punctuation; nothing where they have less than
    /// 8 words together. Takes time in proportion to the text.
    #[must_use]
    pub fn of(title: &[Token], body: &[Token]) -> Option<Self> {
        let hashes: Vec<u64> = headline(title).chain(wholes(body)).map(|token| hash(token.text.as_bytes())).collect();
        if hashes.len() < FEWEST_WORDS {
            return None;
        }
        let mut least = [u64::MAX; PARTS];
        for run in hashes.windows(RUN) {
            let run = mixed(run.iter().fold(0, |so_far, word| mixed(so_far ^ word)));
            // The leading bits say which part, so that it always is one.
            if let Some(least) = usize::try_from(run >> (u64::BITS - PART_BITS)).ok().and_then(|part| least.get_mut(part)) {
                *least = run.min(*least);
            }
        }
        let mut sketch = [0; PARTS / IN_WORD];
        for (word, least) in sketch.iter_mut().zip(least.chunks(IN_WORD)) {
            for least in least {
                let bits = if *least == u64::MAX { 0 } else { 1 + (least & 0xffff_ffff) % u64::from(VALUES) };
                *word = (*word << 4) | bits;
            }
        }
        Some(Self(sketch))
    }

    /// About which share of the runs of either text is in both, 0 to 1; 1 of equal texts.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> f64 {
        let filled = |word: u64| (word | word >> 1 | word >> 2 | word >> 3) & ONES;
        let (mut either, mut both, mut same) = (0, 0, 0);
        for (one, two) in self.0.into_iter().zip(other.0) {
            let in_both = filled(one) & filled(two);
            either += (filled(one) | filled(two)).count_ones();
            both += in_both.count_ones();
            same += (in_both & !filled(one ^ two)).count_ones();
        }
        // One in so many that differ shows the same bits.
        let by_chance = f64::from(VALUES).recip();
        let same = (f64::from(same) - f64::from(both) * by_chance) / (1.0 - by_chance);
        if either == 0 { 0.0 } else { (same / f64::from(either)).max(0.0) }
    }

    /// Whether one text is so like the other that whoever read one knows both.
    #[must_use]
    pub fn is_copy_of(&self, other: &Self) -> bool {
        self.likeness(other) >= Self::COPIES
    }

    /// The sketch as bytes.
    #[must_use]
    pub fn to_bytes(self) -> Vec<u8> {
        self.0.into_iter().flat_map(u64::to_be_bytes).collect()
    }

    /// Reads a sketch; nothing where the bytes are none.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (words, rest) = bytes.as_chunks::<8>();
        let words: &[[u8; 8]; PARTS / IN_WORD] = words.try_into().ok()?;
        rest.is_empty().then(|| Self(words.map(u64::from_be_bytes)))
    }
}

/// The words of a headline without what was put before it.
fn headline(title: &[Token]) -> impl Iterator<Item = &Token> {
    wholes(title).skip_while(|token| PREFIXES.binary_search(&token.text.as_str()).is_ok())
}

/// Tokens without the parts of compounds, which lie inside them.
fn wholes(tokens: &[Token]) -> impl Iterator<Item = &Token> {
    let mut covered = 0;
    tokens.iter().filter(move |token| {
        let is_part = token.end <= covered;
        covered = covered.max(token.end);
        !is_part
    })
}

/// The FNV-1a hash of bytes.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

/// Every bit of a number spread over all of them (the finalizer of splitmix64).
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    //! 1. the same text in another case, markup, punctuation or handed on is a copy; 2. texts of one topic or make are none; 3. short
    //!    texts have no sketch; 4. likeness is near the true share, symmetric, and 1 of equal texts; 5. sketches read back as they were
    //!    written, and stay what they are from one version to the next.
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::MarkupFormat;
    use crate::text::{plain_text, tokens};

    const NOTE: &str = "On Friday the eastern lock stays shut from six in the morning until noon, because both of its gates get new \
        seals. Ships that must pass before noon are asked to call the harbour office two days ahead, and to have their papers ready \
        at the western lock.";

    fn sketch(title: &str, body: &str, format: MarkupFormat) -> Sketch {
        Sketch::of(&tokens(title), &tokens(&plain_text(body, format))).expect("a long text")
    }

    #[track_caller]
    fn check_copy(title: &str, body: &str, format: MarkupFormat) {
        let (one, other) = (sketch("The eastern lock", NOTE, MarkupFormat::Plain), sketch(title, body, format));
        assert!(one.likeness(&other) >= 0.8, "{title} {body} is like it by {}", one.likeness(&other));
        assert!(one.is_copy_of(&other) && other.is_copy_of(&one));
    }

    #[test]
    fn what_says_the_same_is_a_copy() {
        let title = "The eastern lock";
        check_copy(title, &NOTE.to_uppercase(), MarkupFormat::Plain);
        check_copy(title, &NOTE.replace(',', " -").replace('.', "!\n\n"), MarkupFormat::Plain);
        check_copy("RE: FW: the EASTERN lock", NOTE, MarkupFormat::Plain);
        check_copy("", NOTE, MarkupFormat::Plain);
        check_copy(title, &format!("<h1>{}</h1>", NOTE.replace("lock", "<b>lock</b>")), MarkupFormat::Html);
        check_copy(title, &format!("> {}", NOTE.replace("lock", "**lock**")), MarkupFormat::Markdown);
        check_copy(title, &format!("Dear Ada, {NOTE}"), MarkupFormat::Plain);
        let greets = |whom: &str| sketch(title, &format!("Good morning {whom}, {NOTE}"), MarkupFormat::Plain);
        assert!(greets("Ada").is_copy_of(&greets("Bo and Cy")));
    }

    #[test]
    fn what_is_of_one_topic_or_make_is_no_copy() {
        let note = sketch("The eastern lock", NOTE, MarkupFormat::Plain);
        for (title, body) in [
            (
                "The eastern lock",
                "The eastern lock is open again since noon: both gates got their new seals, and ships may pass without calling the \
                 harbour office. Papers are looked at in the western lock, as they were before Friday.",
            ),
            (
                "The western lock",
                "On Monday the western lock is closed between one and four, because its pump gets a new motor. Boats that have to pass \
                 are asked to write to the office a day ahead.",
            ),
        ] {
            let other = sketch(title, body, MarkupFormat::Plain);
            assert!(note.likeness(&other) < 0.4 && !note.is_copy_of(&other), "{}", note.likeness(&other));
        }
        let report = |ship: &str, day: &str, tons: &str| {
            let body = format!("{ship} left on {day} at noon with {tons} tons of coal and a crew of nine for the north");
            sketch("", &body, MarkupFormat::Plain)
        };
        assert!(!report("Anna", "Monday", "400").is_copy_of(&report("Berta", "Friday", "310")));
    }

    #[test]
    fn short_texts_have_no_sketch() {
        let has = |title: &str, body: &str| Sketch::of(&tokens(title), &tokens(body)).is_some();
        assert!(!has("", "Thanks!") && !has("Re: Re: Re: Re: Lock", "Thank you, that helped us!"));
        assert!(!has("", "one two three four five six seven"));
        assert!(!has("", "node.js node.js node.js c++ c++"), "parts of compounds are no words");
        assert!(has("", "one two three four five six seven eight") && has("one two", "three four five six seven eight"));
    }

    #[test]
    fn a_sketch_stays_what_it_is() {
        // Where this changes, the version of the index must.
        let expected = [0x608f_3660_0a00_80c0, 0x8510_7020_007b_10a0, 0xf0c0_f0b0_9002_0000, 0x004e_0e00_eaca_dbdd];
        assert_eq!(sketch("Lock", NOTE, MarkupFormat::Plain), Sketch(expected));
    }

    fn words() -> impl Strategy<Value = Vec<u32>> {
        prop::collection::vec(0..400_u32, 8..400)
    }

    fn text_of(words: &[u32]) -> String {
        words.iter().map(|word| format!("w{word}")).collect::<Vec<_>>().join(" ")
    }

    proptest! {
        #[test]
        fn likeness_is_near_the_true_share(words in words(), changed in prop::collection::vec((0..400_usize, 0..400_u32), 0..60)) {
            let mut other = words.clone();
            for (at, word) in changed {
                let length = other.len();
                other[at % length] = word;
            }
            let of = |words: &[u32]| sketch("", &text_of(words), MarkupFormat::Plain);
            let runs = |words: &[u32]| words.windows(RUN).map(<[u32]>::to_vec).collect::<HashSet<_>>();
            let (left, right) = (runs(&words), runs(&other));
            let count = |runs: usize| f64::from(u32::try_from(runs).unwrap());
            let share = count(left.intersection(&right).count()) / count(left.union(&right).count());
            let likeness = of(&words).likeness(&of(&other));
            prop_assert!((likeness - share).abs() < 0.35, "{likeness} for {share}");
            prop_assert_eq!(likeness.to_bits(), of(&other).likeness(&of(&words)).to_bits());
            prop_assert!((of(&words).likeness(&of(&words)) - 1.0).abs() < 1e-9);
        }

        #[test]
        fn sketches_read_back_as_they_were_written(words in words(), length in 0..70_usize) {
            let sketch = sketch("", &text_of(&words), MarkupFormat::Plain);
            prop_assert_eq!(Sketch::from_bytes(&sketch.to_bytes()), Some(sketch));
            prop_assert_eq!(Sketch::from_bytes(&vec![1; length]).is_some(), length == Sketch::BYTES);
        }
    }
}
