# Two commands on a fresh machine: `make serve` and `make test`. Both set themselves up.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help serve test check bench transcripts messages lock clean

help:  ## Say what can be done here
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 16

serve: $(VENV)/.installed  ## Serve the chat on http://127.0.0.1:8000 (HOST= and PORT= change it)
	@$(BIN)/ventanilla serve --host $(HOST) --port $(PORT)

# The tests start hundreds of processes: each is quicker when Python may keep what it compiled.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/.installed-dev  ## Run every test this machine can run
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile \
		--no-loadscope-reorder $(ARGS)

check: $(VENV)/.installed-dev  ## Linters, types and content
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/ventanilla check

bench: $(VENV)/.installed-dev  ## Measure speed, each figure beside its baseline
	@$(BIN)/python tests/benchmarks $(ARGS)

transcripts: $(VENV)/.installed-dev  ## Write the transcripts anew; read the difference before you keep it
	@cd tests && ../$(BIN)/python -m transcripts

messages: $(VENV)/.installed-dev  ## Bring the translation catalogs up to date with the texts
	@$(BIN)/python -m locales.update

lock: $(VENV)/.installed-dev  ## Resolve the dependencies anew (needs uv)
	uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-emit-index-url \
		--no-emit-find-links --extra build -o requirements.lock
	uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-emit-index-url \
		--no-emit-find-links --extra build --extra dev -o requirements-dev.lock

clean:  ## Remove the environment and what tools left behind; data in var/ stays
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Ventanilla needs Python 3.11 or newer: make serve PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo "Python cannot make environments here. On Debian: apt install python3-venv" >&2; \
		rm -rf $(VENV); exit 1; }

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@test -e $(VENV)/.installed-dev || $(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		--no-build-isolation --editable .
	@$(BIN)/ventanilla ask --jsonl </dev/null || true  # reads the content once, so that starts are quick
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		--no-build-isolation --editable .
	@$(BIN)/ventanilla ask --jsonl </dev/null || true
	@touch $@ $(VENV)/.installed
