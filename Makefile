# Everything a newcomer or a developer does with Credence. `make` alone lists the commands.
.DEFAULT_GOAL := help
SHELL := bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
# Tests that only read files; `make check` runs them.
MANIFESTS := tests/deploy tests/kubernetes
READING := tests/architecture $(MANIFESTS)
IMAGES_VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)

##@ Run
.PHONY: up demo reset
up: $(VENV)/ready ## Run the whole suite on http://localhost:8080 with demonstration data; prints the accounts
	@$(BIN)/python -m services up

demo: $(VENV)/ready ## Walk the main journey on the running suite, one line per step
	@$(BIN)/python -m services demo

reset: $(VENV)/ready ## Delete all data of the stopped suite; the next `make up` starts from scratch
	@$(BIN)/python -m services reset

##@ Check
.PHONY: test check lint types contracts jurisdictions architecture kubernetes gallery browser-ci faults faults-ci samples bench
test: $(VENV)/ready ## Run the tests; finds or installs the servers they need (T=path runs one)
	@$(BIN)/python -m chassis.web.build_assets
	@$(BIN)/pytest -q -n 2 --dist loadfile --durations=20 $(or $(T),tests $(READING:%=--ignore=%))

check: lint types contracts jurisdictions ## Check lint, types, contracts, states, architecture and manifests
	@$(BIN)/pytest -q -n 2 --dist loadfile $(READING)

lint: $(VENV)/ready ## Check lint and format with ruff
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/ready ## Check types with mypy, strict
	@$(BIN)/mypy contracts chassis services tests

architecture: $(VENV)/ready ## Check the rules of the architecture
	@$(BIN)/pytest -q tests/architecture

contracts: $(VENV)/ready ## Check events against the released schemas, their readers and their samples
	@$(BIN)/python -m services contracts

jurisdictions: $(VENV)/ready ## Check every state's folder, each file by itself and one with another
	@$(BIN)/python -m services jurisdictions

kubernetes: $(VENV)/ready ## Check compose.yaml and every object of the Kubernetes overlays
	@$(BIN)/pytest -q $(MANIFESTS)

browser-ci: $(VENV)/ready ## Test every page in a browser: for each role, by keyboard, in print, at every width
	@$(BIN)/python -m chassis.web.build_assets
	@$(BIN)/pytest -q -n 2 --dist loadfile -m browser tests/browser

gallery: $(VENV)/ready ## Take screenshots of every page, desktop and phone, for var/gallery/index.html
	@$(BIN)/python -m tests.browser.gallery

faults: $(VENV)/ready ## Kill, pause and disconnect the suite at random, then prove that nothing is lost (SECONDS=60 SEED=1)
	@$(BIN)/python -m tests.faults --seconds $(or $(SECONDS),60) --seed $(or $(SEED),1)

faults-ci: $(VENV)/ready ## Run CI's fault tests: a minute of faults, known mistakes, lookup alone, random life cycles
	@$(BIN)/python -m chassis.web.build_assets
	@$(BIN)/pytest -q -m "faults or machines or hypothesis" --hypothesis-profile=thorough \
		tests/faults tests/machines tests/api tests/integration tests/contracts tests/journeys tests/unit

samples: $(VENV)/ready ## Run the tests on real files (SAMPLES=folder with oneroster, codelists and names)
	@test -d "$(SAMPLES)" || { echo "Name the folder with the real files: make samples SAMPLES=folder" >&2; exit 1; }
	@$(BIN)/python -m chassis.web.build_assets
	@SAMPLES="$(SAMPLES)" $(BIN)/pytest -q -m samples tests/unit/*/test_samples.py

bench: $(VENV)/ready ## Run the benchmarks against their targets and peers (B=propagation runs one)
	@for name in $(or $(B),propagation relay lookup rebuild imports); do \
		$(BIN)/python -m bench $$name || exit 1; done

##@ Deploy
.PHONY: images sbom compose-up compose-down compose-demo compose-test
images: $(VENV)/ready ## Build all images and print their sizes (BASE=debian-packages needs no registry)
	@deploy/images/build

sbom: $(VENV)/ready ## Write the contents of each image to var/sbom, as CycloneDX
	@$(BIN)/python deploy/images/sbom.py $$(docker image ls --format '{{.Repository}}:{{.Tag}}' \
		--filter dangling=false --filter label=org.opencontainers.image.version=$(or $(VERSION),$(IMAGES_VERSION)))

compose-up: ## Run the suite in containers on https://localhost:8443 (see deploy/README.md)
	@deploy/suite up -d

compose-down: ## Stop the containers; the data stays
	@DEMONSTRATION=1 OBSERVABILITY=1 deploy/suite rm --stop --force -v lookup && \
		DEMONSTRATION=1 OBSERVABILITY=1 deploy/suite down

compose-demo: $(VENV)/ready ## Run the suite in containers with demonstration data, and walk the main journey
	@DEMONSTRATION=1 deploy/suite up -d
	@PUBLIC_URL=https://localhost:$${HTTPS_PORT:-8443} MAIL_URL=http://localhost:8025/ \
		REQUESTS_CA_BUNDLE=var/deploy/certificate.pem $(BIN)/python -m services demo

compose-test: $(VENV)/ready ## Build the images and test the suite in containers: kills, upgrades, restores
	@$(BIN)/pytest -q -m compose tests/compose --durations=5

##@ Change
.PHONY: documents translations release-contracts revision topology lock
documents: $(VENV)/ready ## Write the generated pages of docs/, the lists of services in deploy/ and those of the states' files
	@$(BIN)/python -m deploy.lists
	@$(BIN)/python -m deploy.jurisdictions
	@$(BIN)/python -m services contracts write

translations: $(VENV)/ready ## Update the catalogs of translations from code and templates
	@$(BIN)/python -m chassis.i18n.catalogs

release-contracts: $(VENV)/ready ## Release the current schemas of the events, after an intended change
	@$(BIN)/python -m services contracts release

revision: $(VENV)/ready ## Generate a service's next migration: make revision S=payments M="what changed"
	@test -n "$(S)" -a -n "$(M)" || \
		{ echo 'Name the service and the change: make revision S=payments M="what changed"' >&2; exit 1; }
	@$(BIN)/flask --app services.$(S).app revision "$(M)"

topology: $(VENV)/ready ## Print the broker's queues and bindings
	@$(BIN)/python -m services topology

lock: $(VENV)/ready ## Update the dependencies within pyproject.toml's bounds
	@$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes \
		--no-emit-index-url --no-emit-find-links --group suite --group dev pyproject.toml -o requirements.lock

##@ Help
.PHONY: help
help: ## Print this help
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/ready: requirements.lock
	@echo "Setting up $(VENV) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Credence needs Python 3.11 or newer: install it, or set PYTHON=path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip sync -q --require-hashes --python $(BIN)/python requirements.lock
	@touch $@
