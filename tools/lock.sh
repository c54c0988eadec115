#!/bin/sh
# Refreshes the lock files: exact versions and hashes, no registry address. Needs uv (pip install uv).
set -eu
cd "$(dirname "$0")/.."
uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command tools/lock.sh "$@" pyproject.toml -o requirements/base.txt
uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command tools/lock.sh "$@" --group dev -c requirements/base.txt pyproject.toml -o requirements/dev.txt
uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command tools/lock.sh "$@" requirements/node.in -o requirements/node.txt
