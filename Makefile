# A few lines over dev.py, which does the work with Python's standard library alone.
# Plain enough for the make 3.81 of macOS. PORT=8001 and ARGS="..." reach dev.py as
# environment variables, because make exports what its command line sets.
PYTHON ?= $(shell command -v python3 || command -v python3.13 || command -v python3.12 || command -v python3.11 || echo python3)

.PHONY: help run test production-test check format messages new-database axe-full bench bench-search lighthouse drills rush bench-certificates bench-class

help:
	@$(PYTHON) dev.py help

run:
	@$(PYTHON) dev.py run

test:
	@$(PYTHON) dev.py test

production-test:
	@$(PYTHON) dev.py production-test

check:
	@$(PYTHON) dev.py check

format:
	@$(PYTHON) dev.py format

messages:
	@$(PYTHON) dev.py messages

new-database:
	@$(PYTHON) dev.py new-database

axe-full:
	@$(PYTHON) dev.py axe-full

bench:
	@$(PYTHON) dev.py bench

bench-search:
	@$(PYTHON) dev.py bench-search

lighthouse:
	@$(PYTHON) dev.py lighthouse

drills:
	@$(PYTHON) dev.py drills

rush:
	@$(PYTHON) dev.py rush

bench-certificates:
	@$(PYTHON) dev.py bench-certificates

bench-class:
	@$(PYTHON) dev.py bench-class
