#!/usr/bin/env bash
# Starts and stops a Matrix homeserver for tests (Synapse), on this machine's own address only.
# Usage: matrix.sh start|stop. It is installed on the first start, below the data folder; rooms and people are new at every start.
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
DATA=$(realpath -m "${ONEVOICE_DATA_DIR:-$ROOT/var}")
FOLDER=$DATA/networks/matrix
RUN=$FOLDER/run
BIN=$FOLDER/venv/bin
PYTHON=${PYTHON:-$ROOT/.venv/bin/python}
SYNAPSE_VERSION=1.163.2
PORT=25008

install() {
  [ -e "$FOLDER/installed-$SYNAPSE_VERSION" ] && return
  echo "Installing a Matrix homeserver for tests; this takes a minute…"
  mkdir -p "$FOLDER"
  "$PYTHON" -m venv --clear "$FOLDER/venv"
  "$BIN/pip" install -qq --disable-pip-version-check "matrix-synapse==$SYNAPSE_VERSION"
  touch "$FOLDER/installed-$SYNAPSE_VERSION"
}

running() { [ -e "$FOLDER/pid" ] && kill -0 "$(cat "$FOLDER/pid")" 2>/dev/null; }

answers() { (exec 3<> "/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; }

start() {
  running && return
  install
  rm -rf "$RUN"
  mkdir -p "$RUN"
  for file in homeserver.yaml registration.yaml log.yaml; do
    sed -e "s|@RUN@|$RUN|g" -e "s|@PORT@|$PORT|g" "$HERE/matrix/$file" > "$RUN/$file"
  done
  cd "$RUN"
  "$BIN/python" -m synapse.app.homeserver -c homeserver.yaml --generate-keys
  SYNAPSE_CACHE_FACTOR=0.1 setsid "$BIN/python" -m synapse.app.homeserver -c homeserver.yaml \
    > "$FOLDER/log" 2>&1 < /dev/null &
  echo $! > "$FOLDER/pid"
  for _ in $(seq 600); do
    answers && return
    running || break
    sleep 0.1
  done
  echo "The Matrix homeserver for tests did not start:" >&2
  tail -5 "$FOLDER/log" "$RUN/synapse.log" >&2 || true
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
