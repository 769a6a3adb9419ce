# CVI city profiles. `make` lists the commands. Each sets up .venv first, with PYTHON=/path/to/python3.13.

SCENARIO ?= baseline
CVI := .venv/bin/python -m cvi_analysis
RUN := .venv/bin/python -m
# Values travel through the environment, so that quotes, spaces and dollar signs in them stay as typed.
$(foreach name,SCENARIO CITIES CITY JOBS FORMATS A B BASE_URL LAYER,$(eval export $(name))$(eval override $(name) := $$(value $(name))))
.DEFAULT_GOAL := help
.PHONY: setup-notebook setup-test help reports report preview compare site ingest verify test reliability mutants check audit bench notebook lock setup clean

help: ## list these commands
	@echo "make COMMAND [NAME=value ...]"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' Makefile

reports: setup ## every city's report: [SCENARIO=baseline] [CITIES="norfolk-va chicago-il"] [JOBS=n] [FORMATS="html pdf docx"]
	@$(CVI) reports --scenario "$$SCENARIO" $${CITIES:+--cities "$$CITIES"} $${JOBS:+--jobs "$$JOBS"} $${FORMATS:+--formats "$$FORMATS"} $(ARGS)

report: setup ## one city's report, also for Word: CITY=norfolk-va [SCENARIO=baseline]
	@$(CVI) report $${CITY:+"$$CITY"} --scenario "$$SCENARIO" $${FORMATS:+--formats "$$FORMATS"} $(ARGS)

preview: setup ## one city's report in a browser, new on every save: CITY=norfolk-va [SCENARIO=baseline]
	@$(CVI) preview $${CITY:+"$$CITY"} --scenario "$$SCENARIO" $(ARGS)

compare: setup ## what changes between two scenarios: A=baseline B=field-pay
	@$(CVI) compare $${A:+"$$A"} $${B:+"$$B"} $(ARGS)

site: setup ## all scenarios as a folder for any web host: [BASE_URL=https://example.org/cvi]
	@$(CVI) site $${BASE_URL:+--base-url "$$BASE_URL"} $(ARGS)

ingest: setup ## fetch populations from the Census API (with CENSUS_API_KEY) and rebuild the table
	@$(CVI) ingest $(ARGS)

verify: setup ## build every report twice, and elsewhere, and compare the bytes: [SCENARIO=baseline]
	@$(CVI) verify --scenario "$$SCENARIO" $(ARGS)

test: setup-test ## the whole test suite: [ARGS="-k census"]
	@$(RUN) pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

reliability: setup-test ## attacks that take minutes: kills, full disks, hostile notebooks [ARGS="-k kills"]
	@$(RUN) pytest -m reliability -n logical --maxprocesses 2 --dist loadfile --no-loadscope-reorder $(ARGS)

mutants: setup-test ## change the code in places and see whether a test notices (needs cosmic-ray) [ARGS="--sample 400 --seed 8"]
	@$(RUN) scripts.mutants $(ARGS)

check: setup-test ## style, types, files, workflows and the import contract: ruff, mypy, zizmor, import-linter
	@$(RUN) ruff check . && $(RUN) ruff format --check . && $(RUN) mypy cvi_analysis scripts && .venv/bin/lint-imports --no-cache
	@.venv/bin/python scripts/check_files.py && .venv/bin/zizmor --offline --quiet .github
	@.venv/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@.venv/bin/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/[!c]*.yml

audit: ## look the pinned dependencies up for known vulnerabilities (needs pip-audit)
	@python3 scripts/audit.py $(ARGS)

bench: setup-test ## how long things take on this machine
	@$(RUN) scripts.bench $(ARGS)

notebook: setup-notebook ## open the notebook in JupyterLab
	@$(RUN) jupyterlab notebooks/city_profile.ipynb $(ARGS)

lock: ## pin the dependencies of pyproject.toml again (needs uv): [ARGS=--upgrade]
	@python3 scripts/lock.py $(ARGS)

setup: ## make .venv from requirements.lock; instant when it is up to date: [LAYER=run|notebook|test]
	@sh scripts/set_up.sh "$${LAYER:-run}"

setup-notebook setup-test:
	@sh scripts/set_up.sh $(@:setup-%=%)

clean: ## remove the reports, the site and every cache; keeps .venv
	@test -f scripts/set_up.sh || { echo "This folder is not the project's: nothing was removed." >&2; exit 2; }; find reports -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} + && rm -rf site .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
