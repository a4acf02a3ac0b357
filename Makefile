# make demo | test | check | bench | soak | pictures. Needs Python 3.11 or newer and a network for the first run.
PYTHON ?= python3
BIN := .venv/bin
# What settings need to be read at all, where nothing is run.
SETTINGS := LEEWARD_SECRET_KEY=check LEEWARD_INDEX_KEY=check LEEWARD_VAULT_KEYS=k:AAAA LEEWARD_WEB_DATABASE_URL=postgresql://nobody@/nothing
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Compiled once: else each process that starts, and the tests start many, compiles Django anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check bench soak pictures assets lock format clean
.DEFAULT_GOAL := demo

demo: .venv/base assets ## open a fictional partnership on this machine
	@$(BIN)/python -m leeward.config.cli demo

test: .venv/dev assets ## everything, in parallel, browser included
	@$(BIN)/python -m tests.browser >/dev/null
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -q -m "not soak" $(ARGS)

soak: .venv/dev assets ## the long ones: kill, a lost database, nation, many times as many generated worlds
	@$(BIN)/python -m tests.browser >/dev/null
	@LEEWARD_WORLDS=6 $(BIN)/python -m pytest -q -m "soak or worlds" $(ARGS)

check: .venv/dev ## format, lint, types, the house, migrations, templates, dependencies
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(SETTINGS) $(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.checks
	@$(BIN)/djlint leeward --lint --quiet
	@mkdir -p build
	@$(BIN)/pip-audit --progress-spinner off --disable-pip --require-hashes -r requirements/base.txt >build/audit.txt 2>&1 || (cat build/audit.txt; false)
	@# Where the registry has no advisories to ask (a mirror), the audit must not look as if it had passed.
	@echo "dependency audit: $$(grep -c 'could not be audited' build/audit.txt) could not be audited, no hole known in the rest"

bench: .venv/dev assets ## the benchmarks, to the screen and to build/bench.json; ONLY=prefix runs a part
	@$(BIN)/python -m tests.benchmarks $(if $(ONLY),--only $(ONLY))

pictures: .venv/dev assets ## docs/pictures, taken anew from the demonstration
	@$(BIN)/python -m tests.browser >/dev/null
	@$(BIN)/python -m tests.pictures

assets: .venv/base
	@$(BIN)/python -m leeward.platform.ui.build

format: .venv/dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: .venv/dev ## write the requirements anew, with hashes and without any registry's name
	@cd requirements && ../$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url uv.in -o uv.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url pyproject.toml -o requirements/base.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --extra dev -c requirements/base.txt pyproject.toml -o requirements/dev.txt

.venv/bin/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit("Leeward needs Python 3.11 or newer; this is %s.%s." % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@# Without pip it is what a "python -m venv" left that broke off: made anew, where it is ours and no link.
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { test -L .venv || rm -rf .venv; $(PYTHON) -m venv .venv; }
	@$(BIN)/python -m pip install -q --require-hashes -r requirements/uv.txt
	@touch $@

.venv/base: .venv/bin/uv requirements/base.txt
	@$(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/base.txt
	@touch $@

.venv/dev: .venv/base requirements/dev.txt
	@$(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

clean:
	rm -rf build .mypy_cache .ruff_cache .pytest_cache
