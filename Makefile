# Two commands matter: `make run` and `make test`. Both set up everything they need by themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
INSTALL := $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r

export KPI_DATABASE_URL

.DEFAULT_GOAL := help
.PHONY: help run test sure lint types house bench demo-reset demo-remove wheel lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: $(VENV)/.run ## set up, then start web server and scheduler (KPI_DATABASE_URL=postgresql+psycopg://… for PostgreSQL)
	@$(BIN)/kpi run

test: $(VENV)/.dev ## everything: lint, types, contracts, all tests on SQLite and PostgreSQL, browser, wheel
	@BIN=$(BIN) tests/everything

sure: $(VENV)/.dev ## the fast loop: lint, types, contracts, tests without browser and wheel
	@$(MAKE) --no-print-directory lint types house
	@$(BIN)/pytest -m "not browser and not slow"

lint: $(VENV)/.dev ## ruff, check and format
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.dev ## mypy, strict
	@$(BIN)/mypy

house: $(VENV)/.dev ## the order of rooms
	@$(BIN)/lint-imports

bench: $(VENV)/.dev ## measure speed and memory on generated data, on both databases
	@$(BIN)/python -m bench

demo-reset: $(VENV)/.run ## load the demonstration city afresh
	@$(BIN)/kpi demo reset

demo-remove: $(VENV)/.run ## remove every trace of the demonstration
	@$(BIN)/kpi demo remove

wheel: $(VENV)/.dev ## build the wheel into dist/
	@$(BIN)/uv build --quiet --wheel --build-constraints requirements-dev.lock

lock: $(VENV)/.dev ## renew the lock files from pyproject.toml
	@tools/lock

clean: ## remove what was built, keep var/
	@rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed (set PYTHON=…)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/uv
	@echo "Installing locked dependencies …"
	@$(INSTALL) requirements.lock
	@$(BIN)/uv pip install --quiet --no-deps --build-constraints requirements-dev.lock -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Installing locked tools for tests …"
	@$(INSTALL) requirements-dev.lock
	@touch $@
