# Everything starts here: `make help`. Needs Python 3.11 or newer, make and git; all else lands in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
COMPILE := -q --universal --generate-hashes --no-emit-index-url --python-version 3.11
# Debian packages the tests need besides Python: a browser, and a font in which its pages can be read.
SYSTEM_PACKAGES := chromium fonts-noto-cjk
# What pages load, and what tests load into them: committed, so that nobody needs npm to run or test Daiban.
VENDOR := portal/pages/static/vendor
TESTED_WITH := tests/browser/vendor

.DEFAULT_GOAL := help
.PHONY: help setup system demo up test mutation lint format lock assets bench clean fuzz

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(READY) ## Create .venv with exactly the locked packages; once per change of the lock

$(READY): requirements.lock requirements-setup.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Daiban needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1 || echo missing)."; \
	  echo "Install one and name it: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -q && apt-get install -qy "$$($(PYTHON) -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')"; \
	  else echo "$(PYTHON) cannot create virtual environments; on Debian or Ubuntu: sudo apt-get install python3-venv"; exit 1; fi; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@# uv installs in seconds what takes pip a minute; where it cannot reach the package index pip's configuration names, pip does it.
	$(PIP) --require-hashes -r requirements-setup.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes --compile-bytecode -r requirements.lock \
	  || $(PIP) --require-hashes -r requirements.lock
	$(PIP) -e .
	@touch $@

system: ## Install the browser that tests drive; only on Debian and its kin, elsewhere CHROMIUM names one
	@missing=; for each in $(SYSTEM_PACKAGES); do dpkg -s $$each >/dev/null 2>&1 || missing="$$missing $$each"; done; \
	if [ -z "$$missing" ] || [ -n "$$CHROMIUM" ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -q && apt-get install -qy --no-install-recommends $$missing; \
	else echo "Browser tests need$$missing (on Debian or Ubuntu: sudo apt-get install$$missing), or CHROMIUM=/path/of/a/browser"; fi

demo: setup ## Run a whole office with applications passing through it; Ctrl-C ends it
	$(BIN)/daiban demo

up: setup ## Start the local office and keep it running; Ctrl-C ends it
	$(BIN)/daiban up

test: setup system ## Run all tests; ARGS="-k name" chooses
	@# What measures time has the machine to itself; everything else shares it. Exit code 5: ARGS chooses none of them.
	$(BIN)/pytest -m alone $(ARGS) || [ $$? = 5 ]
	$(BIN)/pytest -m "not alone" -n auto --dist worksteal $(ARGS) || [ $$? = 5 ]

mutation: setup ## Change the rules one by one and see whether tests notice; ARGS=rules/silence.py or SAMPLE=300 chooses
	$(BIN)/python -m bench.mutation$(if $(SAMPLE),_sample $(SAMPLE)) $(ARGS)

fuzz: setup ## Send more than 5,000 odd requests to the portal, as every role and as nobody
	DAIBAN_FUZZ_EXAMPLES=10 $(BIN)/pytest -s tests/portal/test_fuzz.py $(ARGS)

lint: setup ## Check style, formatting, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## Rewrite the code in the house style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: setup ## Resolve the dependencies anew and write requirements.lock
	$(BIN)/uv pip compile $(COMPILE) --extra local --group dev pyproject.toml -o requirements.lock
	echo uv | $(BIN)/uv pip compile $(COMPILE) - -o requirements-setup.lock

assets: ## Take the pages' scripts anew from npm, as assets/package-lock.json pins them
	cd assets && npm ci --ignore-scripts
	mkdir -p $(VENDOR) $(TESTED_WITH)
	cp assets/node_modules/htmx.org/dist/htmx.min.js $(VENDOR)/htmx.js
	cp assets/node_modules/htmx.org/LICENSE $(VENDOR)/htmx.LICENSE
	cp assets/node_modules/htmx-ext-sse/dist/sse.min.js $(VENDOR)/htmx-sse.js
	cp assets/node_modules/htmx-ext-sse/LICENSE $(VENDOR)/htmx-sse.LICENSE
	cp assets/node_modules/axe-core/axe.min.js $(TESTED_WITH)/axe.js
	cp assets/node_modules/axe-core/LICENSE $(TESTED_WITH)/axe.LICENSE
	cp assets/node_modules/axe-core/LICENSE-3RD-PARTY.txt $(TESTED_WITH)/axe.LICENSE-3RD-PARTY

bench: setup ## Measure the two planes of the engine on this machine
	$(BIN)/python -m bench

clean: ## Remove .venv and every cache; what the office stored in .daiban stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage mutants
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
