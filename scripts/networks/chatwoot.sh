#!/usr/bin/env bash
# Installs the JavaScript SDK of Chatwoot's API for tests, once, below the data folder, and drives a Onevoice with it.
# Usage: chatwoot.sh ADDRESS KEY ACCOUNT. What the driver does is in chatwoot.mjs.
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
FOLDER=${ONEVOICE_DATA_DIR:-$ROOT/var}/networks/chatwoot
SDK_VERSION=1.1.17

install() {
  [ -e "$FOLDER/installed-$SDK_VERSION" ] && return
  command -v npm >/dev/null || { echo "The SDK for tests needs npm." >&2; exit 1; }
  mkdir -p "$FOLDER"
  cd "$FOLDER"
  [ -e package.json ] || echo '{"private": true}' > package.json
  npm install --no-audit --no-fund --loglevel=error --ignore-scripts "@figuro/chatwoot-sdk@$SDK_VERSION" >&2
  touch "$FOLDER/installed-$SDK_VERSION"
}

[ $# = 3 ] || { echo "Usage: $0 ADDRESS KEY ACCOUNT" >&2; exit 2; }
install
cp "$HERE/chatwoot.mjs" "$FOLDER/drive.mjs"
ADDRESS=$1 KEY=$2 ACCOUNT=$3 exec node "$FOLDER/drive.mjs"
