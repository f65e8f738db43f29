# One verb per line; `make help` lists them. Each sets up what it needs in .venv, the first run included.
# Needs: make, and a Python from 3.11 to 3.13 as PYTHON.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTEST_ARGS ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

# Tests marked `media` stay together on one worker and come last (tests/conftest.py), so real calls
# share the processor with nothing but the tail of the other tests.
PYTEST := $(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow check types style imports docs drift bench format lock clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(STAMP) ## place a real call to the echo service, record it and replay it
	@$(BIN)/python examples/demo.py

test: $(STAMP) ## run the tests; PYTEST_ARGS='-k hold' narrows them
	$(PYTEST) $(PYTEST_ARGS)

test-slow: $(STAMP) ## run the slow tests here, then the ordinary ones on every other Python found
	HYPOTHESIS_PROFILE=thorough $(PYTEST) -m slow --timeout 1800 $(PYTEST_ARGS)
	@MAKE="$(MAKE)" .ci/every-python $(BIN)/python

check: style types imports docs drift ## everything that is not a test: style, types, imports, docs, drift

types: $(STAMP) ## mypy and pyright, both strict
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

style: $(STAMP) ## ruff and codespell
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/codespell

imports: $(STAMP) ## imports point inwards: adapters and conformance, projections, core
	$(BIN)/lint-imports

docs: $(STAMP) ## build the documentation into docs/_build/html; a warning is an error
	$(BIN)/sphinx-build -q -W -n --keep-going -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

drift: $(STAMP) ## lock, wheel, layout and links still say what the tree says
	$(BIN)/python -m pytest -q tests/test_layout.py tests/test_docs.py -k "layout or links or laws"

bench: $(STAMP) ## run the benchmarks; BENCH_ARGS=--json for machines
	$(BIN)/calltape bench $(BENCH_ARGS)

format: $(STAMP) ## rewrite the sources as `make style` wants them
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: ## resolve requirements/dev.lock again from pyproject.toml; LOCK_ARGS=--upgrade for newer versions
	@test -x .venv-lock/bin/uv || { $(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install -q uv; }
	.venv-lock/bin/uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-header --no-emit-index-url $(LOCK_ARGS) -q -o requirements/dev.lock
	@{ echo "# Every package the project, its extras and its checks use, for Python 3.11 to 3.13, by hash."; \
	  echo "# Made by 'make lock' out of pyproject.toml; not edited by hand."; \
	  cat requirements/dev.lock; } > requirements/dev.lock.new && mv requirements/dev.lock.new requirements/dev.lock

clean: ## remove what the other verbs made, the environments included
	rm -rf .venv .venv-3.* .venv-lock build dist docs/_build .hypothesis .import_linter_cache
	rm -rf .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment: made again when the lock or pyproject.toml changes. The lock names every package by hash;
# the project itself goes in editable, with the build tools the lock has just brought.
$(STAMP): requirements/dev.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { \
	  echo "$(PYTHON) was not found: install Python 3.11, 3.12 or 3.13, or say which: make PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	  echo "$$($(PYTHON) --version) does not fit: calltape needs Python 3.11, 3.12 or 3.13; say which: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments: install its venv package (Debian, Ubuntu: apt install python3-venv)"; exit 1; }
	@echo "setting up $(VENV) with $$($(PYTHON) --version) (about a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --require-hashes -r requirements/dev.lock
	@$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@
