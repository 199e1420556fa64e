# The targets that a user or contributor types. Nothing here writes outside the clone.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PCRE2_SYS_STATIC := 1
export CARGO_HOME := $(CURDIR)/.cache/cargo
export CARGO_TARGET_DIR ?= $(CURDIR)/target
export PIP_CACHE_DIR := $(CURDIR)/.cache/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export TMPDIR := $(CURDIR)/.cache/tmp

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

.PHONY: needs
needs:
	@PYTHON="$(PYTHON)" sh tools/needs.sh
	@mkdir -p $(TMPDIR) $(CARGO_HOME)

$(VENV)/.locked: requirements/dev.txt | needs
	@echo "Setting up $(VENV) (once; a few minutes) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

CORE_FILES := $(shell find core/src core/data -type f 2>/dev/null) core/Cargo.toml core/Cargo.lock pyproject.toml

$(VENV)/.built: $(VENV)/.locked $(CORE_FILES)
	@test ! -f "$$HOME/.cargo/config.toml" || ln -sf "$$HOME/.cargo/config.toml" $(CARGO_HOME)/config.toml
	@echo "Building the core ..."
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: setup
setup: $(VENV)/.built ## Set everything up: .venv/bin/vedette
	@$(BIN)/vedette --version

.PHONY: run
run: $(VENV)/.built ## Run the demo: sample feeds, sample events, a SIEM's side in this terminal
	@$(BIN)/vedette demo

.PHONY: test
test: $(VENV)/.built ## Run the tests, the core's and Python's
	cd core && cargo test --locked --quiet
	$(BIN)/python -m pytest

.PHONY: check
check: $(VENV)/.built ## Types, style, layers, the stub against the module
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m mypy.stubtest vedette._core --allowlist tests/stub_allowlist.txt
	cd core && cargo fmt --check && cargo clippy --locked --all-targets --features python -- -D warnings

.PHONY: fix
fix: $(VENV)/.built ## Repair what can be repaired by machine
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; cd core && cargo fmt

.PHONY: bench
bench: $(VENV)/.built ## Measure beside the rivals; prints a table
	$(BIN)/python bench/run.py

.PHONY: curves
curves: $(VENV)/.built ## Measure the cost curves and draw them; half an hour, 24 GB of memory and disk
	$(BIN)/python bench/curves.py
	@test -x .cache/bench/bin/python || $(PYTHON) -m venv .cache/bench
	@.cache/bench/bin/python -m pip install --quiet --require-hashes -r requirements/bench.txt
	.cache/bench/bin/python bench/draw_curves.py

# The sanitizer and the coverage that fuzzing needs are unstable options of a stable compiler.
FUZZ := RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$(CURDIR)/target/fuzz $(CURDIR)/.cache/cargo-fuzz/bin/cargo-fuzz
FUZZ_SECONDS ?= 20
CARGO_FUZZ := 0.13.2

.cache/cargo-fuzz/bin/cargo-fuzz: | needs
	@echo "Installing cargo-fuzz ..."
	@cargo install --quiet --locked --root .cache/cargo-fuzz --version $(CARGO_FUZZ) cargo-fuzz

.PHONY: fuzz
fuzz: .cache/cargo-fuzz/bin/cargo-fuzz ## Fuzz every target of the core for FUZZ_SECONDS (20) each, one a processor, under AddressSanitizer
	cd core && $(FUZZ) build
	cd core && $(FUZZ) list | xargs -P $$(nproc) -I{} env \
		$(FUZZ) run {} -- -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=4096 -verbosity=0

.PHONY: sanitize
sanitize: | needs ## Run the core's tests under AddressSanitizer, which sees what the foreign code of PCRE2 and mmap does
	cd core && RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address CARGO_TARGET_DIR=$(CURDIR)/target/sanitize \
		cargo test --locked --quiet --lib --target $$(rustc -vV | sed -n 's/^host: //p')

.PHONY: docs
docs: $(VENV)/.built ## Renew the pages that are made of the program itself
	$(BIN)/python tools/commands_page.py > docs/commands.md
	$(BIN)/python -m vedette.config.reference docs/configuration.md
	$(BIN)/python tools/demo_picture.py docs/pictures/demo.svg

.PHONY: lock
lock: ## Renew the locked dependencies (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet pyproject.toml -o requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet pyproject.toml --group dev -o requirements/dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --group bench -o requirements/bench.txt
	cd core && cargo update

.PHONY: clean
clean: ## Remove all that was built
	rm -rf $(VENV) .cache target core/target site
