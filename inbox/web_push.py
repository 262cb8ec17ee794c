"""Web Push by its standards: encrypts a message for one browser (RFC 8291) and signs who sends it (RFC 8292)."""

import base64
import json
import os
from typing import NamedTuple
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# One record holds the whole message: no push service takes more than 4096 bytes.
RECORD = 4096
MOST = 3993
# A signature holds for so many seconds; the standard allows a day.
SIGNED_SECONDS = 12 * 3600
_CURVE = ec.SECP256R1()
_POINT, _AUTH = 65, 16


class BadKeys(ValueError):
    """What a browser gave as its keys are none."""


class Keys(NamedTuple):
    """What a browser gives to whoever may send to it: a point of the curve P-256, and 16 bytes."""

    public: bytes
    auth: bytes


def read_keys(public: str, auth: str) -> Keys:
    """Return a browser's keys from base64url; raises BadKeys."""
    try:
        keys = Keys(from_base64(public), from_base64(auth))
        ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, keys.public)
    except ValueError as error:
        raise BadKeys from error
    if (len(keys.public), len(keys.auth)) != (_POINT, _AUTH):
        raise BadKeys
    return keys


def encrypt(
    message: bytes, keys: Keys, *, sender: ec.EllipticCurvePrivateKey | None = None, salt: bytes | None = None
) -> bytes:
    """Return the body of a push with `Content-Encoding: aes128gcm`; sender and salt are new for every message."""
    if len(message) > MOST:
        raise ValueError(f"A push holds {MOST} bytes at most.")
    sender, salt = sender or new_key(), salt or os.urandom(16)
    ours, theirs = public_bytes(sender), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, keys.public)
    secret = _derive(
        sender.exchange(ec.ECDH(), theirs), salt=keys.auth, info=b"WebPush: info\0" + keys.public + ours, length=32
    )
    key = _derive(secret, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
    nonce = _derive(secret, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
    # The byte 2 says that this record is the last.
    record = AESGCM(key).encrypt(nonce, message + b"\x02", None)
    return salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours + record


def sign(address: str, key: ec.EllipticCurvePrivateKey, *, subject: str, now: float) -> str:
    """Return the Authorization header that tells a push service who sends: for whom, until when, and whom to ask."""
    parts = urlsplit(address)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int(now) + SIGNED_SECONDS, "sub": subject}
    said = ".".join(to_base64(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(key.sign(said.encode(), ec.ECDSA(hashes.SHA256())))
    token = f"{said}.{to_base64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
    return f"vapid t={token}, k={to_base64(public_bytes(key))}"


def new_key() -> ec.EllipticCurvePrivateKey:
    """Return a new private key."""
    return ec.generate_private_key(_CURVE)


def private_text(key: ec.EllipticCurvePrivateKey) -> str:
    """Return a private key as base64url of its 32 bytes."""
    return to_base64(key.private_numbers().private_value.to_bytes(32, "big"))


def read_private(text: str) -> ec.EllipticCurvePrivateKey:
    """Return the private key that `private_text` wrote."""
    return ec.derive_private_key(int.from_bytes(from_base64(text), "big"), _CURVE)


def public_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the public part of a key as an uncompressed point of 65 bytes."""
    form = serialization.PublicFormat.UncompressedPoint
    return key.public_key().public_bytes(serialization.Encoding.X962, form)


def to_base64(content: bytes) -> str:
    """Return base64url without padding, as everything around pushes is written."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def from_base64(text: str) -> bytes:
    """Return what base64url says; raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _derive(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)
