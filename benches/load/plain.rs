//! Plain tantivy in this process, over the same texts: what an index costs that knows no audience, no evidence and no network.

use std::path::Path;
use std::time::{Duration, Instant};

use tantivy::collector::TopDocs;
use tantivy::query::QueryParser;
use tantivy::schema::{IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, IndexReader, IndexWriter, TantivyDocument, schema};

const WRITER_BYTES: usize = 128 << 20;
const MOST: usize = 10;

/// An index being filled.
pub(crate) struct Filling {
    index: Index,
    writer: IndexWriter,
    fields: [schema::Field; 3],
    spent: Duration,
}

/// An index that is searched.
pub(crate) struct Plain {
    reader: IndexReader,
    parser: QueryParser,
    /// The column that names documents.
    name: schema::Field,
}

impl Filling {
    /// An empty index in a directory.
    pub(crate) fn new(directory: &Path) -> Self {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_tokenizer("default").set_index_option(IndexRecordOption::WithFreqs);
        let text = TextOptions::default().set_indexing_options(indexing);
        let fields = [
            schema.add_text_field("name", STRING | STORED),
            schema.add_text_field("title", text.clone()),
            schema.add_text_field("body", text),
        ];
        std::fs::create_dir_all(directory).expect("a directory");
        let index = Index::create_in_dir(directory, schema.build()).expect("an empty directory");
        let writer = index.writer_with_num_threads(1, WRITER_BYTES).expect("a writer");
        Self { index, writer, fields, spent: Duration::ZERO }
    }

    /// Adds a document.
    pub(crate) fn add(&mut self, name: &str, title: &str, body: &str) {
        let began = Instant::now();
        let mut document = TantivyDocument::default();
        for (field, text) in self.fields.iter().zip([name, title, body]) {
            document.add_text(*field, text);
        }
        self.writer.add_document(document).expect("a document is added");
        self.spent += began.elapsed();
    }

    /// Commits; how long all of the writing took.
    pub(crate) fn finish(mut self) -> (Plain, Duration) {
        let began = Instant::now();
        self.writer.commit().expect("a commit");
        self.writer.wait_merging_threads().expect("merges end");
        let spent = self.spent + began.elapsed();
        let reader = self.index.reader().expect("a reader");
        let parser = QueryParser::for_index(&self.index, self.fields[1..].to_vec());
        (Plain { reader, parser, name: self.fields[0] }, spent)
    }
}

impl Plain {
    /// The names of the ten best.
    pub(crate) fn best(&self, question: &str) -> usize {
        let searcher = self.reader.searcher();
        let query = self.parser.parse_query(question).expect("words are a query");
        let found = searcher.search(&query, &TopDocs::with_limit(MOST).order_by_score()).expect("a search");
        let named = found.iter().filter(|(_, address)| {
            let document: TantivyDocument = searcher.doc(*address).expect("a document");
            document.get_first(self.name).is_some()
        });
        named.count()
    }
}
