"""A mail server that speaks as much SMTP (RFC 5321) and IMAP (RFC 3501, 2177) as is needed, with faults to order."""

import re
import socketserver
import threading
import time
from datetime import UTC, datetime
from email import message_from_bytes

ADDRESS, PASSWORD = "help@brand.test", "pw"


class MailServer:
    """Two folders of one mailbox, and a way to send."""

    def __init__(self):
        self.password = PASSWORD
        self.folders = {"INBOX": [], "Sent": []}
        self.next_uid = {"INBOX": 1, "Sent": 1}
        self.validity = 7
        # What was handed over for delivery, to whom.
        self.outbox = []
        self.faults = []
        self.seen = []
        self.changed = threading.Condition()
        self.imap, self.smtp = _serve(_Imap, self), _serve(_Smtp, self)

    def close(self):
        for server in (self.imap, self.smtp):
            server.shutdown()
            server.server_close()

    def put(self, folder, raw, arrived=None):
        with self.changed:
            uid = self.next_uid[folder]
            self.next_uid[folder] += 1
            self.folders[folder].append((uid, arrived or datetime.now(UTC), raw))
            self.changed.notify_all()
        return uid


def _serve(handler, mail):
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = allow_reuse_address = True
        port = property(lambda self: self.server_address[1])

    server = Server(("127.0.0.1", 0), type("Handler", (handler,), {"mail": mail}))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


class _Lines(socketserver.StreamRequestHandler):
    mail: MailServer

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")


class _Smtp(_Lines):
    def handle(self):
        self.say("220 mx.brand.test ESMTP")
        to = ""
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "EHLO":
                self.say("250-mx.brand.test\r\n250-8BITMIME\r\n250 AUTH PLAIN")
            elif verb == "AUTH":
                good = self.mail.password == PASSWORD
                self.say("235 2.7.0 ok" if good else "535 5.7.8 Error: authentication failed")
            elif verb == "RCPT":
                to = line.partition("<")[2].rstrip(">")
                self.say(self._refusal_of(to) or "250 2.1.5 Ok")
            elif verb == "DATA":
                if not self._take(to):
                    return
            else:
                self.say("221 bye" if verb == "QUIT" else "250 Ok")
                if verb == "QUIT":
                    return

    def _refusal_of(self, to):
        if to.startswith("gone@"):
            return "550 5.1.1 <gone@shop.test>: Recipient address rejected: User unknown"
        if self.mail.faults[:1] == ["rate_limit"]:
            self.mail.faults.pop()
            return "450 4.7.1 Too many messages, come back later"
        return ""

    def _take(self, to):
        self.say("354 End data with <CR><LF>.<CR><LF>")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        fault = self.mail.faults.pop() if self.mail.faults else ""
        if fault == "server_error":
            # It took the letter's bytes and went away.
            return False
        self.mail.outbox.append((to, b"".join(lines)))
        if fault == "timeout_after_send":
            time.sleep(1.0)
            return False
        self.say("250 2.0.0 Ok: queued")
        return True


class _Imap(_Lines):
    folder = "INBOX"
    told = 0

    def handle(self):
        self.say("* OK [CAPABILITY IMAP4rev1] ready")
        while line := self.rfile.readline().decode().strip():
            tag, verb, *rest = line.split(" ", 2)
            command = getattr(self, f"do_{verb.lower()}", None)
            said = command(tag, rest[0] if rest else "") if command else "BAD unknown"
            self.say(f"{tag} {said or 'OK done'}")
            if verb.upper() == "LOGOUT":
                return

    def do_capability(self, tag, rest):
        self.say("* CAPABILITY IMAP4rev1 IDLE UIDPLUS SPECIAL-USE")

    def do_login(self, tag, rest):
        return "" if self.mail.password == PASSWORD else "NO [AUTHENTICATIONFAILED] Authentication failed."

    def do_logout(self, tag, rest):
        self.say("* BYE")

    def do_list(self, tag, rest):
        self.say(r'* LIST (\HasNoChildren \Sent) "/" Sent')
        self.say(r'* LIST (\HasNoChildren) "/" INBOX')

    def do_select(self, tag, rest):
        self.mail.seen.append("a folder was opened for writing")
        return self.do_examine(tag, rest)

    def do_examine(self, tag, rest):
        self.folder = rest.strip('"')
        if self.folder not in self.mail.folders:
            return "NO [NONEXISTENT] Mailbox doesn't exist"
        self.told = len(self.mail.folders[self.folder])
        self.say(f"* {self.told} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.mail.validity}] UIDs valid")
        self.say(f"* OK [UIDNEXT {self.mail.next_uid[self.folder]}] Predicted next UID")
        return "OK [READ-ONLY] done"

    def do_idle(self, tag, rest):
        before = len(self.mail.folders[self.folder])
        # What came since it was told last, Dovecot tells in the same breath.
        self.say("+ idling" + (f"\r\n* {before} EXISTS" if before > self.told else ""))
        self.request.settimeout(0.05)
        while True:
            try:
                if self.request.recv(100):
                    break
            except TimeoutError:
                if len(now := self.mail.folders[self.folder]) > before:
                    before = len(now)
                    self.say(f"* {before} EXISTS")
        self.request.settimeout(None)

    def do_append(self, tag, rest):
        size = int(re.search(r"\{(\d+)\}$", rest)[1])
        self.say("+ go on")
        self.mail.put("Sent", self.rfile.read(size))
        self.rfile.readline()

    def do_uid(self, tag, rest):
        verb, _, what = rest.partition(" ")
        letters = self.mail.folders[self.folder]
        if verb == "SEARCH":
            self.say("* SEARCH " + " ".join(str(uid) for uid, *_ in letters if self._fits(what, uid, letters)))
            return
        for number, (uid, arrived, raw) in enumerate(letters, 1):
            if uid == int(what.split()[0]):
                stamp = arrived.strftime("%d-%b-%Y %H:%M:%S +0000")
                head = f'* {number} FETCH (UID {uid} INTERNALDATE "{stamp}" BODY[]<0> {{{len(raw)}}}\r\n'
                self.wfile.write(head.encode() + raw + b")\r\n")

    def _fits(self, what, uid, letters):
        raw = next(raw for number, _, raw in letters if number == uid)
        if what.startswith("HEADER"):
            return what.split()[-1].strip('"') in (message_from_bytes(raw)["Message-ID"] or "")
        # As RFC 3501 has it: "n:*" holds the last one, even where n is larger.
        first = int(what.removeprefix("UID ").partition(":")[0]) if what.startswith("UID") else 0
        return uid >= first or uid == letters[-1][0]
