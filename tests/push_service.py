"""A push service and its browsers: takes pushes over HTTP, checks who signed them, and decrypts what they say."""

import base64
import http.server
import json
import os
import threading
from contextlib import contextmanager

from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def unbase64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def base64url(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class Browser:
    """A browser with keys of its own; `address` is where its service takes pushes for it."""

    def __init__(self, address, private=None, auth=None):
        self.address, self.auth = address, auth or os.urandom(16)
        self.private = private or ec.generate_private_key(ec.SECP256R1())
        form = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        self.public = self.private.public_key().public_bytes(*form)

    @property
    def said(self):
        """What the browser gives to a site."""
        return {"address": self.address, "public": base64url(self.public), "auth": base64url(self.auth)}

    def decrypt(self, body):
        """Return what a push says, by RFC 8291 section 4 and RFC 8188; HKDF is spelt out by RFC 5869."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = hkdf(
            self.auth,
            self.private.exchange(ec.ECDH(), theirs),
            b"WebPush: info\0" + self.public + sender,
            32,
        )
        key = hkdf(salt, shared, b"Content-Encoding: aes128gcm\0", 16)
        nonce = hkdf(salt, shared, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, record, None)
        text, mark, padding = padded.rpartition(b"\x02")
        assert (mark, padding.strip(b"\0")) == (b"\x02", b"")
        return text


def hkdf(salt, secret, info, length):
    return _mac(_mac(salt, secret), info + b"\x01")[:length]


def _mac(key, said):
    mac = hmac.HMAC(key, hashes.SHA256())
    mac.update(said)
    return mac.finalize()


class Service:
    """What a push service took, and what it answers; a status by an address's path, or 201."""

    def __init__(self):
        self.taken, self.answers, self.address = [], {}, ""

    def browser(self, name="ada"):
        return Browser(f"{self.address}/push/{name}")

    def claims(self, headers):
        """Return the claims of a push and the key that signed them; raises InvalidSignature (RFC 8292)."""
        scheme, _, rest = headers["authorization"].partition(" ")
        assert scheme == "vapid"
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        head, claims, signature = parts["t"].split(".")
        assert json.loads(unbase64(head)) == {"typ": "JWT", "alg": "ES256"}
        raw = unbase64(signature)
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unbase64(parts["k"]))
        key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        return json.loads(unbase64(claims)), parts["k"]


@contextmanager
def push_service():
    """Run a push service on this machine."""
    service = Service()

    class Door(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = service.answers.get(self.path, 201)
            service.taken.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_said):
            """Keep quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
    service.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield service
    server.shutdown()
    server.server_close()
