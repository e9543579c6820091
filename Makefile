# make run: everything, embedded.  make test: the tests.  Each sets itself up from a fresh clone and works offline afterwards.
# Only Python 3.11 or newer (with venv) and make are needed.
PYTHON ?= python3
V := .venv
B := $(V)/bin
UV := $(B)/uv pip
export UV_PYTHON_DOWNLOADS = never
export UV_PYTHON = $(B)/python
# Every core, up to eight, has a process of tests with its own databases and browser; ARGS="-n 0" for one, to debug in.
TESTS := $(B)/python -m pytest -q -n logical --maxprocesses 8 --dist worksteal
LOCK := compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

run: $(V)/.run
	@$(B)/vigie run $(ARGS)

setup: $(V)/.dev
	@$(B)/python tests/browser.py

test: setup
	@$(TESTS) -m "not slow" $(ARGS)

# pytest answers 5 when nothing was collected: no slow test is no failure.
test-slow: setup
	@$(B)/python -m pytest -q -m slow $(ARGS) || [ $$? -eq 5 ]

# Some minutes: every `<` for `<=` and every off-by-one in the core arithmetic must make a test fail. ONLY="clocks agenda" picks.
mutate: $(V)/.dev
	@$(B)/python tests/mutate.py $(ONLY)

# The set-up speaks on standard error: standard output is the figures, for programs to read.
bench:
	@$(MAKE) --no-print-directory $(V)/.bench >&2
	@$(B)/python -m benchmarks $(if $(ONLY),--only $(ONLY))

lint: $(V)/.dev
	$(B)/ruff check .
	$(B)/ruff format --check .
	$(B)/lint-imports

types: $(V)/.dev
	$(B)/mypy

check: lint types test

lock: $(V)/.uv
	$(UV) $(LOCK) --group pyproject.toml:bootstrap -o requirements-uv.txt
	$(UV) $(LOCK) pyproject.toml -o requirements.txt
	$(UV) $(LOCK) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	$(UV) $(LOCK) --group pyproject.toml:bench -c requirements-dev.txt -o requirements-bench.txt

clean:
	rm -rf $(V) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(V)/.uv: requirements-uv.txt
	@$(PYTHON) -c 'import sys; sys.exit("Vigie needs Python 3.11 or newer: make PYTHON=/path/to/python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(V)
	$(B)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@touch $@

# Compiled on installation: without it every start spends seconds compiling what it imports.
$(V)/.run: $(V)/.uv requirements.txt pyproject.toml
	$(UV) install -q --compile-bytecode --require-hashes -r requirements.txt -r requirements-uv.txt
	$(UV) install -q --no-deps --no-build-isolation -e .
	@touch $@

$(V)/.dev: $(V)/.uv requirements-dev.txt pyproject.toml
	$(UV) sync -q --compile-bytecode --require-hashes requirements-dev.txt requirements-uv.txt
	$(UV) install -q --no-deps --no-build-isolation -e .
	@touch $@

$(V)/.bench: $(V)/.dev requirements-bench.txt
	$(UV) install -q --compile-bytecode --require-hashes -r requirements-bench.txt
	@touch $@

.PHONY: run setup test test-slow mutate bench lint types check lock clean
