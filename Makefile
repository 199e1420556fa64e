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
