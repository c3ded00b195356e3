# Two commands matter: `make run` serves the app, `make test` checks everything.
# `make lock` (needs uv) refreshes the locked versions after pyproject.toml has changed.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --constraint requirements.lock --editable
# On all cores, where pip takes one; some files are templates that cannot be compiled.
COMPILE = $(BIN)/python -m compileall -q -j 0 .venv/lib >/dev/null 2>&1 || true

.PHONY: run test engine lint types check-python check-libgomp chromium wheel lock clean

run: .venv/installed
	@$(BIN)/dostudio serve

# Tests of the engine start programs and mostly wait for them, so types are checked beside them. Other files run two
# at a time, but for those in a browser: one that has to share the processor may miss a click.
TWO = -n 2 --dist loadfile --no-loadscope-reorder
test: .venv/installed-test chromium lint
	$(MAKE) --jobs=2 types engine
	$(BIN)/python -m pytest $(TWO) --ignore=tests/engine --ignore=tests/browser
	$(BIN)/python -m pytest tests/browser

engine: .venv/installed-test
	$(BIN)/python -m pytest tests/engine

lint: .venv/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/installed-test
	$(BIN)/mypy

wheel: .venv/installed-test
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

check-python:
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
	  || { echo "dostudio needs Python 3.11, 3.12 or 3.13. Install it, or name it: make run PYTHON=/path/to/python3.11"; exit 1; }

check-libgomp: check-python
	@"$(PYTHON)" -c 'import ctypes, sys; sys.platform == "linux" and ctypes.CDLL("libgomp.so.1")' 2>/dev/null \
	  || { echo "The system library libgomp is missing. Install it: apt-get install libgomp1 (Debian, Ubuntu) or dnf install libgomp (Fedora)"; exit 1; }

.venv/bin/python: | check-python
	"$(PYTHON)" -m venv .venv

.venv/installed: pyproject.toml requirements.lock | check-libgomp .venv/bin/python
	$(INSTALL) .
	@$(COMPILE)
	@touch $@

.venv/installed-test: pyproject.toml requirements.lock | check-libgomp .venv/bin/python
	$(INSTALL) '.[test]'
	@$(COMPILE)
	@touch $@ .venv/installed

chromium:
	@sh tests/browser/install_chromium.sh

lock:
	uv lock
	uv export --quiet --no-hashes --no-emit-project --all-extras --no-annotate --no-header --output-file requirements.lock

clean:
	rm -rf .venv dist build
