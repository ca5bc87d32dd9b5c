# Everything anyone runs here. Needs make and Python 3.11 or newer; the rest comes from the package index.

VENV := .venv
PY := $(VENV)/bin/python
LAUNCHER := $(PY) -m config.local
# Checks need settings, and some a database: fresh servers, which need not survive a power cut.
CHECKED := $(LAUNCHER) with-servers --throwaway --
CHECKED_MIGRATED := $(LAUNCHER) with-servers --throwaway --migrate --
# Figures come from servers that are new and write to disk as in production.
MEASURED := $(LAUNCHER) with-servers --migrate --
# The first that runs and is new enough: a name on PATH may be a shim for a version that is not there.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes
NODE_TOOLS := tests/tools/gltf tests/tools/axe tests/benchmarks/bullmq tests/sdks
ARGS ?=

.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help demo smoke serve test ci lint format format-check types layers migrations-check deploy-check \
	schema-check lock faults isolation api-fuzz hostile-files funnel-cases permission-cases bench-queue bench-ingest bench-funnel bench-retention \
	bench-fairness bench-routing bench-api bench-correlations bench-predict bench-stream webhook-deliveries node-tools clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name about; do \
		printf '%-18s%s\n' "$$name" "$$about"; done

# --- run ---------------------------------------------------------------------------------------------------

demo: $(VENV)/runtime-installed ## start everything, make one of each type, serve until Ctrl-C
	@$(LAUNCHER) demo $(ARGS)

smoke: $(VENV)/runtime-installed ## the demo, verified and stopped; the exit code tells
	@$(LAUNCHER) smoke $(ARGS)

serve: $(VENV)/runtime-installed ## start everything and serve until Ctrl-C
	@$(LAUNCHER) serve $(ARGS)

# --- check -------------------------------------------------------------------------------------------------

test: $(VENV)/tests-installed node-tools ## all tests; ARGS="-k tenancy" narrows them down
	@$(PY) -m pytest -n logical --dist worksteal $(ARGS)

ci: lint format-check types layers migrations-check deploy-check schema-check test ## what CI runs, in its order

lint: $(VENV)/tests-installed ## ruff check
	$(PY) -m ruff check .

format: $(VENV)/tests-installed ## ruff format, and the fixes ruff is sure of
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

format-check: $(VENV)/tests-installed ## ruff format --check
	$(PY) -m ruff format --check .

types: $(VENV)/tests-installed ## mypy
	$(CHECKED) $(PY) -m mypy .

layers: $(VENV)/tests-installed ## import-linter
	$(VENV)/bin/lint-imports

migrations-check: $(VENV)/tests-installed ## models and migrations agree
	$(CHECKED) $(PY) manage.py makemigrations --check --dry-run

deploy-check: $(VENV)/tests-installed ## Django's deployment checks, with warnings as errors
	$(CHECKED) env PUBLIC_URL=https://atelier.example $(PY) manage.py check --deploy --fail-level WARNING

schema-check: $(VENV)/tests-installed ## the OpenAPI schema, with warnings as errors
	$(CHECKED) $(PY) manage.py spectacular --validate --fail-on-warn --file /dev/null

# --- measure: prints lines FIGURE name=value ---------------------------------------------------------------

faults: $(VENV)/tests-installed ## every provider with every fault, then random SIGKILLs under load; ARGS="--kills 200"
	@$(CHECKED_MIGRATED) $(PY) -m tests.faults.matrix
	@$(PY) -m tests.faults.run $(ARGS)

webhook-deliveries: $(VENV)/tests-installed ## 2,000 events told to a receiver that fails 30 % and is killed twice
	@$(MEASURED) $(PY) -m tests.faults.webhooks $(ARGS)

isolation: $(VENV)/tests-installed ## every route, method and actor against another brand's data
	$(MEASURED) $(PY) -m tests.isolation $(ARGS)

api-fuzz: $(VENV)/tests-installed ## the API against its own schema, with two brands' credentials; ARGS="--seconds 600 --seed 1"
	$(CHECKED_MIGRATED) $(PY) -m tests.fuzz $(ARGS)

hostile-files: $(VENV)/tests-installed node-tools ## some hundred hostile files through the decoder of results
	@$(CHECKED) $(PY) -m tests.hostile $(ARGS)

permission-cases: $(VENV)/tests-installed ## people, keys and guests who try everything in any order, 400 times 40 steps
	PERMISSION_EXAMPLES=400 PERMISSION_STEPS=40 $(PY) -m pytest -n logical --timeout=0 tests/integration/brands/test_permission_model.py $(ARGS)

funnel-cases: $(VENV)/tests-installed ## the funnel kernel beside brute force, 10,000 random funnels in each mode
	FUNNEL_EXAMPLES=10000 FUNNEL_PEOPLE=6 $(PY) -m pytest -n logical --timeout=0 tests/unit/analytics/metrics/funnel -k brute_force $(ARGS)

bench-queue: $(VENV)/tests-installed node-tools ## the pipeline beside BullMQ
	$(MEASURED) $(PY) -m tests.benchmarks.queue $(ARGS)

bench-fairness: $(VENV)/tests-installed ## one brand floods 20,000 jobs; the others' turns, waits, estimates
	$(MEASURED) $(PY) -m tests.benchmarks.fairness $(ARGS)

bench-routing: $(VENV)/tests-installed ## strategies beside an oracle while providers drift, 10,000 requests
	$(MEASURED) $(PY) -m tests.benchmarks.routing $(ARGS)

bench-funnel: $(VENV)/tests-installed ## funnels of 4 million events beside plain SQL
	$(MEASURED) $(PY) -m tests.benchmarks.funnel $(ARGS)

bench-retention: $(VENV)/tests-installed ## retention of 4 million events beside plain SQL
	$(MEASURED) $(PY) -m tests.benchmarks.retention $(ARGS)

bench-ingest: $(VENV)/tests-installed ## events over HTTP, then with the server SIGKILLed in the middle
	$(MEASURED) $(PY) -m tests.benchmarks.ingest $(ARGS)

bench-api: $(VENV)/tests-installed ## create, list and detail under 16 clients
	$(MEASURED) $(PY) -m tests.benchmarks.api $(ARGS)

bench-stream: $(VENV)/tests-installed ## 1,000 live streams, idle and then told of 200 events a second through a restart
	$(MEASURED) $(PY) -m tests.benchmarks.stream $(ARGS)

bench-correlations: $(VENV)/tests-installed ## how many unrelated metrics correlations call related
	@$(PY) -m tests.benchmarks.correlations $(ARGS)

bench-predict: $(VENV)/tests-installed ## predictions and the learned detector beside naive ones
	@$(PY) -m tests.benchmarks.predict $(ARGS)

# --- tools -------------------------------------------------------------------------------------------------

lock: $(VENV)/tests-installed ## compile and hash both requirement files
	$(VENV)/bin/uv pip compile requirements.in --generate-hashes --python-version 3.11 \
		--no-header --no-emit-index-url -o requirements.txt
	$(VENV)/bin/uv pip compile tests/requirements.in --generate-hashes --python-version 3.11 \
		--no-header --no-emit-index-url -o tests/requirements.txt

$(PY):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/it."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) has no venv module; on Debian: python3-venv."; exit 1; }

$(VENV)/runtime-installed: requirements.txt | $(PY)
	@echo "Installing requirements.txt"
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(VENV)/tests-installed: tests/requirements.txt $(VENV)/runtime-installed
	@echo "Installing tests/requirements.txt"
	@$(PIP_INSTALL) -r tests/requirements.txt
	@touch $@

# Tests that need these say so and are skipped without them.
node-tools:
	@command -v npm >/dev/null || { echo "npm is not installed: checks that run Node are skipped."; exit 0; }; \
	for tool in $(NODE_TOOLS); do \
		test -f $$tool/package-lock.json || continue; \
		test $$tool/node_modules/.package-lock.json -nt $$tool/package-lock.json && continue; \
		(cd $$tool && npm ci --silent --no-audit --no-fund) || echo "npm ci failed in $$tool: its checks are skipped."; \
	done

clean: ## delete the environment, the servers' data and all caches
	@! test -x $(PY) || $(LAUNCHER) clean
	rm -rf $(VENV) .data .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov
	rm -rf $(addsuffix /node_modules,$(NODE_TOOLS))
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
