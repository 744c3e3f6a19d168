# Everything runs in .venv, which is made from the hash-pinned locks in requirements/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
BENCH := $(VENV)/.bench
LOCKER := .venv-lock
# Each process starts a Kafka and a PostgreSQL of its own, so there are few; files stay whole, the slow ones come first.
SIDE_BY_SIDE := --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
UV_VERSION := 0.13.9
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := $(LOCKER)/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --no-config --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-console check test bench bench-rules bench-sources bench-gates bench-dispatch bench-cells bench-schedules bench-webhooks format lock console-assets console-assets-check screenshots clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 16

setup: $(DEV) ## create .venv with everything that development needs

demo: $(RUNTIME) ## run one month of a made-up company through the embedded service
	@$(BIN)/feedback-router demo

demo-console: $(RUNTIME) ## run the demo, then show it in the console, until Ctrl-C
	@$(BIN)/feedback-router demo --fast --console

check: $(DEV) ## check format, lint, types, import contracts, documentation
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy router consumers
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/docs

test: $(DEV) ## run all tests; starts Kafka and PostgreSQL by itself
	$(BIN)/python -m pytest $(SIDE_BY_SIDE)

bench: $(BENCH) ## benchmark against a service that handles one message at a time, and the mapping of vendors' messages
	$(BIN)/python -m benchmarks.sources
	$(BIN)/python -m benchmarks

bench-rules: $(BENCH) ## benchmark the rules against other engines; load and backtest at size
	$(BIN)/python -m benchmarks.rules

bench-sources: $(BENCH) ## benchmark the mapping of vendors' messages, beside two expression engines
	$(BIN)/python -m benchmarks.sources

bench-gates: $(DEV) ## benchmark a decision with all gates set, and with a long history
	$(BIN)/python -m benchmarks.gates

bench-cells: $(DEV) ## benchmark the readers of a year of scores and coverage
	$(BIN)/python -m benchmarks.cells

bench-schedules: $(DEV) ## benchmark schedules: a million customers with a date
	$(BIN)/python -m benchmarks.schedules

bench-dispatch: $(BENCH) ## benchmark the dispatcher against two job queues
	$(BIN)/python -m benchmarks.dispatch

bench-webhooks: $(DEV) ## benchmark signed messages over HTTP into Kafka
	$(BIN)/python -m benchmarks.webhooks

format: $(DEV) ## format the code, and apply safe fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## resolve the locks again from pyproject.toml
	@test -x $(LOCKER)/bin/uv || $(PYTHON) -m venv $(LOCKER)
	@$(LOCKER)/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(COMPILE) --upgrade pyproject.toml --output-file requirements/runtime.txt
	$(COMPILE) --upgrade --group build --output-file requirements/build.txt
	$(COMPILE) --upgrade pyproject.toml --group build --group dev --constraint requirements/runtime.txt \
		--constraint requirements/build.txt --output-file requirements/dev.txt
	$(COMPILE) --upgrade --group bench --constraint requirements/dev.txt --output-file requirements/bench.txt

console-assets/node_modules: console-assets/package-lock.json
	npm --prefix console-assets ci --ignore-scripts
	@touch $@

console-assets: console-assets/node_modules ## bundle the libraries of the console's pages again; needs Node
	node console-assets/build.mjs

console-assets-check: console-assets/node_modules ## build them elsewhere and compare with what is committed; needs Node
	rm -rf build/console-assets
	node console-assets/build.mjs build/console-assets
	diff -r build/console-assets router/console/assets/vendor

screenshots: $(DEV) ## pictures of the console's pages, into build/screenshots and docs/img; needs Chromium
	$(BIN)/python -m tests.browser.screenshots build/screenshots

clean: ## remove everything that the other targets created
	rm -rf $(VENV) $(LOCKER) .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist console-assets/node_modules

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or later is needed, $(PYTHON) is not: try make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): requirements/runtime.txt requirements/build.txt pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements/dev.txt $(RUNTIME)
	$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

$(BENCH): requirements/bench.txt $(DEV)
	$(PIP) --require-hashes -r requirements/bench.txt
	@touch $@
