#!/usr/bin/env python3
"""Measures what a user waits for: an import, a restart, an answer; and how much memory that takes.

Every figure comes from one run of the release binary on one judged set, with a server process of its own on loopback.
Anonymous memory (RssAnon) is what the process itself needs; mapped pages (RssFile) are the kernel's to take back, so they
are told apart. Answers are told as ratios to the cheapest call of the same run, since absolute times are the machine's.

usage: scripts/bench.py --data ../shared/data/k8s --rookery target/release/rookery --protos proto
"""

import argparse
import importlib
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import grpc
from grpc_tools import protoc

ASKER = (("rookery-as", "people/bench"),)
ROUNDS = 5


class Server:
    """A server process; `seconds` is the time from its start until it says that it serves."""

    def __init__(self, rookery, data_dir):
        started = time.monotonic()
        command = [rookery, "serve", "--listen", "127.0.0.1:0", "--data-dir", data_dir, "--log-level", "warn"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.seconds = time.monotonic() - started
        match = re.search(r"127\.0\.0\.1:\d+", line)
        if not match:
            raise SystemExit(f"bench: the server did not start: {line!r}")
        self.address = match.group(0)
        self.peak_anonymous = 0

    def memory(self):
        """RssAnon and RssFile in MB (10^6 bytes)."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return [int(re.search(rf"{key}:\s+(\d+) kB", status).group(1)) * 1024 / 1e6 for key in ("RssAnon", "RssFile")]

    def watch(self, stop):
        """Notes the highest anonymous memory until told to stop."""
        while not stop.wait(0.05):
            self.peak_anonymous = max(self.peak_anonymous, self.memory()[0])

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait(timeout=120)


def stubs(protos, out):
    """Client stubs, generated from the protos."""
    sources = sorted(str(path.relative_to(protos)) for path in protos.rglob("*.proto"))
    include = pathlib.Path(protoc.__file__).parent / "_proto"
    if protoc.main(["protoc", f"-I{protos}", f"-I{include}", f"--python_out={out}", f"--grpc_python_out={out}", *sources]):
        raise SystemExit("bench: the protos cannot be compiled")
    sys.path.insert(0, str(out))
    return [importlib.import_module(f"rookery.v1.discovery_service_{kind}") for kind in ("pb2", "pb2_grpc")]


def questions(data):
    """The short questions of the set."""
    file = next(path for path in (data / "topics.tsv", data / "queries.tsv") if path.exists())
    return [line.split("\t")[1] for line in file.read_text().splitlines() if line.strip()]


def ask(data, address, protos, out):
    """The median seconds of each call over every question of the set, several rounds, one after another."""
    messages, services = stubs(protos, out)
    with grpc.insecure_channel(address) as channel:
        stub = services.DiscoveryServiceStub(channel)
        calls = {
            "FindDocuments, 10 hits": lambda q: stub.FindDocuments(messages.FindDocumentsRequest(query=q, page_size=10), metadata=ASKER),
            "FindDocuments, 10 hits and total": lambda q: stub.FindDocuments(
                messages.FindDocumentsRequest(query=q, page_size=10, include_total=True), metadata=ASKER
            ),
            "FindExperts, 10 people": lambda q: stub.FindExperts(messages.FindExpertsRequest(query=q, page_size=10), metadata=ASKER),
            "Search": lambda q: stub.Search(messages.SearchRequest(query=q), metadata=ASKER),
        }
        medians = {}
        for name, call in calls.items():
            seconds = []
            for _ in range(ROUNDS):
                for question in questions(data):
                    began = time.perf_counter()
                    call(question)
                    seconds.append(time.perf_counter() - began)
            medians[name] = statistics.median(seconds)
        return medians


def main():
    """Imports, asks, restarts, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="one judged set")
    parser.add_argument("--rookery", required=True, help="the program")
    parser.add_argument("--protos", type=pathlib.Path, default=pathlib.Path("proto"), help="the protos (proto)")
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        data_dir = str(pathlib.Path(folder) / "data")
        server = Server(arguments.rookery, data_dir)
        stop = threading.Event()
        watching = threading.Thread(target=server.watch, args=(stop,))
        watching.start()
        command = [arguments.rookery, "import", "jsonl", str(arguments.data), "--addr", f"http://{server.address}"]
        first, again = [timed(command) for _ in range(2)]
        medians = ask(arguments.data, server.address, arguments.protos, folder)
        stop.set()
        watching.join()
        anonymous, mapped = server.memory()
        server.end(signal.SIGKILL)
        killed = Server(arguments.rookery, data_dir)
        killed.end(signal.SIGTERM)
        drained = Server(arguments.rookery, data_dir)
        drained.end(signal.SIGTERM)

    print(f"import until everything is found   {first:6.2f} s")
    print(f"import again, nothing new          {again:6.2f} s   ratio {again / first:.2f}")
    print(f"anonymous memory, highest          {server.peak_anonymous:6.0f} MB  (at the end {anonymous:.0f} MB)")
    print(f"mapped pages at the end            {mapped:6.0f} MB")
    print(f"from start to serving after -9     {killed.seconds:6.2f} s")
    print(f"from start to serving after drain  {drained.seconds:6.2f} s")
    cheapest = min(medians.values())
    for name, seconds in medians.items():
        print(f"{name:34} {seconds * 1e3:6.2f} ms  ratio {seconds / cheapest:.2f}")


def timed(command):
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"bench: the import failed: {done.stderr}")
    return time.monotonic() - began


if __name__ == "__main__":
    main()
