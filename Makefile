# Every target, in one line each, is what `make help` prints. The work is done by tools/ and CMake; this
# file only names it.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# tools/bootstrap puts Node 22 here where the machine's own is too old.
export PATH := $(CURDIR)/build/toolchain/node_modules/.bin:$(PATH)
JOBS ?= $(shell nproc)

.PHONY: run
run: build ## Build what is needed and start everything on this machine; the URL is printed
	build/parley up --dev $(ARGS)

.PHONY: build
build: bootstrap-run ## Build the release executable (build/parley) and the web app (web/dist)
	@tools/build release

.PHONY: test
test: bootstrap-test ## Run all suites, or some: make test SUITES="unit web"
	@tools/test $(SUITES)

.PHONY: conformance
conformance: bootstrap-test ## What clients see, as one file; of another server: URL=ws://… KEY=… SECRET=…
	@$(if $(URL),,tools/build release)
	@node tests/conformance/run.mjs $(if $(URL),--url '$(URL)' --key '$(KEY)' --secret '$(SECRET)') \
	  $(if $(WEBHOOKS),--webhooks $(WEBHOOKS)) $(if $(OUT),--out '$(OUT)') $(ONLY)

.PHONY: bench
bench: bootstrap-bench ## Measure packets, whole servers, joins and memory, and say what holds; some: PARTS="forward join"
	@tools/build bench $(PARTS)

.PHONY: api
api: bootstrap-run ## Make the page's client (web/src/sdk/api) from the operations that the server has
	@tools/build release parley
	@npm --prefix web run --silent api

.PHONY: format
format: bootstrap-test ## Format all C++ as .clang-format says
	@tools/format

.PHONY: lint
lint: bootstrap-test ## clang-tidy over what changed since it last passed, and all repository checks
	@tools/check-includes
	@tools/check-tidy
	@tools/check-compatibility
	@tools/format --check
	@tools/lint

.PHONY: bootstrap-run bootstrap-bench bootstrap-test
bootstrap-run:
	@tools/bootstrap run
bootstrap-bench:
	@tools/bootstrap bench
bootstrap-test:
	@tools/bootstrap test

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf build web/dist

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile
