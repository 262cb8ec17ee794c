# Onevoice. `make run` and `make test` are all a newcomer needs; each sets up what it uses.
.RECIPEPREFIX = >
.ONESHELL:
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Written last: what was installed, so that an unchanged lock is not installed again.
STAMP := $(VENV)/installed
DEV_STAMP := $(VENV)/installed-dev
BESIDE := var/tests-beside
# Run beside the rest, on servers of their own: about as long as the rest.
TESTS_BESIDE := tests/config tests/browser tests/accounts tests/test_roles.py
# Lock files hold Python's own index, whatever this machine is set to.
CLEAN_PIP := env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL -u PIP_INDEX_URL -u PIP_CONSTRAINT PIP_CONFIG_FILE=/dev/null \
  CUSTOM_COMPILE_COMMAND="make lock"
COMPILE := --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links \
  --no-emit-trusted-host

.PHONY: help run setup setup-dev test test-networks conformance check bench chaos reset lock vendor screenshots lighthouse messages models docs settings-table snapshot chromium

help:  ## Show this list
> @grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 16

run: setup  ## Start Onevoice; Ctrl-C stops it
> @exec "$(BIN)/python" manage.py serve

setup: $(STAMP)  ## Install what running needs

setup-dev: $(DEV_STAMP)  ## Install what developing needs

$(BIN)/python:
> @command -v "$(PYTHON)" >/dev/null || { echo "There is no $(PYTHON): install Python 3.11 or newer, or say which one: make PYTHON=python3.12 …" >&2; exit 1; }
> @"$(PYTHON)" -c 'import sys; sys.exit("Onevoice needs Python 3.11 or newer; $(PYTHON) is %d.%d. Say which one: make PYTHON=python3.12 …" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
> @"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv is missing: install it with \`apt-get install python3-venv\`." >&2; exit 1; }
> @rm -rf "$(VENV)"
> @"$(PYTHON)" -m venv "$(VENV)"

# A dev installation holds everything that running needs, at the same versions.
$(STAMP): requirements.txt | $(BIN)/python
> @if [ -e "$(DEV_STAMP)" ]; then $(MAKE) --no-print-directory setup-dev; else
>   bash scripts/install.sh "$(BIN)/python" requirements.txt
> fi
> @touch "$@"

$(DEV_STAMP): requirements.txt requirements-dev.txt | $(BIN)/python
> @bash scripts/install.sh "$(BIN)/python" requirements-dev.txt
> @touch "$(STAMP)" "$@"

# All of them in two runs beside each other.
test: setup-dev chromium  ## Run every test, or some (ARGS="tests/inbox -k hub")
> @if [ -n "$(ARGS)" ]; then exec "$(BIN)/python" -m pytest $(ARGS); fi
> mkdir -p "$(BESIDE)"
> ONEVOICE_DATA_DIR="$(BESIDE)" "$(BIN)/python" -m pytest $(TESTS_BESIDE) >"$(BESIDE)/pytest.log" 2>&1 & beside=$$!
> trap 'kill -INT $$beside 2>/dev/null || true' EXIT
> passed=yes
> "$(BIN)/python" -m pytest $(TESTS_BESIDE:%=--ignore=%) || passed=no
> wait $$beside || passed=no
> cat "$(BESIDE)/pytest.log"
> [ $$passed = yes ]

test-networks: setup-dev  ## Install real servers, once, and run the connectors against them
> @TEST_NETWORKS=1 "$(BIN)/python" -m pytest tests/networks $(ARGS)

conformance: setup-dev  ## Run every case on every network's connector and print the table
> @"$(BIN)/python" -m pytest -q tests/connectors/test_conformance.py $(ARGS)

check: setup-dev  ## Lint, format, types, imports, migrations, documentation
> @"$(BIN)/ruff" check .
> @"$(BIN)/ruff" format --check .
> @"$(BIN)/mypy"
> @"$(BIN)/lint-imports" --no-logo
> @"$(BIN)/python" manage.py makemigrations --check --dry-run
> @"$(BIN)/python" manage.py snapshot --check
> @if [ -e mkdocs.yml ]; then "$(BIN)/mkdocs" build --quiet --strict; fi

bench: setup-dev  ## Measure, with a reference beside each figure
> @"$(BIN)/python" -m benchmarks $(ARGS)

chaos: setup-dev  ## Kill everything at random for ten minutes, and compare the ledgers (ARGS="--help")
> @"$(BIN)/python" -m benchmarks.chaos $(ARGS)

reset: setup  ## Forget all data on this machine and start over
> @"$(BIN)/python" -m config.reset

# With Debian 12's own Python: a lock made on a newer one can ask for what the oldest does not get.
lock:  ## Choose versions again and write the lock files (ARGS=--upgrade for newer ones)
> @"$(PYTHON)" -c 'import sys; sys.exit("Lock with Python 3.11, the oldest that Onevoice runs on: make PYTHON=python3.11 lock" if sys.version_info[:2] != (3, 11) else 0)'
> @tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT
> @"$(PYTHON)" -m venv "$$tools"
> @"$$tools/bin/pip" install --quiet pip-tools
> @$(CLEAN_PIP) "$$tools/bin/pip-compile" $(COMPILE) $(ARGS) --output-file=requirements.txt requirements.in
> @$(CLEAN_PIP) "$$tools/bin/pip-compile" $(COMPILE) $(ARGS) --output-file=requirements-dev.txt requirements-dev.in

vendor: setup-dev  ## Fetch the vendored browser files again
> @"$(BIN)/python" -m pip install --quiet fonttools==4.68.0 brotli==1.2.1
> @"$(BIN)/python" scripts/vendor.py

lighthouse: setup-dev chromium  ## Have Lighthouse mark the pages of a served demo (ARGS="--why")
> @npm install --silent --no-save --prefix var/lighthouse lighthouse@13.5.0
> @"$(BIN)/python" scripts/lighthouse.py --lighthouse var/lighthouse/node_modules/.bin/lighthouse $(ARGS)

screenshots: setup-dev chromium  ## Take the pictures of the README again
> @"$(BIN)/python" scripts/screenshots.py

messages: setup-dev  ## Collect the words to translate into locale/, and compile the translations
> @"$(BIN)/python" scripts/messages.py

models: setup-dev  ## Build the models again (DATA=folder of GoEmotions for the sentiment, INTENTS=of banking77 and clinc150 for the gate)
> @"$(BIN)/python" -m pip install --quiet onnx==1.23.2 scikit-learn==1.9.1
> @"$(BIN)/python" scripts/build_minilm.py
> @"$(BIN)/python" scripts/build_multilingual.py
> @"$(BIN)/python" scripts/build_mpnet.py
> @"$(BIN)/python" scripts/fit_urgency.py
> @if [ -n "$(DATA)" ]; then "$(BIN)/python" scripts/train_sentiment.py "$(DATA)"; fi
> @if [ -n "$(INTENTS)" ]; then for one in minilm-l6 pair use-multilingual-3; do "$(BIN)/python" scripts/train_gate.py "$(INTENTS)" --embedder $$one; done; fi

docs: setup-dev  ## Build the documentation into site/
> @"$(BIN)/mkdocs" build --strict

settings-table: setup  ## Write docs/operator/settings.md from the code
> @"$(BIN)/python" manage.py settings_table

snapshot: setup-dev  ## Write the schema that new databases begin with, from the migrations (ARGS=--whole: from all of them)
> @"$(BIN)/python" manage.py snapshot $(ARGS)

chromium:
> @bash scripts/chromium.sh
