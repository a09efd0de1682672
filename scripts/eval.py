#!/usr/bin/env python3
"""Asks every judged set and prints how good the answers are.

A set is a directory with documents (documents.jsonl, .gz or .zst) and, for people, topics*.tsv with qrels*.txt, for
documents, queries*.tsv with qrels*.txt. `topics_X.tsv` is judged by `qrels_X.txt`; `qrels_X.txt` without topics of its
own is a second judgement of `topics.tsv`. rookery asks and writes TREC runs; every figure comes from ir-measures. How
often those are right of whom an answer is sure is counted in what it says of the ten best of each question. What
weights of people give that were chosen on other questions, and how far figures differ from fifth to fifth of the questions,
comes from rookery tune, whose figures are held against those of ir-measures.

Two answers to the same questions are compared by a paired bootstrap over the questions: documents with those of a tuned BM25
(scripts/baseline.py), and with --against everything with the runs of an earlier version, which must have the same names.

usage: scripts/eval.py --data ../shared/data --rookery target/release/rookery [--query short|long] [--only k8s] [--against DIR] ...
"""

import argparse
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import baseline
import ir_measures
import numpy
from ir_measures import AP, RR, P, R, nDCG

# Questions of these sets are asked with title and text; their short form alone is hardly a question.
ASKED_LONG = {"scn"}

# What the best published method reaches, untuned: set, AP, method.
PUBLISHED = Path(__file__).resolve().parent.parent / "src/cli/tune/published.tsv"

# How many weightings are tried for the cross-validated figures; `make tune` tries more.
WEIGHTINGS = 60

# Bounds of relevance between which it is counted how often people are right; the levels change at 0.25 and at 0.65.
STEPS = [0.0, 0.1, 0.25, 0.45, 0.65, 1.0]
# How many answers rookery gives to a question that says nothing else.
DEPTH = 1_000
# How many people of each question are looked at for that: a page.
PAGE = 10

PEOPLE = [AP, RR, nDCG @ 10, P @ 5, R @ 10]
DOCUMENTS = [nDCG @ 10, AP, R @ 100]

# How often questions are drawn anew, with repeats, for an interval; the seed makes it the same every time.
RESAMPLES, SEED = 10_000, 1
# What is called not below: the figures do not show, at this level, that Rookery is worse.
NOT_BELOW = "not below: the 95 % interval of the difference reaches 0 or lies above it (its upper end is 0 or more)"

# What is asked once: a set's questions, and the judgements that the answers are measured by.
Task = namedtuple("Task", "set_name directory sought questions judgements query")
# The answers to a task, as they were served, by one of its judgements.
Answered = namedtuple("Answered", "name task judgements run served seconds")


def sets_below(data):
    """The directory itself if it is a set, else the sets in it."""
    candidates = [data] if any(data.glob("documents.jsonl*")) else sorted(path for path in data.iterdir() if path.is_dir())
    return [path for path in candidates if any(path.glob("documents.jsonl*"))]


def tasks_of(directory, query):
    """The tasks of one set, in the order of their files."""
    name = directory.resolve().name
    for sought, stem in [("experts", "topics"), ("documents", "queries")]:
        questions = sorted(directory.glob(f"{stem}*.tsv"), key=lambda path: (len(path.stem), path.stem))
        # A set for people may bring queries too; judgements then belong to the topics.
        if sought == "documents" and any(directory.glob("topics*.tsv")):
            continue
        own = {directory / f"qrels{path.stem.removeprefix(stem)}.txt" for path in questions}
        for path in questions:
            judgements = [directory / f"qrels{path.stem.removeprefix(stem)}.txt"]
            if path.stem == stem and sought == "experts":
                judgements += sorted(set(directory.glob("qrels_*.txt")) - own)
            judgements = [file for file in judgements if file.exists()]
            if judgements:
                asked = query or ("long" if name in ASKED_LONG else "short")
                yield Task(name, directory, sought, path, judgements, asked)


def ask(task, rookery, runs, depth):
    """Lets rookery answer every question; the run file and the seconds it took."""
    runs.mkdir(parents=True, exist_ok=True)
    run = runs / f"{task.set_name}.{task.questions.stem}.{task.query}.run"
    command = [rookery, "eval", task.sought, "--data", task.directory, "--topics", task.questions, "--query", task.query, "--run", run]
    if depth:
        command += ["--depth", str(depth)]
    if task.sought == "experts":
        command += ["--ratings", ratings_beside(run)]
    print(f"eval: {task.set_name}: {task.questions.name} ({task.query})", file=sys.stderr, flush=True)
    started = time.monotonic()
    subprocess.run([str(part) for part in command], check=True, stdout=sys.stderr)
    return run, time.monotonic() - started


def ratings_beside(run):
    """Where it is told how likely it is that the people of a run know."""
    return run.with_suffix(".ratings.tsv")


def name_of(task, judgements):
    """What a set is called by one of its judgements."""
    return f"{task.set_name} {judgements.stem.removeprefix('qrels').removeprefix('_')}".rstrip()


def rated_pages(path, topics):
    """The ratings of the first page of each of some questions, as columns behind the topic."""
    pages = {}
    for line in path.read_text().splitlines():
        topic, *columns = line.split("\t")
        page = pages.setdefault(topic, [])
        if topic in topics and len(page) < PAGE:
            page.append(columns)
    return {topic: page for topic, page in pages.items() if page}


def reliability(name, judgements, path):
    """How often people were right, by relevance, as a row, and how often of questions somebody was called HIGH."""
    right = {(qrel.query_id, qrel.doc_id) for qrel in ir_measures.read_trec_qrels(str(judgements)) if qrel.relevance > 0}
    topics = {topic for topic, _ in right}
    pages = rated_pages(path, topics).items()
    rated = [(topic, float(relevance), level, (topic, person) in right) for topic, page in pages for person, relevance, level, *_ in page]

    def share(some):
        return f"{sum(hit for *_, hit in some) / len(some):.2f} of {len(some)}" if some else "-"

    high = [entry for entry in rated if entry[2] == "HIGH"]
    steps = [[entry for entry in rated if low <= entry[1] < high] for low, high in zip(STEPS, [*STEPS[1:-1], 1.1])]
    said = len({topic for topic, *_ in high}) / len(topics)
    return [name, *(share(step) for step in steps), share(high), f"{said:.2f}"]


def read_run(path):
    """The run in the order in which it was served: ties would otherwise be ordered by the measuring program."""
    served = []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        fields = line.split()
        if len(fields) != 6:
            raise SystemExit(f"eval: {path}:{number}: a TREC run has six columns")
        topic, _, identifier, rank, _, _ = fields
        served.append(ir_measures.ScoredDoc(topic, identifier, -float(rank)))
    return served


def measure(judgements, served, measures):
    """The number of judged topics and the mean of every measure over them; an unanswered topic counts as 0."""
    qrels = list(ir_measures.read_trec_qrels(str(judgements)))
    topics = {qrel.query_id for qrel in qrels}
    return len(topics), ir_measures.calc_aggregate(measures, qrels, [answer for answer in served if answer.query_id in topics])


def by_question(judgements, served, measures):
    """Measure by measure, what each judged question gives; one that is not answered gives 0."""
    qrels = list(ir_measures.read_trec_qrels(str(judgements)))
    figures = {measure: dict.fromkeys(sorted({qrel.query_id for qrel in qrels}), 0.0) for measure in measures}
    for metric in ir_measures.iter_calc(measures, qrels, served):
        figures[metric.measure][metric.query_id] = metric.value
    return figures


def difference(ours, theirs):
    """The mean difference of two answers to the same questions, and the ends of its 95 % interval by a paired bootstrap."""
    each = numpy.array([ours[question] - theirs[question] for question in ours])
    drawn = numpy.random.default_rng(SEED).integers(len(each), size=(RESAMPLES, len(each)))
    low, high = numpy.percentile(each[drawn].mean(axis=1), [2.5, 97.5])
    return each.mean(), low, high


def compared(ours, theirs):
    """Two answers and their difference as the cells of a row."""
    mean, low, high = difference(ours, theirs)
    means = [f"{sum(figures.values()) / len(figures):.4f}" for figures in (ours, theirs)]
    return means, [f"{mean:+.4f}", f"[{low:+.4f}, {high:+.4f}]", "yes" if high >= 0 else "NO"]


def beside_baseline(answered, depth):
    """How answers about documents stand beside a BM25 that was tuned on these very questions."""
    best = baseline.tuned(answered.task, answered.judgements, DOCUMENTS, by_question, depth)
    rows = []
    for measure, figures in by_question(answered.judgements, answered.served, DOCUMENTS).items():
        k1, b, theirs = best[measure]
        (own, other), behind = compared(figures, theirs)
        rows.append([answered.name, str(measure), own, other, f"{k1:g}, {b:g}", *behind])
    return rows


def beside_earlier(answers, directory):
    """How answers stand beside those of an earlier version, by AP."""
    rows = []
    for answered in answers:
        earlier = directory / answered.run.name
        if not earlier.exists():
            raise SystemExit(f"eval: there is no {earlier} to compare with")
        figures = (by_question(answered.judgements, served, [AP])[AP] for served in (answered.served, read_run(earlier)))
        means, behind = compared(*figures)
        rows.append([answered.name, *means, *behind])
    return rows


def published():
    """Set by set, the AP of the best published method."""
    rows = [line.split("\t") for line in PUBLISHED.read_text().splitlines() if not line.startswith("#")]
    return {name: figure for name, figure, _ in rows}


def tune(data, rookery, only):
    """Lets rookery choose weights on some questions and measure them on others; it prints tables of its own."""
    command = [rookery, "tune", "--data", data, "--samples", WEIGHTINGS, *(part for name in only or [] for part in ("--only", name))]
    tuned = subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True)
    print(tuned.stdout, end="")
    rows = [[cell.strip() for cell in line.split("|")] for line in tuned.stdout.partition("\n\n")[0].splitlines()[2:]]
    return {row[1]: float(row[3]) for row in rows}


def print_table(head, rows, texts=1):
    """Markdown, aligned, so that it can be read here and pasted into a note; the first columns are texts."""
    table = [head, None, *rows]
    widths = [max(len(row[column]) for row in table if row) for column in range(len(table[0]))]
    for row in table:
        if row is None:
            print("|" + "|".join("-" * (width + 1) + ("-" if column < texts else ":") for column, width in enumerate(widths)) + "|")
        else:
            cells = [cell.ljust(width) if column < texts else cell.rjust(width) for column, (cell, width) in enumerate(zip(row, widths, strict=True))]
            print("| " + " | ".join(cells) + " |")
    print()


def print_figures(title, measures, answers):
    """The figures of every set."""
    known, rows = published(), []
    for answered in answers:
        topics, figures = measure(answered.judgements, answered.served, measures)
        best = known.get(answered.name, "-")
        rows.append([answered.name, answered.task.query, str(topics), *(f"{figures[each]:.4f}" for each in measures), best, f"{answered.seconds:.0f}"])
    print_table([title, "asked", "topics", *map(str, measures), "best published AP", "seconds"], rows, texts=2)


def print_reliability(answers):
    """How often people were right, by relevance."""
    rows = [reliability(answered.name, answered.judgements, ratings_beside(answered.run)) for answered in answers]
    steps = [f"{low:.2f} to {high:.2f}" for low, high in zip(STEPS, STEPS[1:])]
    print_table(["right, by relevance", *steps, "HIGH", "said in"], rows)


def print_tuned(arguments, answers):
    """What other weights give, and whether rookery itself measures as ir-measures does."""
    measured = {answered.name: measure(answered.judgements, answered.served, [AP])[1][AP] for answered in answers}
    told = tune(arguments.data, arguments.rookery, arguments.only)
    apart = [name for name, figure in told.items() if abs(figure - measured[name]) > 1e-4]
    if apart:
        raise SystemExit(f"eval: rookery tune and ir-measures do not agree on {', '.join(apart)}")


def arguments_of():
    """What was wished, and whether it can be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="a directory of judged sets, or one set")
    parser.add_argument("--rookery", required=True, help="the program")
    parser.add_argument("--runs", type=Path, default=Path("target/eval"), help="where run files are kept (target/eval)")
    parser.add_argument("--query", choices=["short", "long"], help="how to ask every set; without it scn is asked long, the others short")
    parser.add_argument("--depth", type=int, help="how many answers to ask for; without it rookery's own default")
    parser.add_argument("--only", action="append", metavar="SET", help="only the set of this name; may be repeated")
    parser.add_argument("--against", type=Path, metavar="DIR", help="run files of an earlier version, to compare with")
    arguments = parser.parse_args()
    for directory in filter(None, [arguments.data, arguments.against]):
        if not directory.is_dir():
            raise SystemExit(f"eval: there is no directory {directory}")
    if arguments.against and arguments.against.resolve() == arguments.runs.resolve():
        raise SystemExit("eval: --against names the directory of --runs, whose files are written anew")
    return arguments


def main():
    """Asks, measures, prints."""
    arguments = arguments_of()
    people, documents = [], []
    for directory in sets_below(arguments.data):
        if arguments.only and directory.resolve().name not in arguments.only:
            continue
        for task in tasks_of(directory, arguments.query):
            run, seconds = ask(task, arguments.rookery, arguments.runs, arguments.depth)
            served = read_run(run)
            answers = people if task.sought == "experts" else documents
            answers += [Answered(name_of(task, judgements), task, judgements, run, served, seconds) for judgements in task.judgements]
    if not people and not documents:
        raise SystemExit(f"eval: no judged set in {arguments.data}")
    if people:
        print_figures("people", PEOPLE, people)
        print_reliability(people)
    if documents:
        print_figures("documents", DOCUMENTS, documents)
        rows = [row for answered in documents for row in beside_baseline(answered, arguments.depth or DEPTH)]
        print_table(["documents", "measure", "Rookery", "tuned BM25", "k1, b", "difference", "95 % interval", "not below"], rows, texts=2)
    if arguments.against:
        print_table(["AP", "Rookery", "earlier", "difference", "95 % interval", "not below"], beside_earlier(people + documents, arguments.against))
    if documents or arguments.against:
        print(f"{NOT_BELOW}; {RESAMPLES:,} paired resamples of the questions, seed {SEED}\n")
    # Weights are tried on questions as they are asked without further wishes.
    if people and not arguments.query and not arguments.depth:
        print_tuned(arguments, people)


if __name__ == "__main__":
    main()
