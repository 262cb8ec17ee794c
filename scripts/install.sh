#!/usr/bin/env bash
# Installs one lock file into the virtual environment, showing how far it is.
# Usage: install.sh PYTHON LOCKFILE
set -euo pipefail

python=$1
lock=$2
count=$(grep -c '^[a-z0-9].*==' "$lock")
done=0

echo "Installing $count packages from $lock (the first time takes a minute or two)…"
log=$(mktemp)
trap 'rm -f "$log"' EXIT

show() {
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    case $line in
      "Collecting "*)
        done=$((done + 1))
        if [ -t 1 ]; then
          printf '\r  %3d of %d  %-50.50s' "$done" "$count" "${line#Collecting }"
        elif [ $((done % 20)) = 0 ]; then
          printf '  %3d of %d\n' "$done" "$count"
        fi
        ;;
      "Installing collected packages"*) printf '%s  unpacking…\n' "$([ -t 1 ] && printf '\r%70s\r' '')" ;;
    esac
  done
}

if ! "$python" -m pip install --disable-pip-version-check --progress-bar off --no-input \
  --require-hashes -r "$lock" 2>&1 | show; then
  printf '\n'
  tail -n 15 "$log" >&2
  if grep -q 'No space left on device' "$log"; then
    echo "The disk is full: make room and run make again." >&2
  else
    echo "The packages could not be installed (above is why); check the network and run make again." >&2
  fi
  exit 1
fi
echo "  installed."
