#!/bin/sh
# make check: style, types, contracts, templates, fresh locks and migrations. Runs everything, then says what failed.
set -u
cd "$(dirname "$0")/.."
failed=""
step() {
  name=$1; shift
  if "$@"; then echo "ok    $name"; else echo "FAIL  $name"; failed="$failed $name"; fi
}
templates() { find templates minfu -name '*.html' | grep -q . || return 0; .venv/bin/djlint --lint --quiet templates minfu; }
migrations() { # needs no database
  home=$(mktemp -d)
  MINFU_HOME=$home .venv/bin/python -W ignore manage.py makemigrations --check --dry-run
  result=$?
  rm -rf "$home"
  return $result
}
step ruff .venv/bin/ruff check --quiet .
step format .venv/bin/ruff format --check --quiet .
step mypy .venv/bin/mypy --no-error-summary
step templates templates
step contracts .venv/bin/lint-imports --no-cache
step locks .venv/bin/python tools/check_locks.py
step migrations migrations
[ -z "$failed" ] || { echo "failed:$failed"; exit 1; }
