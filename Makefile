# `make help` lists the targets.
PYTHON ?= python3
PORT ?= 8000
CONTENT ?=
SEED := $(or $(SEED),$(shell date +%s))
VENV := .venv
VAR := $(or $(VAR_DIR),var)
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
TOOLS := tests/tools/node_modules/.package-lock.json
SITE = $(BIN)/granian --interface rsgi --host 127.0.0.1 --port $(PORT) --workers 1 \
	--no-ws --log-level warning newsreader.rsgi:application
STATIC_SOURCES := $(shell find static -type f 2>/dev/null)

.DEFAULT_GOAL := help
# Checks and tests start Python hundreds of times: what it compiles has to be kept, even where the environment says no.
check test test-browser fuzz soak: export PYTHONDONTWRITEBYTECODE :=
.PHONY: help serve fresh editor import test test-browser check format lock fuzz soak bench bench-admin bench-search bench-stories bench-export bench-import bench-many bench-serving lighthouse screenshots release audit messages clean

AT_PORT = $(if $(filter-out 8000,$(PORT)), PORT=$(PORT))
USING = serve|fresh|import|editor|help

help: ## list the targets
	@echo "To use the site:"
	@grep -hE '^($(USING)):.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'
	@echo
	@echo "To work on this project:"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | grep -vE '^($(USING)):' | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'
	@echo
	@echo "  PORT=8000 and CONTENT=some/folder change what make serve does;"
	@echo "  TEST_DATABASE_URL=postgres://... lets make test run on PostgreSQL too."

serve: $(BIN)/.base $(VAR)/static/.collected .env ## serve the site with its worker, with the sample edition unless CONTENT=folder is given
	@$(MANAGE) migrate --verbosity 0
ifeq ($(CONTENT),)
	@$(MANAGE) import_articles --only-if-empty articles/seed
else
	@$(MANAGE) import_articles "$(CONTENT)" --instead "make fresh CONTENT=$(CONTENT)$(AT_PORT)" || [ $$? -eq 1 ]
endif
	@echo
	@echo "  Reading:  http://127.0.0.1:$(PORT)/"
	@echo "  Editing:  http://127.0.0.1:$(PORT)/admin/   (\`make editor\` in another terminal makes an account)"
	@echo "  Ctrl-C stops."
	@echo
	@$(if $(CONTENT),CONTENT_DIR="$(CONTENT)" )$(BIN)/python -m newsreader.together "$(SITE)" "$(MANAGE) worker"

fresh: $(BIN)/.base .env ## take the sample edition away, then serve CONTENT=some/folder
	@test -n "$(CONTENT)" || { echo "usage: make fresh CONTENT=some/folder"; exit 2; }
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) remove_sample
	@$(MAKE) --no-print-directory serve CONTENT="$(CONTENT)"

editor: $(BIN)/.base .env ## make an editor's account (asks for name and password)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) create_editor

import: $(BIN)/.base .env ## import CONTENT=some/folder
	@test -n "$(CONTENT)" || { echo "usage: make import CONTENT=some/folder"; exit 2; }
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) import_articles "$(CONTENT)" --instead "$(MANAGE) remove_sample && make import CONTENT=$(CONTENT)" || [ $$? -eq 1 ]

# Each test runs once on SQLite. PostgreSQL gets again what may differ on it: no pages and styles in browsers, no tests
# without a database, and none that are marked any_database. One after the other: side by side, Chromium, which gives
# itself a higher priority, leaves the others next to nothing.
test: $(BIN)/.dev ## run all tests on SQLite, and those of the database on TEST_DATABASE_URL when that is set
	$(BIN)/pytest --ignore-glob 'tests/browser*'
	@$(MAKE) --no-print-directory test-browser
	@if [ -n "$(TEST_DATABASE_URL)" ]; then echo "On $(TEST_DATABASE_URL):"; \
		DATABASE_URL="$(TEST_DATABASE_URL)" $(BIN)/pytest --database-only --ignore-glob 'tests/browser*'; fi

FUZZ = FUZZ_FILES=10000 FUZZ_REQUESTS=10000 FUZZ_EXAMPLES=300 FUZZ_SEED=$(SEED) $(BIN)/pytest \
	tests/sync/imports/test_mutations.py tests/views/test_odd_requests.py tests/distribution/test_api_description.py

fuzz: $(BIN)/.dev ## check and import 10,000 damaged files, send 10,000 odd requests, others each time; SEED=... repeats a run
	@echo "SEED=$(SEED)"
	$(FUZZ)
	@if [ -n "$(TEST_DATABASE_URL)" ]; then echo "On $(TEST_DATABASE_URL):"; DATABASE_URL="$(TEST_DATABASE_URL)" $(FUZZ); fi

SOAK = SOAK_KILLS=$(or $(KILLS),50) SOAK_SECONDS=$(or $(SECONDS),60) SOAK_SEED=$(SEED) $(BIN)/pytest -n 0 -o log_cli=true -o log_cli_level=INFO tests/faults

soak: $(BIN)/.dev ## kill imports, exports, workers and migrations 50 times each, and have everybody work at once for a minute
	@echo "SEED=$(SEED)"
	$(SOAK)
	@if [ -n "$(TEST_DATABASE_URL)" ]; then echo "On $(TEST_DATABASE_URL):"; DATABASE_URL="$(TEST_DATABASE_URL)" $(SOAK); fi

test-browser: $(BIN)/.dev $(TOOLS) ## run the tests of pages: Chromium, axe, the Nu validator, Lighthouse, bytes
	$(BIN)/pytest tests/browser tests/browser_desk

check: $(BIN)/.dev ## lint, types, import rules, templates, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	SECRET_KEY=check $(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djade --check --target-version 5.2 $$(find templates -name '*.html')
	SECRET_KEY=check $(MANAGE) makemigrations --check --dry-run
	$(BIN)/python -m tests.support.previous_release

format: $(BIN)/.dev ## format code and templates
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djade --target-version 5.2 $$(find templates -name '*.html') || true

lock: ## pin the newest allowed versions with their hashes (needs uv)
	uv pip compile pyproject.toml --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --quiet --output-file requirements/base.txt
	uv pip compile pyproject.toml --extra dev --constraint requirements/base.txt --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --quiet --output-file requirements/dev.txt

bench: $(BIN)/.dev ## measure page speed on generated articles
	$(BIN)/python -m bench.pages

bench-search: $(BIN)/.dev ## measure searches on generated articles
	$(BIN)/python -m bench.search

bench-many: $(BIN)/.dev ## compare pages of 1,000,000 articles with those of 10,000
	$(BIN)/python -m bench.many

bench-admin: $(BIN)/.dev ## measure the editors' pages on generated articles
	$(BIN)/python -m bench.admin
	$(BIN)/python -m bench.catalogue

bench-export: $(BIN)/.dev ## measure exports beside plain YAML parsing
	$(BIN)/python -m bench.exporting

bench-stories: $(BIN)/.dev ## measure how long stories take to be joined
	$(BIN)/python -m bench.stories

bench-serving: $(BIN)/.dev ## measure pages that are cached or rendered, compared with constants of the same bytes
	$(BIN)/python -m bench.serving
	$(BIN)/python -m bench.replay

bench-import: $(BIN)/.dev ## measure imports of real and generated articles against plain YAML parsing
	$(BIN)/python -m bench.importing

lighthouse: $(BIN)/.dev $(TOOLS) ## measure pages with Lighthouse, as a phone would load them
	@$(BIN)/python -m bench.lighthouse

screenshots: $(BIN)/.dev ## take pictures of every page type into docs/screenshots, and of the desk into docs/images
	@$(BIN)/python -m bench.screenshots
	@$(BIN)/python -m bench.desk_pictures

# Each is run in folders of its own, as its users would: the wheel from an empty folder, the image's steps as nobody (which
# needs root). Needs the network for pip.
release: $(BIN)/.dev ## build the wheel and the source archive into dist/, and check them and the steps of the image
	$(BIN)/python -m bench.wheel dist
	$(BIN)/python -m bench.container

# Asks no server. Without ADVISORIES it writes the list, and says where a copy of advisories comes from.
audit: $(BIN)/.dev ## list what is pinned as an SBOM in dist/; ADVISORIES=folder-or-zip finds pins that advisories name
	@$(BIN)/python -m bench.audit dist/newsreader.cdx.json $(if $(ADVISORIES),--advisories "$(ADVISORIES)")

# Needs the gettext tools. The compiled messages are committed, so that nobody else does.
messages: $(BIN)/.dev ## collect the texts to translate into articles/locale, and compile their translations
	SECRET_KEY=messages $(MANAGE) makemessages --locale de --locale ar --extension html,jinja,py,xml --no-wrap \
		--add-location file --no-obsolete --ignore 'tests/*' --ignore 'bench/*' --ignore '$(VENV)/*' --ignore '$(VAR)/*'
	SECRET_KEY=messages $(MANAGE) compilemessages --ignore '$(VENV)/*'

clean: ## delete what make made; the database in var/ stays
	rm -rf $(VENV) $(VAR)/static dist tests/tools/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis node_modules

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Making the virtual environment ..."
	@$(PYTHON) -m venv $(VENV)

$(BIN)/.base: requirements/base.txt | $(BIN)/python
	@echo "Installing the pinned packages ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	@touch $@

$(BIN)/.dev: requirements/dev.txt | $(BIN)/.base
	@echo "Installing the packages for development ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# npm writes this file last. Without npm the tests that need its packages are skipped; only CI, with NO_SKIPS, minds.
$(TOOLS): tests/tools/package-lock.json
	@if command -v npm >/dev/null; then echo "Installing the test tools of npm ..."; \
		npm ci --prefix tests/tools --ignore-scripts --no-audit --no-fund --loglevel error \
			|| echo "npm could not install them: the tests that need them are skipped."; \
	else echo "There is no npm here: the Nu validator and Lighthouse are skipped."; fi

# A file with a secret key of this machine's own, made or completed once.
.PHONY: .env
.env: | $(BIN)/python
	@if [ -z "$$SECRET_KEY" ] && ! grep -qs '^SECRET_KEY=.' .env; then umask 077; \
		$(BIN)/python -c "import secrets; print('SECRET_KEY=' + secrets.token_urlsafe(50))" >> .env; fi

$(VAR)/static/.collected: $(STATIC_SOURCES) $(BIN)/.base newsreader/settings.py | .env
	@$(MANAGE) collectstatic --noinput --verbosity 0
	@touch $@
