# make install, demo, lint, test, faults, docs: each makes .venv when it is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Where a shell forbids it, each of many processes would compile torch anew.
export PYTHONDONTWRITEBYTECODE :=
STAMP := $(VENV)/.installed
COMPILED := $(VENV)/.compiled
SPHINX := $(VENV)/.sphinx
WORK := work_dirs/demo

.PHONY: install lint suite test faults demo docs

install: $(STAMP)
	@echo "Installed in $(VENV)."

# Python compiles what is imported; pip would compile all of torch.
$(STAMP): setup.py
	@echo "== Making $(VENV) and installing rtfm_mmaction (about a minute)"
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile -e '.[test]'
	touch $@

# Rooms and their imports are looked at by tests/test_layers.py.
lint: $(STAMP)
	@echo "== Checking style and types"
	$(BIN)/ruff check --output-format concise .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Both at once: neither keeps two cores busy.
test: $(STAMP)
	@$(MAKE) --no-print-directory -j2 lint suite

# By one process, where each worker of the first run would compile it all.
$(COMPILED): | $(STAMP)
	@echo "== Compiling what tests import"
	@$(BIN)/python -m pytest --collect-only >/dev/null 2>&1 || true
	@touch $@

# One worker more than cores of a small machine, since some tests wait.
suite: $(STAMP) | $(COMPILED)
	@echo "== Running the test suite"
	$(BIN)/python -m pytest -n 3 --dist worksteal

# The tests try a tenth of them.
faults: $(STAMP)
	@echo "== Making faults, and seeing what becomes of them"
	$(BIN)/python -W ignore -m tests.faults --table

# Nothing else needs Sphinx: it comes when it is asked for.
$(SPHINX): $(STAMP)
	$(BIN)/python -m pip install --quiet --no-compile -e '.[docs]'
	@touch $@

# A warning is an error, as is an inner link that leads nowhere.
docs: $(SPHINX)
	@echo "== Making docs/_build/html/index.html"
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet -b html docs docs/_build/html

demo: $(STAMP)
	@echo "== Generating surveillance-like clips"
	$(BIN)/python tools/data/make_demo.py --out data/demo
	@echo "== Making a detector of those with something in them and those without"
	$(BIN)/python tools/fit.py --abnormal data/demo/train/abnormal \
	    --normal data/demo/train/normal --out $(WORK)/detector
	@echo "== Looking at new clips"
	$(BIN)/python tools/infer.py 'data/demo/videos/*_test_*' \
	    --detector $(WORK)/detector --annotations data/demo/annotations/test.json \
	    --report-videos copy --out $(WORK)/new_clips
	@echo "How it judges its own training clips: $(WORK)/detector/report.html"
