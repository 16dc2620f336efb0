# Everything runs from .venv; a change of the lock or of pyproject.toml installs again, nothing else does.
ENVIRONMENT := .venv
BIN := $(ENVIRONMENT)/bin
INSTALLED := $(ENVIRONMENT)/.installed
PORT ?= 8888

# The first interpreter that TensorFlow has wheels for.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	&& command -v $$python && break; done)

.DEFAULT_GOAL := help
.PHONY: help setup demo quick test lab notebooks bundle book lint lock benchmarks

help: ## Show this list
	@echo "Usage: make TARGET"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(INSTALLED) ## Make the environment in .venv (the other targets do this by themselves)

$(INSTALLED): requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 found. Install one, or name it: make PYTHON=/path/to/python3.12"; exit 1; }
	@echo "Making the environment in $(ENVIRONMENT) with $(PYTHON) (a few minutes the first time)"
	@"$(PYTHON)" -m venv --clear $(ENVIRONMENT)
	@echo "Installing uv, the fast installer"
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.txt > $(ENVIRONMENT)/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(ENVIRONMENT)/uv.txt
	@echo "Installing the locked packages"
	@# Compiled byte code: without it, importing TensorFlow takes 13 s instead of 4 where Python may not write it.
	@VIRTUAL_ENV="$(CURDIR)/$(ENVIRONMENT)" $(BIN)/uv pip install --require-hashes --compile-bytecode -r requirements.txt
	@VIRTUAL_ENV="$(CURDIR)/$(ENVIRONMENT)" $(BIN)/uv pip install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q grader helpers
	@touch $@

demo: $(INSTALLED) ## Release the lessons, make a sample class, grade it, show the marks
	@$(BIN)/course demo

# What starts kernels, trains networks, makes data sets or asks a package index takes too long for `make quick`.
LONG := test_environment test_nbval test_students_zip helpers/test_backpropagation_stepper \
	helpers/test_data helpers/test_data_download helpers/test_epochs_and_capacity \
	helpers/test_fashion_mnist_exercises helpers/test_learning_rate_explorer helpers/test_live_curves \
	helpers/test_missing_package helpers/test_mnist_exercises \
	helpers/test_perturbed_networks helpers/test_prediction_chooser helpers/test_stand_ins
QUICK := $(filter-out $(LONG:%=tests/%.py), $(wildcard tests/test_*.py tests/helpers/test_*.py)) \
	tests/grader/grading/test_definitions.py tests/grader/grading/test_rebuild.py

quick: $(INSTALLED) ## Check style, types and rooms, and run the quick tests (a minute)
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest $(QUICK) -n 2 --dist worksteal -k "not (05_ or 06_ or 07_ or 08_)"

test: $(INSTALLED) ## Run every test: style, types, rooms, tests, and nbval over the instructor's notebooks
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@# Tests start `course` hundreds of times: compiled once, its code need not be compiled each time.
	@$(BIN)/python -m compileall -q grader helpers suites
	@# Three at a time on two cores: many tests wait for limits of time to pass.
	@$(BIN)/python -m pytest tests -n 3 --dist worksteal
	@# One thread for each of two notebooks at a time: the numbers are the same with more.
	@OMP_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1 \
		$(BIN)/python -m pytest --nbval source -p no:cacheprovider -n 2 --dist loadfile

lab: $(INSTALLED) ## Open JupyterLab on the students' notebooks
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/jupyter lab --notebook-dir=notebooks --port=$(PORT)

notebooks: $(INSTALLED) ## Build source/ and release notebooks/, where something changed
	@$(BIN)/course build
	@$(BIN)/course release

bundle: notebooks ## Pack what students need into one zip
	@$(BIN)/course bundle

book: notebooks ## Write all lessons as a site to read, into book/
	@$(BIN)/course book

lint: $(INSTALLED) ## Format the code and check style, types and who imports whom
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

benchmarks: $(INSTALLED) ## Measure again what the README and the lessons claim (takes long)
	@$(BIN)/python -m benchmarks
	@$(BIN)/python -m pytest tests -m slow -n 2
	@FUZZED_MESSAGES=10000 FUZZED_NOTEBOOKS=10000 KILLED_RUNS=100 $(BIN)/python -m pytest -n 2 \
		tests/grader/judge/test_fuzz.py tests/grader/judge/test_fuzzed_trainings.py \
		tests/grader/grading/test_fuzzed_notebooks.py \
		tests/grader/classroom/test_resume.py

# What a lock pins, without hashes.
PINS := sed -n 's/^\([a-zA-Z0-9].*[^ \\]\) *\\*$$/\1/p'

lock: $(INSTALLED) ## Resolve the newest versions that fit, for the course and for its students
	@$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --all-extras --universal --fork-strategy fewest \
		--python-version 3.11 --generate-hashes --no-header --no-annotate --output-file requirements.txt
	@# The same versions without hashes, for Anaconda: see environment.yml.
	@$(PINS) requirements.txt > constraints.txt
	@# For students, those of them that they need.
	@$(BIN)/uv pip compile student/pyproject.toml --quiet --constraint constraints.txt --universal \
		--fork-strategy fewest --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--output-file student/requirements.txt
	@$(PINS) student/requirements.txt > student/constraints.txt
