# Every target sets up what it needs. On Windows, or without make: see CONTRIBUTING.md.
PYTHON ?= python3
VENV   ?= .venv
LIGHT  ?= .venv-light
KERAS  ?= .venv-keras
DATA   ?=
RECIPE ?= fast
FULL   ?=
BENCH_ARGS ?=
PIP_ARGS ?=
TEST_PROCESSES ?= 2

# a process takes over tests of another one that is behind
IN_PARALLEL = -n $(TEST_PROCESSES) --dist worksteal
PIP_INSTALL = -m pip install --quiet --disable-pip-version-check -c constraints.txt $(PIP_ARGS)

# Where the environment forbids bytecode, each of the hundreds of processes that tests start would
# compile all modules again.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help run smoke test test-light lint lock bench docs links dist clean
.DEFAULT_GOAL := help

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# what runs need, without the tools of development
$(VENV)/bin/tenfold: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python $(PIP_INSTALL) -e '.[all]'
	@touch $@

$(VENV)/installed: $(VENV)/bin/tenfold
	$(VENV)/bin/python $(PIP_INSTALL) -e '.[all,dev]'
	@touch $@

$(LIGHT)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(LIGHT)
	$(LIGHT)/bin/python $(PIP_INSTALL) . pytest pytest-xdist hypothesis
	@touch $@

run: $(VENV)/bin/tenfold  ## the main job: make run DATA=digit-recognizer.zip (without DATA: the built-in sample)
	$(VENV)/bin/tenfold run $(if $(DATA),"$(DATA)") --recipe $(RECIPE)

smoke: $(VENV)/bin/tenfold  ## one epoch on the built-in sample, to see that everything runs
	$(VENV)/bin/tenfold run --recipe smoke --out runs/smoke --force

test: $(VENV)/installed  ## the whole test suite
	$(VENV)/bin/python -m pytest $(IN_PARALLEL)

test-light: $(LIGHT)/installed  ## the tests of the base install, in an environment without torch
	$(LIGHT)/bin/python -m pip install --quiet --no-deps --force-reinstall .
	$(LIGHT)/bin/python -m pytest -m "not train" $(IN_PARALLEL)

lint: $(VENV)/installed  ## format, lint, types, import borders
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

$(KERAS)/installed: bench/peers/requirements.txt
	$(PYTHON) -m venv $(KERAS)
	$(KERAS)/bin/python -m pip install --quiet --disable-pip-version-check -r $< $(PIP_ARGS)
	@touch $@

UV_COMPILE = uv pip compile --quiet --universal --python-version 3.11 --no-annotate \
	--custom-compile-command "make lock"

# `UV_ARGS=--upgrade` takes newer versions; without it what is pinned stays
lock:  ## pin every package anew, and its hashes (needs uv)
	$(UV_COMPILE) $(UV_ARGS) --all-extras pyproject.toml requirements/build.in -o constraints.txt
	$(UV_COMPILE) --generate-hashes -c constraints.txt pyproject.toml -o requirements/base.txt
	$(UV_COMPILE) --generate-hashes -c constraints.txt --extra serve --extra documents pyproject.toml \
		-o requirements/serve.txt
	$(UV_COMPILE) --generate-hashes -c constraints.txt --all-extras pyproject.toml requirements/build.in \
		-o requirements/all.txt

bench: $(VENV)/installed $(KERAS)/installed  ## against other programs: make bench DATA=digit-recognizer.zip (FULL=1: hours)
	$(VENV)/bin/python bench/comparison.py "$(DATA)" --keras $(KERAS)/bin/python $(if $(FULL),--full) $(BENCH_ARGS)

docs: $(VENV)/installed  ## the documents as a site, in build/docs/index.html
	$(VENV)/bin/python -m sphinx -b html -c docs -W --keep-going -q . build/docs

links: $(VENV)/installed  ## whether the links of the documents to other sites still lead somewhere
	$(VENV)/bin/python -m sphinx -b linkcheck -c docs -q . build/links

dist: $(VENV)/installed  ## a wheel and a source archive in dist/, and what they need in build/sbom.cdx.json
	rm -rf dist
	$(VENV)/bin/hatchling build --directory dist
	mkdir -p build
	sed "s/^dynamic = .*/version = \"$$($(VENV)/bin/hatchling version)\"/" pyproject.toml > build/named.toml
	$(VENV)/bin/cyclonedx-py requirements requirements/base.txt --pyproject build/named.toml --mc-type library \
		--output-reproducible --validate --output-file build/sbom.cdx.json

clean:  ## remove environments, caches and builds; runs stay
	rm -rf $(VENV) $(LIGHT) $(KERAS) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
