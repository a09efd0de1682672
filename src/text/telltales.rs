//! Short words that nearly every sentence of a language holds, by which a line is told at a glance to be in another language
//! than the lines around it. A glance is no proof: `stretches` asks further before it believes.
//!
//! A word may stand in several lists: it then speaks for each. Languages without a stemmer are here where they are easily
//! mistaken for one that has one. Greek and Tamil are not: their letters tell already.

use std::collections::HashMap;
use std::sync::LazyLock;

use whatlang::Lang;

/// How many languages have a list.
pub(super) const LISTS: usize = 22;
/// Longest word of a list, in bytes.
const LONGEST: usize = 8;

/// The languages of the lists.
pub(super) fn languages() -> impl Iterator<Item = Lang> {
    TELLTALES.iter().map(|(language, _)| *language)
}

/// How often a text holds words of each list. Takes time in proportion to the text and makes nothing.
pub(super) fn hits(text: &str) -> [u32; LISTS] {
    let mut hits = [0; LISTS];
    let mut word = [0_u8; LONGEST];
    let mut length = 0;
    let mut bytes = text.bytes().chain([b' ']).peekable();
    while let Some(byte) = bytes.next() {
        // An apostrophe ends a word, as in "l'eau". What joins the parts of addresses, paths and identifiers does not.
        let joins = matches!(byte, b'_' | b'-' | b'/' | b'\\' | b'=' | b'@' | b'#' | b'$' | b':' | b'<' | b'>')
            || byte == b'.' && bytes.peek().is_some_and(u8::is_ascii_alphanumeric);
        if joins || byte >= 0x80 || byte.is_ascii_alphanumeric() {
            if let Some(place) = word.get_mut(length) {
                *place = byte.to_ascii_lowercase();
            }
            length += 1;
        } else if length > 0 {
            let key = if length <= LONGEST { KEYS.get(&u64::from_be_bytes(word)).copied().unwrap_or(0) } else { 0 };
            let mut lists = key;
            while lists != 0 {
                if let Some(hits) = hits.get_mut(lists.trailing_zeros() as usize) {
                    *hits += 1;
                }
                lists &= lists - 1;
            }
            (word, length) = ([0; LONGEST], 0);
        }
    }
    hits
}

/// The lists that hold each word, as bits, by the word's bytes.
static KEYS: LazyLock<HashMap<u64, u32>> = LazyLock::new(|| {
    let mut keys = HashMap::new();
    for (at, (_, words)) in TELLTALES.iter().enumerate() {
        for word in words.split(' ') {
            let mut key = [0; LONGEST];
            key.iter_mut().zip(word.bytes()).for_each(|(key, byte)| *key = byte);
            *keys.entry(u64::from_be_bytes(key)).or_default() |= 1_u32 << at;
        }
    }
    keys
});

const TELLTALES: [(Lang, &str); LISTS] = [
    (Lang::Ara, "في من على إلى الى أن ان ما لا هذا هذه التي الذي كان عن مع أو او قد كل بعد ثم هو هي لم بين"),
    (Lang::Cat, "el la els les de del i a en un una que per amb no es és al són com més o va ha aquest però quan"),
    (Lang::Ces, "a v na se je že to s z do i o k pro jako za od po by jsou ale který která nebo při tak není byl jeho když ve"),
    (
        Lang::Dan,
        "og i at det er en den til på de for med som et af ikke der var han har vi jeg du kan om så men hvad hvor eller når \
         fra blev ved efter også skal",
    ),
    (
        Lang::Deu,
        "der die das und ist in den von zu mit sich des auf für nicht ein eine als auch es an werden aus er hat dass sie \
         nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man \
         wenn wir ich kann ihr",
    ),
    (
        Lang::Eng,
        "the of and to a in is that it for was on are as with they at be this have from or by not but what all were we when \
         your can there an which their if will how then them would these so some has into more its who been than may out \
         only you he she his her had do does",
    ),
    (
        Lang::Fin,
        "ja on ei että se hän oli mutta kun niin myös tai joka ovat sen ole mitä ne jos voi sekä kuin jo vain nyt kuten \
         jotka siitä kanssa ennen olla",
    ),
    (
        Lang::Fra,
        "le la les de des du et est un une en que qui dans pour pas sur au aux par avec plus ce il elle ne se sont ont mais \
         ou où été nous vous cette ces son sa ses leur comme tout être si je à",
    ),
    (Lang::Hrv, "i u je na se da za od su s to a ne o što kao iz koji koja ili bi ali po sam nije biti kada još do"),
    (
        Lang::Hun,
        "a az és hogy nem is egy ez de meg csak volt van már ha vagy mint el ki azt ezt még be fel lehet kell amely aki \
         ezek akkor után minden",
    ),
    (
        Lang::Ita,
        "il lo la i gli le di che e è un una in per non del della dei con si da al alla sono ha ma come nel nella anche più \
         o se su dal questo questa quando ci dove chi viene essere",
    ),
    (
        Lang::Nld,
        "de het een en van in is dat op te zijn met voor niet die er aan ook als bij om naar uit maar wordt door ze hij we \
         je dan nog kan over wat of deze dit heeft tot werd waar hoe geen worden",
    ),
    (
        Lang::Nob,
        "og i det er en den til på de for med som et av ikke der var han har vi jeg du kan om så men hva hvor eller når fra \
         ble ved etter også skal å at ei blir",
    ),
    (Lang::Pes, "و در به از که این را با است آن برای یک خود تا می ها هم بر یا شد اما باید شود بود نیز کند"),
    (
        Lang::Pol,
        "i w nie na się z do że jest to jak o po co ale za od tak dla oraz lub czy są przez był może przy gdy który ze już \
         tylko jego by",
    ),
    (
        Lang::Por,
        "o a os as de do da dos das e que em um uma para com não no na por mais se como mas ao foi é são ele ela ou quando \
         muito já também só pelo pela seu sua isso este esta nos",
    ),
    (
        Lang::Ron,
        "și si de la în in a o cu pe nu că ca din este sunt un care mai pentru sau dar fi al ale lui se au prin ce după iar \
         dacă când cum",
    ),
    (
        Lang::Rus,
        "и в не на что он с как это по но из для от к о у же то все так его за вы мы я бы был или если уже при до она они \
         их чем нет под ещё",
    ),
    (
        Lang::Spa,
        "el la los las de del y que en un una es por con para no se lo al como más pero su sus le ya o este esta son fue ha \
         hay cuando muy sin sobre también entre si me porque está",
    ),
    (
        Lang::Swe,
        "och i att det är en den till på de för med som ett av inte var han har vi jag du kan om så men vad hur eller när \
         från blev vid efter också ska skall sig ut där över kommer",
    ),
    (
        Lang::Tur,
        "ve bir bu için ile da de çok gibi daha ne o olan olarak kadar sonra en ama ya veya değil her olduğu var ki mi ben \
         sen göre ise şey",
    ),
    (
        Lang::Ukr,
        "і в не на що він з як це по але із для від до у та й про за ми ви я ж був або якщо вже при його її їх так під ще є \
         має",
    ),
];

#[cfg(test)]
mod tests {
    //! 1. every word of a list can be hit, in any case of its ASCII letters; 2. parts of words, and what only begins like one, are not.
    use super::*;

    fn of(text: &str, language: Lang) -> u32 {
        let at = languages().position(|listed| listed == language).unwrap();
        hits(text)[at]
    }

    #[test]
    fn every_word_of_a_list_can_be_hit() {
        for (language, words) in TELLTALES {
            let words: Vec<&str> = words.split(' ').collect();
            for word in &words {
                assert!(word.len() <= LONGEST, "{word}");
                assert_eq!(of(word, language), 1, "{word}");
                assert_eq!(words.iter().filter(|other| *other == word).count(), 1, "{word} is listed twice");
            }
            assert_eq!(of(&words.join(", "), language), u32::try_from(words.len()).unwrap());
        }
        assert_eq!(of("THE tide, The tide. \"And\" - (in).", Lang::Eng), 4);
    }

    #[test]
    fn parts_of_words_are_no_hits() {
        for text in ["", "theatre", "the_", "the1", "andthethe", "thé", "unforgettable", "the-a/in", "-a", "of.the.and", "in=the"]
        {
            assert_eq!(of(text, Lang::Eng), 0, "{text}");
        }
        assert_eq!(of("l'eau n'est pas un don", Lang::Fra), 3);
    }
}
