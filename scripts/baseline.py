"""BM25 of another library, tuned on the very questions that it is measured by: what answers about documents are held against.

bm25s weighs, PyStemmer stems, common English words are left out, and a headline counts three times, as Rookery has it. Of a grid
of k1 and b each measure takes the pair that is best for it on the judgements themselves, so that every figure is the highest that
this method reaches on the set: all of that is in the baseline's favour, whose weights no other question has to bear out. Rookery
answers every set with one configuration.
"""

import gzip
import itertools
import json
from collections import namedtuple
from pathlib import Path

import bm25s
import ir_measures
import Stemmer
import zstandard

K1 = [0.8, 1.2, 1.6, 2.0, 2.4, 2.8, 3.2, 3.6, 4.0, 5.0, 6.0]
B = [0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0]

# How often a headline counts; TITLE_WEIGHT of src/index/tantivy/schema.rs.
TITLE_WEIGHT = 3

# The pair that is best for a measure, and what it gives question by question.
Tuned = namedtuple("Tuned", "k1 b by_question")


def documents_of(directory):
    """The ids and the texts of a set's documents."""
    path = next(iter(sorted(Path(directory).glob("documents.jsonl*"))))
    opened = {".gz": gzip.open, ".zst": zstandard.open}.get(path.suffix, open)
    ids, texts = [], []
    with opened(path, "rb") as packed:
        # Whole: a line ends at a line feed and at nothing else that a text may hold.
        for line in filter(None, packed.read().split(b"\n")):
            document = json.loads(line)
            ids.append(document["id"])
            texts.append(" ".join([*[document.get("title", "")] * TITLE_WEIGHT, document.get("body", "")]))
    return ids, texts


def questions_of(path, query):
    """The ids and the texts of questions, as rookery asks them: short is the first column, long all of them."""
    rows = [line.split("\t") for line in path.read_text().split("\n") if line.strip()]
    return [row[0] for row in rows], [row[1] if query == "short" else " ".join(row[1:]) for row in rows]


def tuned(task, judgements, measures, by_question, depth):
    """Measure by measure the best that BM25 gives in so many answers; `by_question` measures a run, question by question."""
    stemmer = Stemmer.Stemmer("english")
    ids, texts = documents_of(task.directory)
    topics, asked = questions_of(task.questions, task.query)
    corpus = bm25s.tokenize(texts, stopwords="en_plus", stemmer=stemmer, show_progress=False)
    words = bm25s.tokenize(asked, stopwords="en_plus", stemmer=stemmer, return_ids=False, show_progress=False)
    best = {}
    for k1, b in itertools.product(K1, B):
        ranker = bm25s.BM25(k1=k1, b=b)
        ranker.index(corpus, show_progress=False)
        found, scores = ranker.retrieve(words, k=min(depth, len(ids)), show_progress=False)
        answers = zip(topics, found, scores, strict=True)
        # What has none of the words fills the list up, with a score of 0.
        run = [ir_measures.ScoredDoc(topic, ids[at], float(score)) for topic, *row in answers for at, score in zip(*row) if score > 0]
        for measure, figures in by_question(judgements, run, measures).items():
            if measure not in best or sum(figures.values()) > sum(best[measure].by_question.values()):
                best[measure] = Tuned(k1, b, figures)
    return best
