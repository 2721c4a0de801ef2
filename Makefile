PYTHON ?= python3
BIN := .venv/bin
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.PHONY: help setup run test lint bench lock clean

help:  ## list these targets
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1	\2/p' $(MAKEFILE_LIST)

setup:  ## build .venv and the front-end files (nothing to do: nothing done)
	@$(PYTHON) -m tools.environment
	@$(BIN)/python -m tools.assets

run: setup  ## start the demo county: web, engine, mail catcher (PORT=8000; mail on PORT+1, SMTP on PORT+2)
	@$(BIN)/python -m tools.run

test: setup lint  ## everything: lint, then all tests on SQLite, PostgreSQL and Chromium
	@$(BIN)/python -m tools.test_services
	$(BIN)/pytest -n 2

lint: setup  ## ruff, mypy --strict, who may import whom
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup  ## measure; one JSON object a line
	@$(BIN)/python -m bench

lock:  ## rewrite the hash-locked lists after a change in pyproject.toml or package.json
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(COMPILE) --group node -o requirements-node.lock
	npm install --package-lock-only

clean:  ## remove what setup and the tools made; the demo's data in instance/ stays
	rm -rf .venv node_modules app/static/vendor .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
