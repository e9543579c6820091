# make help lists the targets.  Each sets itself up from a fresh clone and works offline afterwards.
# Only Python 3.11 or newer (with venv) and make are needed.
PYTHON ?= python3
V := .venv
B := $(V)/bin
UV := $(B)/uv pip
export UV_PYTHON_DOWNLOADS = never
export UV_PYTHON = $(B)/python
# Processes of tests, each with its own databases and browser; ARGS="-n 0" for one, to debug in. They wait for what they
# started, so there are more of them than cores; what takes long mostly waits, for time that passes or for what is held.
CORES := $(shell getconf _NPROCESSORS_ONLN || echo 1)
# What is compiled is kept, or each of the processes would compile every test and every program it starts all of us again.
unexport PYTHONDONTWRITEBYTECODE
TESTS := $(B)/python -m pytest -q --dist worksteal
ON_CORES := -n $(shell expr 3 \* $(CORES) / 2 \| 1) --maxprocesses 9
WAITING := -n $(shell expr 3 \* $(CORES)) --maxprocesses 12
COVERED := $(addprefix tests/,triage/ storage/ scheduler/ bot/desk/ bot/outbound/) \
    $(filter-out %/test_forged.py %/test_outside.py,$(wildcard tests/bot/commands/test_*.py)) \
    $(filter-out %/test_command_line.py %/test_doctor.py,$(wildcard tests/bot/cli/test_*.py)) \
    $(addprefix tests/bot/verbs/test_,$(addsuffix .py,account handover oncall)) \
    $(addprefix tests/scenarios/test_,$(addsuffix .py,intake edits reset database_away groups questions home setup mention))
# Where slow tests are: reading all the others takes each process as long as many a test. Every story may be slow.
SLOW = tests/scenarios $$(grep -rlE --include='test_*.py' 'mark\.slow|hypothesis' tests --exclude-dir=scenarios)
LOCK := compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

# The SDK of Teams is installed unless Slack alone is configured, in the environment or in .env; TEAMS=0 or 1 says so.
FOUND := $(shell { env; cat .env 2>/dev/null; } | sed -nE 's/^(export +)?(SLACK_(BOT_TOKEN|APP_TOKEN|SIGNING_SECRET|CLIENT_ID)|TEAMS_[A-Z_]+|VIGIE_TEAMS_DEV) *=.+/\2/p')
TEAMS ?= $(if $(and $(filter SLACK_%,$(FOUND)),$(if $(filter-out SLACK_%,$(FOUND)),,alone)),0,1)

run: $(V)/.run$(if $(filter-out 0,$(TEAMS)),-teams)  ## everything, embedded; with no platform configured, with the local workspace
	@$(if $(filter 0,$(TEAMS)),VIGIE_LOCAL=$${VIGIE_LOCAL:-slack} )$(B)/vigie run $(ARGS)

# Playground is Microsoft's, fetched on first use; BROWSER=1 opens it, PLAYGROUND_PORT=56150 is where it listens.
teams: $(V)/.dev  ## Microsoft's Agents Playground with Vigie behind it: Teams on this machine, no account
	@$(B)/python -m tools.playground

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(V)/.dev  ## the environment in .venv, a browser for the tests, and Teams' schemas
	@$(B)/python -m tests.browser
	@$(B)/python -m tests.teams_schemas

test: setup  ## the tests, on every core; ARGS="tests/storage -x" picks
	@$(TESTS) $(ON_CORES) -m "not slow" $(ARGS)

# `make coverage` runs the others: both together are `make test`.
test-rest: setup  ## the tests that make coverage does not run
	@$(TESTS) $(ON_CORES) -m "not slow" $(addprefix --ignore=,$(COVERED)) $(ARGS)

# All examples of every property, and the slow tests; what kills or is held to seconds comes at the end, two at a time.
# pytest answers 5 when nothing was collected: no slow test is no failure.
test-slow: setup $(V)/.bench $(V)/.deploy  ## the tests that take long
	@held=0; \
	$(TESTS) $(WAITING) -m "(slow or hypothesis) and not apart" --hypothesis-profile=full $(or $(ARGS),$(SLOW)) || [ $$? -eq 5 ] || held=1; \
	$(TESTS) -n 2 -m apart $(or $(ARGS),$$(grep -rl --include='test_*.py' 'mark\.apart' tests)) || [ $$? -eq 5 ] || held=1; \
	exit $$held

# The tests of the engine and the stories that go through it; of triage, storage and scheduler 95 % each, branches too.
# What tries hundreds of odd inputs at the same doors reaches no line more, and is left out.
coverage: setup  ## which lines and branches of the engine no test reaches
	@$(TESTS) $(ON_CORES) -m "not slow" $(COVERED) --cov --cov-report= $(ARGS)
	@held=0; for package in triage storage scheduler; do \
	$(B)/coverage report --include="$$package/*" --fail-under=95 || held=1; done; exit $$held

# Some minutes: every `<` for `<=` and every off-by-one in the core arithmetic must make a test fail. ONLY="clocks agenda" picks.
mutate: $(V)/.dev  ## change the core arithmetic and see that a test fails
	@$(B)/python tests/mutate.py $(ONLY)

# Some minutes. The texts stand in tools/triage_model/texts; docs/triage-suggestions.md says how they are labelled.
model: $(V)/.bench  ## learn the model of triage suggestions from its texts; the same file on every machine
	@$(B)/python -m tools.triage_model

# Half an hour or so: at least as many kills on each database, both beside each other, while people work, with an
# independent count at the end.
KILLS ?= 200
chaos: $(V)/.dev  ## kill it again and again on each database and count what was lost, doubled or early; KILLS=80 SEED=2
	@$(B)/python -m tests.chaos --kills $(KILLS) --seed $(or $(SEED),1) $(ARGS)

# The set-up speaks on standard error: standard output is the figures, for programs to read.
bench:  ## the benchmarks, a JSON object a line; ONLY=hours picks
	@$(MAKE) --no-print-directory $(V)/.bench >&2
	@$(B)/python -m benchmarks $(if $(ONLY),--only $(ONLY))

format: $(V)/.dev  ## format the code, and mend what the linter can mend by itself
	$(B)/ruff check -q --fix-only .
	$(B)/ruff format .

lint: $(V)/.dev  ## linter, format, import contracts
	$(B)/ruff check .
	$(B)/ruff format --check .
	$(B)/lint-imports

types: $(V)/.dev  ## mypy, strict
	$(B)/mypy

check: lint types test  ## lint, types and test; .ci/run is the whole gate

files:  ## every file in one line; IN=storage picks a folder
	@$(PYTHON) tools/files.py $(IN)

tests-of: $(V)/.dev  ## which tests try a file: FILE=storage/outbox.py
	@$(B)/python tools/tests_of.py $(FILE)

# Beside them the versions that the tests run with, for whoever installs one of the two: -c dist/constraints.txt
package: $(V)/.uv  ## the wheel and the sdist in dist/, for pipx, uv tool install or pip
	@rm -rf dist
	@$(B)/uv build -q --no-build-isolation -o dist
	@sed -n '/^[a-z0-9]/s/ *\\*$$//p' requirements-dev.txt > dist/constraints.txt
	@ls dist/*

licences: $(V)/.dev  ## write docs/third-party.md from the installed packages
	@$(B)/python -m tools.licences

screenshots: $(V)/.dev  ## take the pictures of the desk's pages that the README shows
	@$(B)/python -m tests.screenshots

parity: $(V)/.dev  ## write the README's table of what works in Slack and in Teams
	@$(B)/python -m tools.parity

advisories: $(V)/.dev  ## known vulnerabilities of the locked versions; needs a network
	@$(B)/python -m tools.advisories $(ARGS)

lock: $(V)/.uv  ## lock the dependencies again; ARGS="--upgrade" for newer ones
	$(UV) $(LOCK) $(ARGS) --group pyproject.toml:bootstrap -o requirements-uv.txt
	$(UV) $(LOCK) $(ARGS) pyproject.toml -o requirements.txt
	$(UV) $(LOCK) $(ARGS) pyproject.toml --extra teams -c requirements.txt -o requirements-teams.txt
	$(UV) $(LOCK) $(ARGS) pyproject.toml --extra teams --extra calendar --extra email --extra otel --extra pictures --group dev -c requirements-teams.txt -o requirements-dev.txt
	$(UV) $(LOCK) $(ARGS) --group pyproject.toml:bench --group pyproject.toml:train -c requirements-dev.txt -o requirements-bench.txt
	$(UV) $(LOCK) $(ARGS) --group pyproject.toml:deploy -c requirements-dev.txt -o requirements-deploy.txt

clean:  ## remove the environment and all caches
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

$(V)/.run-teams: $(V)/.run requirements-teams.txt
	$(UV) install -q --compile-bytecode --require-hashes -r requirements-teams.txt
	@touch $@

$(V)/.dev: $(V)/.uv requirements-dev.txt pyproject.toml
	$(UV) sync -q --compile-bytecode --require-hashes requirements-dev.txt requirements-uv.txt
	$(UV) install -q --no-deps --no-build-isolation -e .
	@touch $@

$(V)/.bench: $(V)/.dev requirements-bench.txt
	$(UV) install -q --compile-bytecode --require-hashes -r requirements-bench.txt
	@touch $@

$(V)/.deploy: $(V)/.dev requirements-deploy.txt
	$(UV) install -q --require-hashes -r requirements-deploy.txt
	@touch $@

.PHONY: screenshots run teams help setup test test-rest test-slow coverage mutate model chaos bench format lint types check files tests-of package licences parity advisories lock clean
