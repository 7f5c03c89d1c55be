# The two commands of the README are `make run` and `make test`; everything else is for people who change the code.
VENV   ?= .venv
PYTHON ?= python3
BIN    := $(VENV)/bin
# The CPU build of torch. Where your package index offers only a CUDA build, or you want one, override it:
#   make run TORCH="torch==2.13.0 --index-url …"
TORCH  ?= torch==2.13.0
export CLEARPOST_DATA ?= $(CURDIR)/.clearpost

# One worker a core, of at most four: each has its own model and its own PostgreSQL, about a gigabyte.
PARALLEL ?= -n auto --maxprocesses 4 --dist worksteal

# What the platform tests run against is npm's; Node.js 20 or newer has to be there (Debian: apt install nodejs npm).
PLATFORM := tests/platform
# How much `make recovery` sends and how often it kills a worker meanwhile.
DELIVERIES ?= 5000
KILLS      ?= 10

.PHONY: run test test-platform recovery check format docs pictures figures lock vectors test-wheel bench evaluate calibrate clean
.DEFAULT_GOAL := run

run: $(VENV)/installed ## serve the web chat on http://127.0.0.1:8000
	@$(BIN)/clearpost serve

test: $(VENV)/installed-dev ## run the tests
	@$(BIN)/python -m pytest -q $(PARALLEL)

$(VENV)/python: 
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Clearpost needs Python 3.11 or newer; try: make run PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@touch $@

$(VENV)/installed: $(VENV)/python pyproject.toml requirements.lock
	@echo "installing what Clearpost needs (once; about a gigabyte, most of it torch)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock --group dev
	@touch $@

check: $(VENV)/installed-dev ## linters, types, import contracts, content
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry . 
	@$(BIN)/codespell
	@$(BIN)/clearpost check-content

test-platform: $(VENV)/installed-dev $(PLATFORM)/node_modules/.installed ## the tests against real clients: Slack emulator, Teams playground, browser
	@$(BIN)/python -m pytest -q $(PARALLEL) $(PLATFORM) --require-platform

recovery: $(VENV)/installed-dev ## kill workers in the middle of 5,000 deliveries, 600 reminders and 400 lessons, and count what was lost or doubled
	@$(BIN)/python -m tests.recovery --deliveries $(DELIVERIES) --kills $(KILLS)

$(PLATFORM)/node_modules/.installed: $(PLATFORM)/package.json $(PLATFORM)/package-lock.json
	@command -v npm >/dev/null || { echo "the platform tests need Node.js 20 or newer with npm (Debian: apt install nodejs npm)"; exit 1; }
	@cd $(PLATFORM) && npm ci --no-fund --no-audit --loglevel=error
	@touch $@

test-wheel: $(VENV)/installed-dev ## the wheel, installed into an empty environment away from the checkout
	@tests/platform/wheel.sh $(PYTHON) "$(TORCH)"

format: $(VENV)/installed-dev ## put the code in order
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

evaluate: $(VENV)/installed-dev ## measured quality on the test half, against its recorded bars
	@$(BIN)/clearpost evaluate --bars knowledge/content/questions/bars.yml
	@$(BIN)/clearpost evaluate triage --bars knowledge/content/questions/triage-bars.yml

calibrate: $(VENV)/installed ## fit the shipped calibrations of both models again, on the tune half
	@for model in all-MiniLM-L6-v2 all-mpnet-base-v2; do \
	  CLEARPOST_MODEL=$$model $(BIN)/clearpost calibrate --shipped || exit 1; done

vectors: $(VENV)/installed ## put the vectors of the default pack into the package again, after its texts changed
	@$(BIN)/clearpost index --ship

bench: $(VENV)/installed ## speed and memory, as ratios
	@$(BIN)/clearpost bench

docs: $(VENV)/installed-dev ## write the generated parts of the README again
	@$(BIN)/python -m cogapp -r -I . -p "from tests.docs import readme" README.md CONTRIBUTING.md docs/architecture.md

pictures: $(VENV)/installed-dev $(PLATFORM)/node_modules/.installed ## take the README's pictures again, from a server that runs on port 8000
	@$(BIN)/python -m tests.platform.pictures http://127.0.0.1:8000 docs/pictures
	@$(BIN)/python -m tests.platform.cards docs/pictures

figures: $(VENV)/installed-dev ## measure again what the README shows of both models, and under load (some hours)
	@$(BIN)/python -m tests.docs.figures

lock: $(VENV)/installed-dev ## record the versions that were tested together
	@$(BIN)/python -m pip freeze --exclude-editable | grep -vi '^clearpost' | sed 's/+cpu$$//' > requirements.lock

clean: ## remove the environment and the index
	rm -rf $(VENV) .clearpost build dist
