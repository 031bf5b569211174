SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test soak watch lint fmt bench clean

# Each step of a target prints how long it took.
timed = step() { local start=$$(date +%s%N); "$$@"; awk -v a=$$start -v b=$$(date +%s%N) -v what="$$*" 'BEGIN { printf "%s: %.1f s\n", what, (b - a) / 1e9 }'; }
target = $$(cargo metadata --no-deps --format-version 1 | node -p 'JSON.parse(require("fs").readFileSync(0)).target_directory')

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Install what is missing, build, and run Keydesk with its data in ./data
	@$(timed)
	step setup/install run; . setup/env.sh
	step setup/site --profile release
	step cargo build --release -p server
	export KEYDESK_DATA_DIR="$${KEYDESK_DATA_DIR:-./data}"
	exec "$(target)/release/keydesk" serve

test: ## Lint and run all tests; the last line is the total
	@setup/install test && setup/test

soak: ## Kill a working Keydesk 100 times and look for what got lost; watch a quiet and a busy one for 30 minutes (ROUNDS=, MINUTES=)
	@setup/install test && setup/soak "$(or $(ROUNDS),100)" "$(or $(MINUTES),30)"

watch: ## Run from the sources, and build and start again when they change
	@setup/install test && exec setup/watch

lint: ## Only the format, clippy and the style sheets
	@setup/install test && setup/test lint

fmt: ## Format the Rust code
	@setup/install test; . setup/env.sh; cargo fmt --all

bench: ## Measure a release build and print the figures; SIZE=large: a million people; SIZE=sign-ins: only signing in
	@$(timed)
	step setup/install run; . setup/env.sh
	step setup/site --profile release
	step cargo build --release -p server
	export KEYDESK_BIN="$(target)/release/keydesk" KEYDESK_SITE="$$PWD/target/site"
	export KEYDESK_BENCH_SIZE="$(SIZE)" KEYDESK_BENCH_DATA="$${KEYDESK_BENCH_DATA:-$(target)/bench}"
	cargo bench -p server --bench figures

clean: ## Remove all that was built (data and tools stay)
	@. setup/env.sh; if command -v cargo >/dev/null; then cargo clean; fi; rm -rf target end2end/node_modules end2end/test-results end2end/playwright-report

.ONESHELL:
