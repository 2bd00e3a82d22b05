# make install, make demo, make lint, make test, make faults: each makes .venv when it is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Where a shell forbids it, each of many processes would compile torch anew.
export PYTHONDONTWRITEBYTECODE :=
STAMP := $(VENV)/.installed
COMPILED := $(VENV)/.compiled
WEIGHTS := checkpoints/inception_i3d_kinetics400.pth
DEMO := configs/rtfm_demo.py
WORK := work_dirs/rtfm_demo

.PHONY: install lint suite test faults demo

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

$(WEIGHTS): | $(STAMP)
	@echo "== Fetching the Kinetics-400 weights of Inception I3D (47 MB)"
	$(BIN)/python tools/convert/i3d_kinetics.py $@

demo: $(STAMP) $(WEIGHTS)
	@echo "== Generating surveillance-like clips"
	$(BIN)/python tools/data/make_demo.py --out data/demo
	@echo "== Extracting features"
	$(BIN)/python tools/features/extract.py \
	    configs/features/inception-i3d_kinetics400_1crop.py data/demo/videos \
	    --out data/demo/features/i3d
	@echo "== Training"
	$(BIN)/python tools/train.py $(DEMO) --work-dir $(WORK) --seed 0 --resume
	@echo "== Testing the last checkpoint"
	$(BIN)/python tools/test.py $(DEMO) $$(cat $(WORK)/last_checkpoint) \
	    --work-dir $(WORK)/test --dump $(WORK)/predictions.json
	@echo "== Drawing"
	$(BIN)/python tools/analysis/plot_scores.py $(WORK)/predictions.json \
	    --out $(WORK)/pictures
	@echo "== Scoring the test videos, for the report"
	$(BIN)/python tools/infer.py 'data/demo/videos/*_test_*' \
	    --checkpoint $$(cat $(WORK)/last_checkpoint) \
	    --annotations data/demo/annotations/test.json \
	    --report-videos copy --out $(WORK)/report
	@$(BIN)/python -c "import json; r = json.load(open('$(WORK)/predictions.json')); \
	    m = r['metrics']; print('Demo AUC %.3f, AP %.3f (last checkpoint)' \
	    % (m['anomaly/AUC'], m['anomaly/AP']))"
	@echo "Pictures are in $(WORK)/pictures; open $(WORK)/report/report.html"
