#!/usr/bin/env bash
# Starts and stops Prism, which compares what is said through it with a network's own description (OpenAPI).
# Usage: prism.sh start DESCRIPTION UPSTREAM|stop. It is installed on the first start, below the data folder.
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
DATA=$(realpath -m "${ONEVOICE_DATA_DIR:-$ROOT/var}")
FOLDER=$DATA/networks/prism
PRISM_VERSION=5.16.0
PORT=25110

install() {
  [ -e "$FOLDER/installed-$PRISM_VERSION" ] && return
  command -v npm >/dev/null || { echo "Prism needs npm." >&2; exit 1; }
  echo "Installing Prism; this takes half a minute…"
  mkdir -p "$FOLDER"
  cd "$FOLDER"
  [ -e package.json ] || echo '{"private": true}' > package.json
  npm install --no-audit --no-fund --loglevel=error "@stoplight/prism-cli@$PRISM_VERSION"
  touch "$FOLDER/installed-$PRISM_VERSION"
}

running() { [ -e "$FOLDER/pid" ] && kill -0 "$(cat "$FOLDER/pid")" 2>/dev/null; }

answers() { (exec 3<> "/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; }

start() {
  running && stop
  local description upstream=$2
  description=$(realpath "$1")
  install
  cd "$FOLDER"
  setsid node node_modules/@stoplight/prism-cli/dist/index.js proxy "$description" "$upstream" \
    --host 127.0.0.1 --port "$PORT" > "$FOLDER/log" 2>&1 < /dev/null &
  echo $! > "$FOLDER/pid"
  for _ in $(seq 600); do
    answers && return
    running || break
    sleep 0.1
  done
  echo "Prism did not start:" >&2
  tail -5 "$FOLDER/log" >&2
  stop
  exit 1
}

stop() {
  running || return 0
  kill "$(cat "$FOLDER/pid")"
  for _ in $(seq 100); do running || break; sleep 0.1; done
  rm -f "$FOLDER/pid"
}

case "${1:-}" in
  start) [ $# = 3 ] || { echo "Usage: $0 start DESCRIPTION UPSTREAM" >&2; exit 2; }; start "$2" "$3" ;;
  stop) stop ;;
  *) echo "Usage: $0 start DESCRIPTION UPSTREAM|stop" >&2; exit 2 ;;
esac
