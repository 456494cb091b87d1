# Everything a newcomer or a contributor does. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help

UV_VERSION := 0.13.9
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
PYTHON ?= python3
RUN := $(UV) run --no-sync
READY := .venv/.playhead-ready
# In the order that `tests/conftest.py` gives them.
SIDE_BY_SIDE := --numprocesses 2 --dist loadgroup --no-loadscope-reorder
# Each run draws another order; SEED repeats one.
ORDER := $(if $(SEED),--randomly-seed=$(SEED))

.PHONY: help setup demo test test-stack test-fast bench kill-sweep mutation-check lint format docs up clean

help:  ## What a contributor can do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

setup: $(READY)  ## The locked environment and the Delta jars; done by the others when needed

$(READY): pyproject.toml uv.lock | java $(UV)
	$(UV) sync --locked --quiet
	$(RUN) python -m jobs.storage.delta_jars
	@$(RUN) python -m jobs.storage.class_archive
	@touch $@

.tools/bin/uv:
	@echo "Fetching uv $(UV_VERSION) into .tools/ …"
	@$(PYTHON) -m venv .tools
	@.tools/bin/python -m pip install --quiet uv==$(UV_VERSION)

.PHONY: java
java:
	@infra/check_java.sh

demo: setup  ## A whole lake from nothing, in a few minutes
	@$(RUN) playhead demo

test: setup  ## Every test that needs no service
	$(RUN) pytest $(SIDE_BY_SIDE) $(ORDER) -m "not stack and not browser"

test-stack: setup  ## The tests with Airflow, the MLflow server and a browser
	$(RUN) pytest $(SIDE_BY_SIDE) $(ORDER) -m "stack or browser"

test-fast: setup  ## The tests that need no Spark, in seconds
	$(RUN) pytest $(SIDE_BY_SIDE) $(ORDER) -m "not spark and not stack and not browser"

bench: setup  ## How fast, as ratios in one run; not part of the tests
	$(RUN) pytest tests/benchmarks -s

kill-sweep: setup  ## Runs that are killed at many moments, and after each write; an hour and more
	EXAMPLES=$${EXAMPLES:-5} $(RUN) pytest tests/kill_sweep tests/pipeline/test_state_machine.py -s

mutation-check: setup  ## Takes one safeguard out at a time and sees whether a test notices
	$(RUN) python -m tests.mutations

lint: setup  ## ruff, mypy, import-linter
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) lint-imports

format: setup  ## Let ruff put the code in its form
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

docs: setup  ## The pages that follow from contracts and DAG files: tables, their graph, DAGs
	$(RUN) python -m infra.docs

up: setup  ## The report, Airflow, MLflow and the Data Docs on this machine, until ctrl-C
	@$(RUN) python -m infra.local_stack

clean:  ## Remove the environment and the home with its lake and keys; the jars stay in the cache
	rm -rf .venv .tools .playhead
