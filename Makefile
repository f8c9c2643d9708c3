# Everything starts with the system's Python: it makes .venv and hands over to it.
PYTHON ?= python3
BOOTSTRAP := $(PYTHON) -m ops.bootstrap
COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header

.DEFAULT_GOAL := help
.PHONY: help run test test-stop check fix bench manage reset lock

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1	/' | expand -t 20

run:  ## the platform with its demo city, in the foreground (PORT=8000, SLI_HOME=.local)
	@$(BOOTSTRAP) run

test:  ## checks and every test (ARGS="tests/core -k money" for some, KEEP=1 keeps the servers up)
	@$(BOOTSTRAP) test

test-stop:  ## stop the test servers that KEEP=1 left running
	@$(BOOTSTRAP) reset tests

check:  ## what a machine can check without a test
	@$(BOOTSTRAP) check

fix:  ## format, and put right what a machine can
	@$(BOOTSTRAP) dev
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .
	@.venv/bin/djangofmt templates

bench:  ## the measurements (ARGS are passed on)
	@$(BOOTSTRAP) bench

manage:  ## one management command on the local database, ARGS="shell" (OWNER=1 as its owner)
	@$(BOOTSTRAP) manage

reset:  ## stop everything and delete the local data, after asking (FORCE=1 does not ask)
	@$(BOOTSTRAP) reset

lock:  ## pin the newest versions that requirements*.in allow
	@$(BOOTSTRAP) dev
	@UV_PYTHON_DOWNLOADS=never $(COMPILE) --upgrade requirements.in -o requirements.txt
	@UV_PYTHON_DOWNLOADS=never $(COMPILE) --upgrade requirements-dev.in -o requirements-dev.txt -c requirements.txt
	@UV_PYTHON_DOWNLOADS=never $(COMPILE) --upgrade requirements-bench.in -o requirements-bench.txt -c requirements-dev.txt
