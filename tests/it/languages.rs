//! Words as readers of many languages type them, asked of the real services.
//!
//! Proved: 1. in every language with a stemmer, another form of a word finds the document that holds the word, and no document
//! in another language; 2. so do parts of texts in scripts without spaces, words written from right to left, and words without
//! the accents, in the case or with the final letter that they have elsewhere; 3. a document in several languages is found by
//! words of each; 4. what a snippet marks is what was found, and marks lie on the borders of characters as readers count them.

use rookery::grpc::pb;
use unicode_segmentation::UnicodeSegmentation;

use crate::support::{House, document, names, put};

/// Documents: an id, and a text whose language nobody says.
const TEXTS: &[(&str, &str)] = &[
    ("ar", "السفن في الميناء تنتظر المد لأن الريح قوية. المهندسون يراقبون السيارات على الرصيف كل يوم."),
    (
        "da",
        "Skibene ligger ved kajen, og bådene venter på højvande. Børnene løber ikke på stranden, når det regner, for så er \
         der koldt.",
    ),
    (
        "de",
        "Die Gezeiten wechseln zweimal am Tag, und die Schiffe warten im Hafen. Die Häuser an der Küste haben eine Größe, \
         die man kaum glaubt.",
    ),
    ("el", "Τα πλοία περιμένουν στο λιμάνι, γιατί ο δρόμος είναι κλειστός. Οι άνθρωποι της πόλης βλέπουν τη θάλασσα."),
    ("en", "The tides turn twice a day, and the ferries wait in the harbour. Nobody studies the charts in the evening."),
    ("es", "Las mareas cambian dos veces al día y los barcos esperan. Las canciones de los niños se oyen desde la estación."),
    ("fi", "Laivat odottavat satamassa, ja kirjat ovat talossa. Veneellä ei pääse järvelle, kun tuulee niin kovaa."),
    (
        "fr",
        "Les marées changent deux fois par jour, et les bateaux attendent. Les élèves de l'école regardent les chevaux sur \
         la plage.",
    ),
    ("hu", "A hajók a kikötőben várnak, és a házak a tenger mellett vannak. A könyvek a városban olcsóbbak, mint a falun."),
    (
        "it",
        "Le maree cambiano due volte al giorno e i libri dei bambini sono nella biblioteca della città, dove nessuno \
            legge.",
    ),
    (
        "nl",
        "De getijden wisselen twee keer per dag, en de boeken liggen op de tafels in de bibliotheek. Wij wachten op de \
         veerboot, maar die vaart niet.",
    ),
    (
        "no",
        "Skipene venter i fjordene, og bølgene er høye når det blåser. Jeg har ikke sett hva som står i bøkene, men det er \
         sikkert bra.",
    ),
    (
        "pt",
        "Os navios não saem quando há vento, e as cidades da costa também têm livros sobre isso. As luzes ficam acesas até \
         de manhã.",
    ),
    (
        "ro",
        "Corăbiile așteaptă la mal, iar valurile sunt mari și reci. Copiii din sat citesc cărți când nu se poate ieși cu \
         barca.",
    ),
    ("ru", "Корабли стоят в гавани, потому что приливы начинаются только вечером. В городах на берегу книги читают чаще."),
    ("sv", "Fartygen ligger i hamnen, och vågorna är höga när det blåser. Flickorna läser på stranden, men det är inte varmt."),
    ("ta", "படகுகள் துறைமுகத்தில் காத்திருக்கின்றன. குழந்தைகள் புத்தகங்கள் படிக்கிறார்கள்."),
    ("tr", "Gemiler limanda bekliyor, çünkü rüzgâr çok sert. Kızlar sahilde kitaplar okuyor ve hava daha güzel olacak."),
    ("zh", "船在港口等待潮汐。孩子们在图书馆看书，因为今天下雨。"),
    ("ja", "船は港で潮を待っています。子どもたちは図書室で本を読みます。"),
    ("ko", "배들이 항구에서 밀물을 기다립니다. 아이들은 도서관에서 책을 읽습니다."),
    ("th", "เรือจอดรออยู่เพื่อรอน้ำขึ้น เด็ก ๆ อ่านหนังสือในห้องสมุด"),
    ("he", "האוניות מחכות בנמל עד שהגאות תגיע. הילדים קוראים ספרים בספרייה."),
    ("gifts", "The gifts are wrapped in paper and tied with a ribbon, as they should be."),
    ("gifte", "Die Gifte im Wasser sind nicht zu sehen, aber sie werden jeden Tag gemessen."),
    ("places", "We met in Malmö, in Łódź and in İstanbul, and all of them have a cafe\u{301} on the corner of Ερμής."),
    (
        "en-de",
        "The lamps on the pier are for the ferry that sails at night, and they are lit by the warden.\n\n\
               Die Laternen auf der Brücke werden von den Wärtern gelöscht, wenn die Nacht vorbei ist.",
    ),
    (
        "de-fr",
        "Der Wetterbericht ist auf der Anzeige zu lesen, und die Warnungen sind rot.\n\
               Les tempêtes sont annoncées par les gardiens, qui ne dorment pas.",
    ),
    (
        "en-ru",
        "The minutes of the meeting are kept with those of the years before.\n\nПротоколы собраний хранятся у \
               секретаря.",
    ),
    ("ja-en", "新しい nodes を追加してから、サーバーを再起動します。"),
    ("he-en", "השרת צריך upgrades חדשים לפני סוף השבוע."),
];

/// What is typed, the documents that it finds, and what is marked in the first of them.
const QUESTIONS: &[(&str, &[&str], &[&str])] = &[
    ("سيارة", &["ar"], &["السيارات"]),
    ("مهندس", &["ar"], &["المهندسون"]),
    ("مُهَنْدِس", &["ar"], &["المهندسون"]),
    ("skib", &["da"], &["Skibene"]),
    ("båd", &["da"], &["bådene"]),
    ("Gezeit", &["de"], &["Gezeiten"]),
    ("Haus", &["de"], &["Häuser"]),
    ("GROSSE", &["de"], &["Größe"]),
    ("küsten", &["de"], &["Küste"]),
    ("πλοίο", &["el"], &["πλοία"]),
    ("ΔΡΟΜΟΣ", &["el"], &["δρόμος"]),
    ("λιμανια", &["el"], &["λιμάνι"]),
    ("άνθρωπος", &["el"], &["άνθρωποι"]),
    ("ferry studies", &["en", "en-de"], &["ferries", "studies"]),
    ("chart", &["en"], &["charts"]),
    ("CANCION", &["es"], &["canciones"]),
    ("barco", &["es"], &["barcos"]),
    ("estaciones", &["es"], &["estación"]),
    ("laiva", &["fi"], &["Laivat"]),
    ("talo vene", &["fi"], &["talossa", "Veneellä"]),
    ("bateau", &["fr"], &["bateaux"]),
    ("cheval", &["fr"], &["chevaux"]),
    ("ECOLES", &["fr"], &["école"]),
    ("hajó", &["hu"], &["hajók"]),
    ("kikötő", &["hu"], &["kikötőben"]),
    ("könyv haz", &["hu"], &["házak", "könyvek"]),
    ("libro", &["it"], &["libri"]),
    ("bambina", &["it"], &["bambini"]),
    ("citta", &["it"], &["città"]),
    ("boek", &["nl"], &["boeken"]),
    ("getijde tafel", &["nl"], &["getijden", "tafels"]),
    ("skip", &["no"], &["Skipene"]),
    ("bølge", &["no"], &["bølgene"]),
    ("fjord", &["no"], &["fjordene"]),
    ("navio", &["pt"], &["navios"]),
    ("cidade", &["pt"], &["cidades"]),
    ("livro", &["pt"], &["livros"]),
    ("corabie", &["ro"], &["Corăbiile"]),
    ("valuri", &["ro"], &["valurile"]),
    ("carte", &["ro"], &["cărți"]),
    ("корабль", &["ru"], &["Корабли"]),
    ("город", &["ru"], &["городах"]),
    ("КНИГАМИ", &["ru"], &["книги"]),
    ("fartyg", &["sv"], &["Fartygen"]),
    ("vag", &["sv"], &["vågorna"]),
    ("flicka", &["sv"], &["Flickorna"]),
    ("படகு", &["ta"], &["படகுகள்"]),
    ("புத்தகம்", &["ta"], &["புத்தகங்கள்"]),
    ("kız", &["tr"], &["Kızlar"]),
    ("KİTAP", &["tr"], &["kitaplar"]),
    ("ruzgar", &["tr"], &["rüzgâr"]),
    ("潮汐", &["zh"], &["潮汐"]),
    ("图书馆", &["zh"], &["图书馆"]),
    ("図書室", &["ja"], &["図書室"]),
    ("도서관", &["ko"], &["도서관"]),
    ("ห้องสมุด", &["th"], &["ห้องสมุด"]),
    ("ספרים", &["he"], &["ספרים"]),
    ("סְפָרִים", &["he"], &["ספרים"]),
    // A present to some and poison to others.
    ("gifting", &["gifts"], &["gifts"]),
    ("Giften", &["gifte"], &["Gifte"]),
    ("gift", &["gifte", "gifts"], &["Gifte"]),
    ("malmo", &["places"], &["Malmö"]),
    ("MALMO\u{308}", &["places"], &["Malmö"]),
    ("lodz", &["places"], &["Łódź"]),
    ("ISTANBUL", &["places"], &["İstanbul"]),
    ("cafés", &["places"], &["cafe\u{301}"]),
    ("ερμήσ", &["places"], &["Ερμής"]),
    ("lamp", &["en-de"], &["lamps"]),
    ("Laterne", &["en-de"], &["Laternen"]),
    ("brucken warden", &["en-de"], &["warden", "Brücke"]),
    ("Warnung", &["de-fr"], &["Warnungen"]),
    ("tempete", &["de-fr"], &["tempêtes"]),
    ("minute", &["en-ru"], &["minutes"]),
    ("протокол секретари", &["en-ru"], &["Протоколы", "секретаря"]),
    ("node", &["ja-en"], &["nodes"]),
    ("サーバー", &["ja-en"], &["サーバー"]),
    ("upgrade", &["he-en"], &["upgrades"]),
    ("השרת", &["he-en"], &["השרת"]),
    // No word of any text, although its beginning or its letters are.
    ("skibum", &[], &[]),
    ("kizil", &[], &[]),
];

#[tokio::test(flavor = "multi_thread")]
async fn another_form_of_a_word_finds_the_documents_of_its_language_alone() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let mut min_revision = String::new();
    for (id, text) in TEXTS {
        let made = pb::Document { title: String::new(), ..document(id, "", text, "ada") };
        min_revision = put(&ada, made).await.expect("a good document goes in").revision;
    }
    let mut wrong = Vec::new();
    for (typed, expected, marked) in QUESTIONS {
        let request = pb::FindDocumentsRequest {
            query: (*typed).to_owned(),
            page_size: 50,
            min_revision: min_revision.clone(),
            ..Default::default()
        };
        let answer = ada.discovery().find_documents(ada.request(request)).await.expect("a good question").into_inner();
        let mut found: Vec<String> = names(&answer).iter().map(|name| name.trim_start_matches("documents/").to_owned()).collect();
        let marks = answer.documents.first().and_then(|hit| hit.snippet.as_ref()).map(marks).unwrap_or_default();
        found.sort_unstable();
        if found != *expected || marks != *marked {
            wrong.push(format!("{typed}: found {found:?}, marked {marks:?}, not {expected:?} and {marked:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a snippet marks, all of it whole characters as a reader counts them.
fn marks(snippet: &pb::Snippet) -> Vec<String> {
    let chars: Vec<char> = snippet.text.chars().collect();
    let mut borders = vec![0];
    for grapheme in snippet.text.graphemes(true) {
        borders.push(borders.last().unwrap() + grapheme.chars().count());
    }
    let marks = snippet.highlights.iter().map(|range| {
        let [start, end] = [range.start, range.end].map(|place| usize::try_from(place).unwrap());
        assert!(borders.contains(&start) && borders.contains(&end), "{range:?} of {}", snippet.text);
        chars[start..end].iter().collect()
    });
    marks.collect()
}
