# Everything runs from a virtual environment that the first target makes; a second run skips it.
VENV   := .venv
BIN    := $(VENV)/bin
PYTHON ?= python3.11
STAMP  := $(VENV)/.installed

.PHONY: help demo test lint types unit slow engines bench clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(STAMP): setup.py schemas/VERSION
	@command -v $(PYTHON) >/dev/null || { echo "newsbeam needs Python 3.11 or newer (PYTHON=… make)"; exit 1; }
	@echo "Installing newsbeam and its test tools into $(VENV): 1.3 GB, about two minutes."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --upgrade pip
# setuptools warns of folders called newsbeam where one works: here that is the clone itself.
	@PYTHONWARNINGS='ignore:Editable installation' $(BIN)/pip install --quiet --editable '.[test]'
	@touch $@

demo: $(STAMP) ## the whole pipeline on a small invented newsroom; prints where the report is
	@$(BIN)/newsbeam demo --lake demo-lake

test: $(STAMP) lint types unit ## everything CI runs

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# mypy finds newsbeam.* by the folder's name; a link lets a clone be called anything.
types: $(STAMP)
	@mkdir -p $(VENV)/named && ln -sfn "$(CURDIR)" $(VENV)/named/newsbeam
	MYPYPATH=$(VENV)/named $(BIN)/mypy

unit: $(STAMP)
	$(BIN)/python tests/emulator.py
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile -m 'not slow and not engine'
	$(BIN)/python -m pytest --doctest-modules --pyargs newsbeam.schemas newsbeam.transforms newsbeam.pipeline newsbeam.analysis

slow: $(STAMP) ## crash table, engines, the measured corpora: minutes
	$(BIN)/python -m pytest -m 'slow or engine'

engines: $(STAMP) ## Prism and embedded Flink into a cache (needs Go, Java and Maven)
	$(BIN)/python tests/fetch_engines.py

bench: $(STAMP) ## ratios against bare spaCy in the same run
	$(BIN)/python tests/bench.py

clean: ## remove the environment and the demo
	rm -rf $(VENV) demo-lake build *.egg-info
