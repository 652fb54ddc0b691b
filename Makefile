# Everything runs in an environment of its own, .venv, made at first use.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help serve test full check postgresql lint types docs scenarios screenshots clean

help: ## Show this list
	@echo "Maquette: a working scale model of a tax portal."
	@echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'
	@echo
	@echo "Options of the server: make serve ARGS=\"--ephemeral --portal-port 9443\""

serve: .venv/serve ## Set up what is needed and start the replica
	@$(BIN)/maquette serve $(ARGS)

test: .venv/dev .venv/chromium ## Set up what is needed and run the quick tests: some minutes
	@echo "Tests"
	@$(BIN)/python -m pytest -n 2 $(ARGS)

check: lint types full postgresql ## Run all that has to be right before a change is handed in

full: .venv/dev .venv/chromium ## Run all tests in full size
	@echo "Tests, all of them in full size"
	@$(BIN)/python -m pytest -n 2 --full $(ARGS)

postgresql: .venv/dev ## Run the tests of store, procedure and scenarios on PostgreSQL
	@echo "Tests on PostgreSQL"
	@$(BIN)/python -m pytest -n 2 tests/store tests/procedure tests/scenarios/test_scenarios.py \
		-m "not browser" --engine postgresql

lint: .venv/dev
	@echo "Lint, format, imports"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache

types: .venv/dev
	@echo "Types"
	@$(BIN)/mypy -p maquette.simulator -p maquette.fixtures -p maquette.scenarios -p maquette.load

docs: .venv/dev ## Build the documentation as a site, in build/site
	@$(BIN)/mkdocs build --quiet --strict
	@echo "To read it, with its search: $(BIN)/python -m http.server --bind 127.0.0.1 --directory build/site 8000"

scenarios: .venv/dev .venv/chromium ## Run every scenario, on HTTP and in Chromium
	@$(BIN)/maquette scenario run --all --driver http
	@$(BIN)/maquette scenario run --all --driver browser

screenshots: .venv/dev .venv/chromium ## Make the pictures of the documentation afresh
	@PYTHONPATH=tests $(BIN)/python tests/portal/screenshots.py build/screens

clean: ## Remove what was built; your data folder stays
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Maquette needs Python 3.11 or later; try: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Making an environment in .venv ..."
	@$(PYTHON) -m venv .venv \
		|| { echo "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv"; rm -rf .venv; exit 1; }
	@touch $@

# The folders under the names that they are imported by, on the path of the environment: mypy, Pyright and PyCharm
# look there, and none of them follows the hook of an editable installation.
.venv/links: .venv/python
	@rm -rf build/types && mkdir -p build/types/maquette
	@for each in simulator fixtures scenarios load; do ln -s ../../../$$each build/types/maquette/$$each; done
	@echo "$(CURDIR)/build/types" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/maquette-links.pth"
	@touch $@

.venv/serve: .venv/links pyproject.toml
	@echo "Installing Maquette and what it needs (once, about a minute) ..."
	@$(PIP) install --editable '.[uvloop]' || $(PIP) install --editable . # uvloop is faster, and not everywhere
	@touch $@

.venv/dev: .venv/links pyproject.toml
	@echo "Installing Maquette, its tests and tools (once, a minute or two) ..."
	@$(PIP) install --editable '.[dev]'
	@touch $@ .venv/serve

.venv/chromium: .venv/dev
	@PLAYWRIGHT=$(BIN)/playwright sh tests/get-chromium
	@touch $@
