#!/usr/bin/env python3
"""Learns from judged sets how likely it is that somebody knows whom FindExperts names, and measures on other questions how far
that can be trusted.

Four things that an answer shows are weighed: how much speaks for a person, how well the best document fits the question, how near
the person comes to the best of all, and how many documents involve them. A logistic regression weighs their logarithms; sets
count alike, and people whom the questions of one set find in another count as wrong, for a part. Weights and the bound of HIGH are
learnt on four fifths of the questions and measured on the rest, five times. What is printed last, learnt on everything, is what
src/expertise/relevance.rs holds, rounded.

usage: scripts/reliability.py --data ../shared/data --rookery target/release/rookery
"""

import argparse
import subprocess
import sys
import zlib
from collections import defaultdict
from pathlib import Path

import ir_measures
import numpy
from eval import ASKED_LONG, Task, ask, name_of, print_table, rated_pages, ratings_beside, sets_below, tasks_of

FOLDS = 5
# What people count, beside those of a set's own questions, whom questions of another set find.
FOREIGN = 0.3
# Relevance from which somebody is called HIGH, as in src/expertise/relevance.rs.
HIGH_FROM = 0.65
# Log-odds between which the shares of people who were right are printed.
BOUNDS = [-5, -4, -3, -2.5, -2, -1.5, -1, -0.7, -0.45, -0.25, 0, 1]


class People:
    """The people of some answers: what is known of each, and whether they were right."""

    def __init__(self):
        self.sets, self.questions, self.known, self.right, self.asked = [], [], [], [], defaultdict(set)

    def add(self, name, questions, judgements, ratings):
        """Takes the page of each question; without judgements nobody is right."""
        right = {(qrel.query_id, qrel.doc_id) for qrel in judgements if qrel.relevance > 0}
        topics = {topic for topic, _ in right} if judgements else questions
        self.asked[name] = topics
        for topic, page in rated_pages(ratings, topics).items():
            best = float(page[0][3])
            for person, _, _, *figures in page:
                score, fit, involved = map(float, figures)
                self.sets.append(name)
                self.questions.append(topic)
                self.known.append([1.0, *numpy.log([score, fit, score / best, involved])])
                self.right.append((topic, person) in right)

    def close(self):
        """Everything as arrays."""
        self.sets, self.known, self.right = numpy.array(self.sets), numpy.array(self.known), numpy.array(self.right, dtype=float)
        self.folds = numpy.array([zlib.crc32(question.encode()) % FOLDS for question in self.questions])
        counts = [(FOREIGN if " asked " in name else 1.0) / len(self.asked[name]) for name in self.sets]
        self.weights = numpy.array(counts) / numpy.mean(counts)

    def said(self, some):
        """The number of questions of some people."""
        return len({(self.sets[at], self.questions[at]) for at in numpy.flatnonzero(some)})


def regression(known, right, weights):
    """Logistic regression by Newton's method, held a little to zero."""
    found = numpy.zeros(known.shape[1])
    for _ in range(50):
        likely = 1.0 / (1.0 + numpy.exp(-known @ found))
        slope = known.T @ (weights * (right - likely)) - 0.1 * found
        curve = (known * (weights * likely * (1.0 - likely))[:, None]).T @ known + 0.1 * numpy.eye(len(found))
        step = numpy.linalg.solve(curve, slope)
        found += step
        if numpy.abs(step).max() < 1e-9:
            break
    return found


def bound_of_high(odds, right):
    """The log-odds from which on people are called HIGH: where the share of those around them who were right, which never falls
    from lower to higher odds (pooling adjacent violators), reaches what relevance.rs asks."""
    order = numpy.argsort(odds)
    pools = []
    for at in order:
        pools.append([right[at], 1.0, odds[at]])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] >= pools[-1][0] / pools[-1][1]:
            hits, count, _ = pools.pop()
            pools[-1][0] += hits
            pools[-1][1] += count
    return next((first for hits, count, first in pools if hits / count >= HIGH_FROM), numpy.inf)


def gather(data, rookery, runs):
    """Asks every set its own questions, and the main ones of every other set."""
    people = People()
    directories = sets_below(data)
    own = [task for directory in directories for task in tasks_of(directory, None) if task.sought == "experts"]
    for task in own:
        name = name_of(task, task.judgements[0])
        run, _ = ask(task, rookery, runs, None)
        people.add(name, set(), list(ir_measures.read_trec_qrels(str(task.judgements[0]))), ratings_beside(run))
    for task in own:
        for other in own:
            if other.set_name == task.set_name or other.questions.stem != "topics" or task.questions.stem != "topics":
                continue
            query = "long" if other.set_name in ASKED_LONG else "short"
            run, _ = ask(Task(f"{task.set_name}-{other.set_name}", task.directory, "experts", other.questions, [], query), rookery, runs, None)
            questions = {line.split("\t")[0] for line in other.questions.read_text().splitlines() if line.strip()}
            people.add(f"{task.set_name} asked {other.set_name}", questions, [], ratings_beside(run))
    people.close()
    return people


def main():
    """Asks, learns, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="a directory of judged sets")
    parser.add_argument("--rookery", required=True, help="the program")
    parser.add_argument("--runs", type=Path, default=Path("target/eval"), help="where run files are kept (target/eval)")
    arguments = parser.parse_args()
    people = gather(arguments.data, arguments.rookery, arguments.runs)
    judged = numpy.array([" asked " not in name for name in people.sets])

    odds, high = numpy.zeros(len(people.right)), numpy.zeros(len(people.right), dtype=bool)
    for fold in range(FOLDS):
        learn, here = people.folds != fold, people.folds == fold
        found = regression(people.known[learn], people.right[learn], people.weights[learn])
        odds[here] = people.known[here] @ found
        bound = bound_of_high((people.known @ found)[learn & judged], people.right[learn & judged])
        high[here] = odds[here] >= bound

    rows = []
    for name, questions in people.asked.items():
        some = high & (people.sets == name)
        right = f"{people.right[some].mean():.2f}" if some.any() else "-"
        rows.append([name, str(len(questions)), str(int(some.sum())), right, f"{people.said(some) / len(questions):.2f}"])
    print_table(["HIGH, cross-validated", "questions", "people", "right", "said in"], rows)
    some = high & judged
    print(f"HIGH over all judged questions: right in {people.right[some].mean():.3f} of {int(some.sum())}")

    steps = list(zip(BOUNDS, BOUNDS[1:]))
    rows = []
    for low, above in steps:
        some = judged & (odds >= low) & (odds < above)
        share = f"{numpy.average(people.right[some], weights=people.weights[some]):.2f}" if some.any() else "-"
        rows.append([f"{low} to {above}", str(int(some.sum())), share])
    print_table(["log-odds, cross-validated", "people", "right, sets alike"], rows)

    found = regression(people.known, people.right, people.weights)
    bound = bound_of_high((people.known @ found)[judged], people.right[judged])
    names = ["base", "score", "fit", "nearness", "involved"]
    print("learnt on everything:", ", ".join(f"{name} {value:+.3f}" for name, value in zip(names, found)), f"; HIGH from {bound:+.2f}")


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
