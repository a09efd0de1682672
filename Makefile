# Rookery's everyday commands; `make` alone lists them. Tools are installed, pinned, into .tools by scripts/tools.sh.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

TOOLS := $(abspath $(or $(ROOKERY_TOOLS),.tools))
PYTHON := $(TOOLS)/python/bin/python
TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
# Where `make eval` looks for judged sets, or one set.
DATA ?= ../shared/data
# The judged set on which `make bench-set` measures.
BENCH_DATA ?= ../shared/data/k8s

export PATH := $(TOOLS)/bin:$(PATH)
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: help
help: ## List the commands.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Release, since the demo is somebody's first impression: it takes some minutes to build, once, and then answers at once.
.PHONY: demo
demo: ## Build, load the sample organisation and serve it on 127.0.0.1:50051, with grpcurl lines to try.
	@command -v grpcurl >/dev/null || ! command -v go >/dev/null || scripts/tools.sh grpcurl
	@cargo run --release --locked --bin rookery -- demo $(DEMO_FLAGS)

# Modules of tests/it that bring a house or a server of their own, so that it makes no difference where cases run.
OWN_HOUSE := abuse api_shape architecture chart commands durability healing overload revocation sample selftest tune

# The cheap checks come first; cargo's tests last, so that their summary is the last that is printed. The cases of tests/it run
# twice: here against the real binary, and among all tests in one process.
.PHONY: test
test: tools check proto chart clients ## Everything: checks, protos, chart, clients in other languages, and all tests of Rust.
	@echo "== cases against the real binary"
	@ROOKERY_TESTS=process cargo test --locked --test it -- $(OWN_HOUSE:%=--skip %::)
	@echo "== cargo test"
	@cargo test --locked

.PHONY: check
check: ## Formatting, lints and documentation of the Rust code.
	@echo "== formatting, lints and documentation"
	@cargo fmt --check
	@cargo clippy --locked --all-targets -- -D warnings
	@RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --quiet

.PHONY: fmt
fmt: ## Format the Rust code.
	@cargo fmt

.PHONY: tools
tools: ## Install what the other commands need into .tools.
	@scripts/tools.sh

.PHONY: proto
proto: ## Lint the protos, and hold them to the last release.
	@scripts/tools.sh buf
	@echo "== buf lint"
	@buf lint proto
	@echo "== buf breaking"
	@scripts/breaking.sh

# As the tests build it: a build of its own would compile many dependencies twice, with and without what the tests add to them.
.PHONY: program
program:
	@cargo test --locked --no-run --quiet

.PHONY: chart
chart: program ## Lint and render the chart, check the manifests and the configuration that come out of it.
	@scripts/tools.sh helm python
	@echo "== the chart"
	@HELM="$(TOOLS)/bin/helm" KUBERNETES_VALIDATE="$(TOOLS)/python/bin/kubernetes-validate" ROOKERY_BIN="$(TARGET)/debug/rookery" \
		"$(PYTHON)" -m pytest -q -p no:cacheprovider tests/chart

.PHONY: clients
clients: program ## Ask the program from Python and TypeScript, as strangers' clients would.
	@scripts/tools.sh grpcurl buf python web
	@echo "== clients in other languages"
	@if compgen -G 'tests/clients/*.py' >/dev/null; then \
		ROOKERY_BIN="$(TARGET)/debug/rookery" ROOKERY_TOOLS="$(TOOLS)" \
			"$(PYTHON)" -m pytest -q -p no:cacheprovider tests/clients/*.py; \
	fi

.PHONY: eval
eval: ## Measure the quality of answers on every judged set under DATA (../shared/data).
	@scripts/tools.sh python
	@cargo build --release --locked --bin rookery
	@"$(PYTHON)" scripts/eval.py --data "$(DATA)" --rookery "$(TARGET)/release/rookery" --runs "$(TARGET)/eval" $(EVAL_FLAGS)

# Release, as `make eval`: every question is ranked anew with every weighting.
.PHONY: tune
tune: ## Try other weights of the ranking of people on the judged sets under DATA; TUNE_FLAGS='--samples 500 --seed 2'.
	@cargo build --release --locked --bin rookery
	@"$(TARGET)/release/rookery" tune --data "$(DATA)" $(TUNE_FLAGS)

.PHONY: reliability
reliability: ## Learn anew how likely it is that people know who are named, and measure on other questions how far that holds.
	@scripts/tools.sh python
	@cargo build --release --locked --bin rookery
	@"$(PYTHON)" scripts/reliability.py --data "$(DATA)" --rookery "$(TARGET)/release/rookery" --runs "$(TARGET)/eval"

.PHONY: bench
bench: ## Measure a generated organisation under load, beside the empty call and plain tantivy; BENCH_FLAGS='--documents 1000000'.
	@cargo bench --locked --bench load -- --json "$(TARGET)/bench.json" $(BENCH_FLAGS)

.PHONY: bench-set
bench-set: ## Measure import, restart, answers and memory on one judged set, BENCH_DATA (../shared/data/k8s).
	@scripts/tools.sh python
	@cargo build --release --locked --bin rookery
	@"$(PYTHON)" scripts/bench.py --data "$(BENCH_DATA)" --rookery "$(TARGET)/release/rookery"

.PHONY: bench-visible
bench-visible: ## Measure what visibility inside retrieval costs beside plain tantivy, on 300,000 generated documents.
	@cargo bench --locked --bench visible -- $(BENCH_FLAGS)

# Each command ends with an error where an answer depends on what is hidden, and where a planted leak is not found.
.PHONY: noninterference
noninterference: ## Prove that no answer depends on what is hidden: 10,000 pairs of worlds in memory, 200 on disk, then planted leaks.
	@cargo build --release --locked --bin rookery
	@echo "== 10,000 pairs of worlds in memory"
	@"$(TARGET)/release/rookery" selftest noninterference --worlds 10000 --seed 1
	@echo "== 200 pairs of worlds on the embedded stores"
	@"$(TARGET)/release/rookery" selftest noninterference --worlds 200 --seed 2 --stores disk
	@echo "== planted leaks"
	@"$(TARGET)/release/rookery" selftest noninterference --worlds 1000 --seed 1 --planted all

.PHONY: revocation
revocation: ## Prove that what is taken away shows nowhere from the acknowledgement on: 10,000 rounds against racing readers, then planted mistakes.
	@cargo build --release --locked --bin rookery
	@echo "== 10,000 rounds in memory"
	@"$(TARGET)/release/rookery" selftest revocation --rounds 10000 --seed 1
	@echo "== 500 rounds on the embedded stores"
	@"$(TARGET)/release/rookery" selftest revocation --rounds 500 --seed 2 --stores disk
	@echo "== planted mistakes"
	@"$(TARGET)/release/rookery" selftest revocation --rounds 1000 --seed 1 --planted all

# Not part of `make test`: building the two takes longer than all the rest, and advisories need the network.
.PHONY: supply-chain
supply-chain: ## Licences, advisories and unused dependencies, by cargo-deny and cargo-machete.
	@scripts/tools.sh cargo-deny cargo-machete
	@cargo-deny --locked check
	@cargo-machete
