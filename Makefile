# make demo   a server on port 5432 in front of an embedded DynamoDB; nothing else is needed
# make test   linters and tests
# make bench  ratios measured on this machine
#
# Needs Python 3.11 or newer, make and a package index. PYTHON=python3.12 takes another interpreter, VENV=path another
# place for the virtual environment, PORT=5433 another port for the demo.

PYTHON ?= python3
VENV ?= .venv
PORT ?= 5432
PYTEST_FLAGS ?= -n auto --dist loadfile
BENCH_FLAGS ?=

BIN := $(VENV)/bin

.PHONY: demo test lint bench clean

demo: $(VENV)/installed-demo
	$(BIN)/pgddb demo --port $(PORT)

test: lint
	$(BIN)/python -m pytest $(PYTEST_FLAGS)

lint: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# awswrangler asks for an older pyarrow than pgddb: it has an environment of its own, and its column stays empty
# where it does not install.
bench: export PGDDB_BENCH_AWSWRANGLER = $(VENV)-awswrangler/bin/python
bench: $(VENV)/installed-bench $(VENV)-awswrangler/installed
	$(BIN)/python -m bench $(BENCH_FLAGS)

clean:
	rm -rf $(VENV) $(VENV)-awswrangler

# One stamp for each set of extras; a change of pyproject.toml installs again.
$(VENV)/installed-%: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	touch $@

$(VENV)-awswrangler/installed:
	$(PYTHON) -m venv $(VENV)-awswrangler
	$(VENV)-awswrangler/bin/python -m pip install --quiet --disable-pip-version-check 'awswrangler>=3.17' \
	  || rm -f $(VENV)-awswrangler/bin/python
	touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "pgddb needs Python 3.11 or newer; name one with: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
