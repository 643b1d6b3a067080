# Porte ouverte: every command of the project. `make` alone prints this list.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
SIP_PORT ?= 5062
DATA ?= demo-data
export PORT SIP_PORT DATA
BIN := .venv/bin
APT_PACKAGES := chromium espeak-ng fonts-dejavu-core

.PHONY: help run test check bench pictures lock format clean

help: ## Print this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS=$$'\t' read -r name meaning; do printf '  make %-10s %s\n' "$$name" "$$meaning"; done

run: .venv/.run ## Start the four programs with a sample site (PORT=8000 SIP_PORT=5062 DATA=demo-data)
	@exec $(BIN)/porte-ouverte demo

test: .venv/.test .venv/.system ## Install what the tests need and run everything
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

check: .venv/.test ## Run the quick tests only: no browser, no second engine
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	$(BIN)/pytest -m "not slow" --ignore=tests/journeys --ignore=tests/wheel

bench: .venv/.test ## Measure, beside bare libraries in the same run (writes benchmarks/results.md)
	$(BIN)/python -m benchmarks

pictures: .venv/.test .venv/.system ## Draw the pictures of the README from the running demonstration
	$(BIN)/python -m deploy.take_pictures

lock: .venv/.test ## Renew the locked requirements from pyproject.toml
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q pyproject.toml --universal --python-version 3.11 --extra all --extra test --generate-hashes --no-emit-index-url --no-annotate --no-header --upgrade -o requirements/test.txt
	$(BIN)/uv pip compile -q pyproject.toml --universal --python-version 3.11 --extra all --extra build --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements/test.txt -o requirements/run.txt

format: .venv/.test ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove the environment, the caches and the demonstration's data
	rm -rf .venv demo-data .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "porte-ouverte : il faut Python 3.11 ou plus récent. Indiquez-le avec PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || deploy/system_packages python3-venv
	$(PYTHON) -m venv .venv

.venv/.run: .venv/bin/python requirements/run.txt pyproject.toml
	@echo "Installation…"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.test: .venv/.run requirements/test.txt
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

.venv/.system: .venv/bin/python Makefile deploy/system_packages
	@if deploy/system_packages $(APT_PACKAGES); then touch $@; elif [ "$${NO_SKIP:-0}" != 0 ]; then exit 1; \
	else echo "porte-ouverte : les tests qui en ont besoin seront passés." >&2; fi
