# `make` lists what there is. Needed: Python 3.11 or newer. Everything else is installed into .venv and .local.
.DEFAULT_GOAL := help
SHELL := /bin/sh
export SAM_CLI_TELEMETRY := 0
export PYTHONUNBUFFERED := 1
# Without bytecode each process of pytest would rewrite the assertions of all tests: half the time of collecting them.
unexport PYTHONDONTWRITEBYTECODE

# The first Python here that is new enough; `make PYTHON=...` names another one. The system's comes first: distributions
# optimise it, and tests take a fifth longer with one that was compiled by the defaults of pyenv.
NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in /usr/bin/python3 python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$p && break; done)

BIN := .venv/bin
STACK := .local/stack-venv/bin
RUNTIME_LOCK := layers/shared/requirements.txt
DEV_LOCK := requirements-dev.txt
STACK_LOCK := infra/local/requirements.txt
CHECKED := layers functions infra tests

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

.PHONY: python
python:
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(NEW_ENOUGH)' 2>/dev/null || { \
	echo "Python 3.11 or newer with venv is required (on Debian and Ubuntu: apt-get install python3-venv)."; \
	echo "Install it, or set its path: make PYTHON=/path/to/python3"; exit 1; }

.PHONY: setup
setup: python ## create the environment for tests and checks
	@$(PYTHON) infra/local/environment.py .venv $(DEV_LOCK)

.PHONY: stack-venv
stack-venv: python
	@mkdir -p .local
	@$(PYTHON) infra/local/environment.py .local/stack-venv $(STACK_LOCK)

.PHONY: run stack-up stack-down
run: stack-venv ## run the whole product on this machine, until Ctrl-C; PORT=n sets the port
	@$(STACK)/python -m infra.local.stack run
stack-up: stack-venv ## run it in the background
	@$(STACK)/python -m infra.local.stack up
stack-down: stack-venv ## stop it; its data is kept
	@$(STACK)/python -m infra.local.stack down

.PHONY: drop
drop: stack-venv ## import FILE=customers.csv into the running stack and show the progress; MAPPING=name selects a mapping
	@$(STACK)/python -m infra.local.drop "$(FILE)" $(MAPPING)

.PHONY: reproject
reproject: setup ## project logs again: ID=<profile id>, FROM=2026-11-21T10:00:00Z [TO=...] or ALL=1; API_URL, API_KEY select a deployment
	@ID="$(ID)" FROM="$(FROM)" TO="$(TO)" ALL="$(ALL)" $(BIN)/python -m infra.reproject

.PHONY: redrive
redrive: setup ## redrive a dead-letter queue of the deployed stack: QUEUE=FailureDeadLetters (docs/runbook.md)
	@$(BIN)/python -m infra.redrive "$(QUEUE)"

# Part of a run: .venv/bin/pytest --numprocesses=2 PATHS (pytest-xdist). Whole runs share files, which takes less time.
SHARED_RUN := PYTHONPATH=. $(BIN)/pytest -p tests.support.shared_run --processes=auto

.PHONY: test
test: setup ## run unit and integration tests; random searches and long tables of cases are sampled, `make check` runs all
	@$(SHARED_RUN)

.PHONY: check
check: ## run all checks that a change must pass
	$(MAKE) --no-print-directory --jobs=2 $(TOGETHER) $(STATIC)
	THOROUGH=1 $(SHARED_RUN)

# Two at a time, the longest first; the output of each stays together where make can do that (4.0 or newer).
STATIC := check-types check-sam check-cloudformation check-imports check-openapi check-template check-diagram \
	check-tracker check-console check-format check-rules
TOGETHER := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
.PHONY: $(STATIC)
check-types: setup
	$(BIN)/mypy $(CHECKED)
check-sam: stack-venv
	AWS_DEFAULT_REGION=us-east-1 $(STACK)/sam validate --lint
check-cloudformation: setup
	$(BIN)/cfn-lint template.yaml infra/*.yaml
check-imports: setup
	PYTHONPATH=.:layers/shared $(BIN)/lint-imports
check-format: setup
	$(BIN)/ruff format --check .
check-rules: setup
	$(BIN)/ruff check .

.PHONY: format
format: setup ## format all files
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: openapi check-openapi
openapi: setup ## generate docs/openapi.json from the code
	PYTHONPATH=layers/shared $(BIN)/python -m crm.openapi > docs/openapi.json
check-openapi: setup
	@PYTHONPATH=layers/shared $(BIN)/python -m crm.openapi | diff -u docs/openapi.json - || { \
	echo "docs/openapi.json is not up to date: run make openapi"; exit 1; }

.PHONY: tracker check-tracker node
tracker: node ## build functions/serve_site/tracker.js
	cd tests/e2e && npm run --silent build:tracker
check-tracker: node
	cd tests/e2e && npm run --silent check:tracker
node:
	@command -v npm >/dev/null || { echo "Node.js with npm is required: https://nodejs.org"; exit 1; }
	@cd tests/e2e && { cmp -s package-lock.json node_modules/.installed || { \
	npm ci --silent && cp package-lock.json node_modules/.installed; }; }

.PHONY: console check-console console-types console-dev
console: console-types ## build functions/serve_console/static from its sources
	cd tests/e2e && npm run --silent build:console
check-console: console-types
	cd tests/e2e && npm run --silent check:console
console-types: node
	@mkdir -p .local/console && cd tests/e2e && npm run --silent types:console
console-dev: setup ## the console as it is built now, on the data of a running stack: http://127.0.0.1:4700/console; PORT=n
	@PYTHONPATH=.:layers/shared $(BIN)/python -m infra.local.console

REFERENCE := functions/serve_site/reference
.PHONY: reference
reference: ## fetch Swagger UI, the page at /docs: VERSION=5.35.0
	@mkdir -p .local/reference && cd .local/reference && npm pack --silent "swagger-ui-dist@$(VERSION)" | xargs tar xzf
	@cd .local/reference/package && cp LICENSE NOTICE swagger-ui-bundle.js swagger-ui-bundle.js.LICENSE.txt swagger-ui.css \
		$(CURDIR)/$(REFERENCE)
	@cd $(REFERENCE) && sha256sum swagger-ui-bundle.js swagger-ui.css > SHA256SUMS
	@sed -i.old -E 's/(swagger-ui\) )[0-9.]+,/\1$(VERSION),/; s/VERSION=[0-9.]+`/VERSION=$(VERSION)`/' $(REFERENCE)/README.md
	@rm $(REFERENCE)/README.md.old

.PHONY: diagram check-diagram
diagram: setup ## generate the diagram in docs/architecture.md from the template
	@$(BIN)/python infra/diagram.py
check-diagram: setup
	@$(BIN)/python infra/diagram.py --check

.PHONY: template check-template
template: setup ## generate template.yaml and infra/*.yaml from the declared routes, infra/template and the tables of alarms
	@PYTHONPATH=layers/shared $(BIN)/python -m infra.generate
check-template: setup
	@PYTHONPATH=layers/shared $(BIN)/python -m infra.generate --check

# End-to-end tests wait for a stack most of the time. Four groups run at the same time: the examples of the docs, which
# start their own stack; requests of all kinds, and then the pages of the console on what they leave; clients; and the
# snippet, which needs no stack.
CONTRACT := tests/e2e/test_openapi_contract.py
DOCS := tests/e2e/test_docs.py
SNIPPET := tests/e2e/snippet
CONSOLE := tests/e2e/console
PAGES := $(CONSOLE)/test_every_page.py $(CONSOLE)/test_sign_in.py
SIDE_BY_SIDE := --numprocesses=3 --dist=loadfile --no-loadscope-reorder --timeout=300
WITH_STACK = STACK_JSON=$(CURDIR)/.local/$@.json $(STACK)/python -m infra.local.during

.PHONY: e2e e2e-docs e2e-contract e2e-clients e2e-snippet e2e-console
e2e: export E2E_REQUIRED := 1
e2e: export CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
e2e: setup stack-venv node ## end-to-end tests with real clients, against stacks of their own
	@test -n "$(CHROMIUM)" || { echo "Chromium is required: install it, or set CHROMIUM to its path."; exit 1; }
	@$(MAKE) --no-print-directory --jobs=4 $(TOGETHER) e2e-contract e2e-docs e2e-clients e2e-snippet
e2e-docs:
	@$(BIN)/pytest $(DOCS)
e2e-contract:
	@$(WITH_STACK) sh -ec '$(BIN)/pytest $(CONTRACT) --timeout=300; $(BIN)/pytest $(PAGES) --timeout=300'
e2e-clients:
	@$(WITH_STACK) $(BIN)/pytest tests/e2e $(patsubst %,--ignore=%,$(CONTRACT) $(DOCS) $(CONSOLE) $(SNIPPET)) --timeout=300
e2e-snippet:
	@$(BIN)/pytest $(SNIPPET) --timeout=300
e2e-console: export E2E_REQUIRED := 1
e2e-console: export CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
e2e-console: setup stack-venv node ## everything that a person does in the console, of which `make e2e` opens the pages
	@test -n "$(CHROMIUM)" || { echo "Chromium is required: install it, or set CHROMIUM to its path."; exit 1; }
	@$(STACK)/python -m infra.local.during $(BIN)/pytest $(CONSOLE) $(SIDE_BY_SIDE)

.PHONY: pictures
pictures: export CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
pictures: setup stack-venv node ## take the pictures of the console in docs/pictures again
	@$(STACK)/python -m infra.local.during $(BIN)/python -m tests.e2e.console.pictures

.PHONY: bench
bench: setup ## run the benchmarks against their budgets; ONLY=cpu runs one of them
	$(BIN)/python -m tests.bench $(ONLY)

.PHONY: letters
letters: setup ## count the letters of names and places again, by which code pages are detected
	$(BIN)/python -m infra.letter_statistics

.PHONY: lock
lock: setup ## resolve all dependencies again, within the ranges of pyproject.toml
	$(LOCK) pyproject.toml -o $(RUNTIME_LOCK)
	$(LOCK) pyproject.toml --group dev -c $(RUNTIME_LOCK) -o $(DEV_LOCK)
	$(LOCK) --group stack -o $(STACK_LOCK)
LOCK := $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.PHONY: deploy undeploy admin-key
deploy: setup stack-venv ## deploy to AWS; options: ENV=staging (a second stack), PARAMETERS="TimeZone=Europe/Berlin", RUNTIME, ARCHITECTURE, REGION, PROFILE
	@$(STACK)/python -m infra.deploy
undeploy: stack-venv ## delete the deployed stack; its table and its bucket are kept
	@$(STACK)/python -m infra.undeploy
admin-key: setup ## create an admin API key in the deployed stack and print it, once
	@$(BIN)/python -m infra.admin_key

.PHONY: clean
clean: ## delete build results, environments and the local stack's data
	@if [ -x $(STACK)/python ]; then $(STACK)/python -m infra.local.stack down; fi
	rm -rf .venv .local .aws-sam tests/e2e/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
