# Everything a planner or a developer needs; the set-up is done when it is missing.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help plan test check lab bench validate docs clean clean-cache

help:  ## Show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# Numba's cache does not see changes in modules that a compiled one calls; setup drops it.
COMPILED := $(patsubst %,ccsim/simulation/%.py,marks durations menu luck) $(wildcard ccsim/distributions/*.py) \
	$(wildcard ccsim/simulation/compiled_engine/*.py)

.venv/ready: requirements.lock pyproject.toml .ci/setup $(COMPILED)
	@PYTHON="$(PYTHON)" bash .ci/setup

plan: .venv/ready  ## Plan the bank's week: out/finance/report.html and plan.xlsx
	@$(BIN)/ccsim plan scenarios/finance.yaml

test: .venv/ready  ## Run all tests
	@$(BIN)/pytest -n 2 --dist worksteal

check: .venv/ready  ## Lint, format, types, import rules
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

lab: .venv/ready  ## Open JupyterLab on the notebooks
	@$(BIN)/jupyter lab --notebook-dir=notebooks $(if $(filter 0,$(shell id -u)),--allow-root) $(LAB_OPTIONS)

bench: .venv/ready  ## Measure speed and memory beside named peers
	@$(BIN)/python -m benchmarks

validate: .venv/ready  ## Repeat the truth checks with ten other seeds (slow); writes docs/validation.md
	@$(BIN)/python -m tests.truth.validate

docs: .venv/ready  ## Write docs/schema.md and docs/scenario.schema.json from the models
	@$(BIN)/ccsim schema --markdown docs/schema.md && $(BIN)/ccsim schema > docs/scenario.schema.json

clean-cache:  ## Forget compiled code (after editing compiled modules that others call)
	@find ccsim -name '*.nb[ic]' -delete

clean:  ## Remove the set-up and everything made
	@rm -rf .venv out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
