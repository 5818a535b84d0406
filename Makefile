# The commands of this project; README.md says what they are for. Needs Python 3.11+, a C library.
SHELL := /bin/sh
PYTHON ?= python3
PARALLEL ?= 3
BIN := .venv/bin
INSTALL := $(BIN)/pip --disable-pip-version-check --quiet install --require-hashes
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11

# Every process that a test starts would compile all modules anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test check bench load faults lock browser translations audit fuzz
.DELETE_ON_ERROR:

# -P: only what is asked for is imported; the parent of all processes stays small.
run: .venv/service
	@exec $(BIN)/python -P ambassadors/serve.py

test: .venv/development browser
	$(BIN)/pytest -n $(PARALLEL)

check: .venv/development
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/scan.py

# Known vulnerabilities of what is locked, by the Python advisory database: needs the network, and fails
# when a package could not be looked up.
audit: .venv/development
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements.txt
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements-dev.txt

# Longer doses of what make test does shortly; SECONDS_EACH for each reader of foreign text.
SECONDS_EACH ?= 60
fuzz: .venv/development
	$(BIN)/python -m tests.security.fuzz $(SECONDS_EACH)
	SECURITY_DOSE=full $(BIN)/pytest tests/security -q

# Every fault in its full dose, some ten minutes; the tests have a short one.
faults: .venv/development
	$(BIN)/python -W ignore -m tests.faults $(DOSES)

bench: .venv/development
	@set -e; for bench in bench/[!_]*.py; do echo "== $$bench"; $(BIN)/python "$$bench"; done

# A season's traffic on real servers, nearly three hours; shorter: make load LOAD="--minutes 1 --soak 3".
load: .venv/development
	$(BIN)/python -W ignore -m bench.load $(LOAD)

# Text for people is collected from code and templates into the catalogs; translators edit those.
translations: .venv/development
	$(BIN)/python -m ambassadors.translations.collecting

# Versions stay as they are locked; name one to raise it: make lock UPGRADE="-P flask".
lock: .venv/development
	$(COMPILE) $(UPGRADE) -o requirements.txt pyproject.toml
	$(COMPILE) $(UPGRADE) -o requirements-dev.txt --extra dev -c requirements.txt pyproject.toml

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is older. Name another: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/service: requirements.txt | .venv/bin/python
	@echo "Installing what the service needs into .venv …"
	@$(INSTALL) -r requirements.txt
	@touch $@

.venv/development: requirements-dev.txt requirements.txt | .venv/bin/python
	@echo "Installing what development needs into .venv …"
	@$(INSTALL) -r requirements-dev.txt
	@touch .venv/service $@

# The journeys drive a real browser: the system's Chromium, rather the one without windows, else Playwright's own.
browser: .venv/development
	@.ci/browser
