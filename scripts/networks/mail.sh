#!/usr/bin/env bash
# Starts and stops a mail server for tests (Postfix for SMTP, Dovecot for IMAP), on this machine's own address only.
# Usage: mail.sh start|stop. Debian's packages are installed on the first start, which needs root, as does the rest.
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
DATA=$(realpath -m "${ONEVOICE_DATA_DIR:-$ROOT/var}")
FOLDER=$DATA/networks/mail
# Where accounts of their own, without a way into anybody's home, can read: a new one at every start.
RUN=$FOLDER/run
PACKAGES=(postfix dovecot-imapd dovecot-lmtpd dovecot-sieve)
SMTP=25025 SMTPS=25465 IMAP=25143 IMAPS=25993 LMTP=25024 AUTH=25012

complain() { echo "$*" >&2; exit 1; }

install() {
  dpkg -s "${PACKAGES[@]}" >/dev/null 2>&1 && return
  command -v apt-get >/dev/null || complain "A mail server for tests needs Debian 12, or an Ubuntu of its time."
  echo "Installing a mail server for tests; this takes half a minute…"
  # Debian would start what it installs.
  local policy=/usr/sbin/policy-rc.d ours=no
  [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' > $policy; chmod +x $policy; ours=yes; }
  echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${PACKAGES[@]}" >/dev/null
  [ $ours = no ] || rm -f $policy
}

fill_in() { sed -e "s|@RUN@|$1|g" -e "s|@SMTP@|$SMTP|g" -e "s|@SMTPS@|$SMTPS|g" -e "s|@IMAP@|$IMAP|g" \
  -e "s|@IMAPS@|$IMAPS|g" -e "s|@LMTP@|$LMTP|g" -e "s|@AUTH@|$AUTH|g" "$HERE/mail/$2"; }

lay_out() {
  local run
  run=$(mktemp -d /tmp/onevoice-mail.XXXXXX)
  ln -sfn "$run" "$RUN"
  chmod 755 "$run"
  id onevoice-mail >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin onevoice-mail
  mkdir -p "$run"/{mail,sieve,postfix,spool,state}
  chown onevoice-mail "$run/mail" "$run/sieve"
  chown postfix "$run/state"
  echo nobody@shop.test > "$run/locked-out"
  chmod 644 "$run/locked-out"
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost -keyout "$run/key.pem" -out "$run/cert.pem" \
    -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" 2>/dev/null
  fill_in "$run" dovecot.conf > "$run/dovecot.conf"
  fill_in "$run" main.cf > "$run/postfix/main.cf"
  fill_in "$run" master.cf > "$run/postfix/master.cf"
  cp "$HERE/mail/recipients" "$run/postfix/recipients"
  cp "$HERE/mail/away.sieve" "$run/sieve/away.sieve"
}

running() { [ -e "$RUN/spool/pid/master.pid" ] && kill -0 "$(tr -d ' ' < "$RUN/spool/pid/master.pid")" 2>/dev/null; }

answers() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

start() {
  running && return
  [ "$(id -u)" = 0 ] || complain "A mail server for tests needs root."
  install
  [[ $(dovecot --version) == 2.3* ]] || complain "Dovecot 2.3 is needed, as in Debian 12; newer ones are configured otherwise."
  mkdir -p "$FOLDER"
  clear_away
  lay_out
  dovecot -c "$RUN/dovecot.conf"
  postfix -c "$RUN/postfix" start 2> "$RUN/start.log" || true
  for _ in $(seq 100); do
    running && answers $SMTP && answers $IMAP && return
    sleep 0.1
  done
  cat "$RUN/start.log" "$RUN/log" >&2 || true
  stop
  complain "The mail server for tests did not start."
}

clear_away() { [ ! -L "$RUN" ] || { rm -rf "$(readlink "$RUN")"; rm -f "$RUN"; }; }

stop() {
  [ -L "$RUN" ] || return 0
  postfix -c "$RUN/postfix" stop 2>/dev/null || true
  doveadm -c "$RUN/dovecot.conf" stop 2>/dev/null || true
  clear_away
}

case "${1:-}" in
  start | stop) "$1" ;;
  *) echo "Usage: $0 start|stop" >&2; exit 2 ;;
esac
