"""Pushes are encrypted and signed as RFC 8291 and RFC 8292 have it."""

import base64

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec

from inbox import web_push
from tests.push_service import Browser, Service, base64url, unbase64

# The example of RFC 8291, appendix A.
TEXT = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_standard_comes_out_byte_for_byte():
    keys = web_push.read_keys(PUBLIC, AUTH)

    body = web_push.encrypt(TEXT, keys, sender=web_push.read_private(SENDER), salt=unbase64(SALT))

    assert base64url(body) == BODY


def test_a_browser_reads_the_example_and_what_we_write():
    private = ec.derive_private_key(int.from_bytes(unbase64(PRIVATE), "big"), ec.SECP256R1())
    browser = Browser("https://push.example/", private, unbase64(AUTH))
    assert base64url(browser.public) == PUBLIC
    assert browser.decrypt(unbase64(BODY)) == TEXT

    longest = b"x" * web_push.MOST
    body = web_push.encrypt(longest, web_push.read_keys(PUBLIC, AUTH))
    assert browser.decrypt(body) == longest
    assert len(body) <= 4096
    with pytest.raises(ValueError, match="3993"):
        web_push.encrypt(longest + b"x", web_push.read_keys(PUBLIC, AUTH))


def test_two_messages_share_no_key_and_another_browser_reads_neither():
    keys = web_push.read_keys(PUBLIC, AUTH)
    first, second = (web_push.encrypt(TEXT, keys) for _ in range(2))
    assert first[:86] != second[:86]
    with pytest.raises(InvalidTag):
        Browser("https://push.example/").decrypt(first)


@pytest.mark.parametrize(
    ("public", "auth"),
    [
        ("", ""),
        ("no base64!", AUTH),
        (PUBLIC[:-4], AUTH),
        ("BA" + PUBLIC[2:-4] + "AAAA", AUTH),
        (PUBLIC, AUTH[:-4]),
        (PUBLIC, base64.urlsafe_b64encode(b"x" * 17).decode()),
    ],
)
def test_keys_that_are_none_are_refused(public, auth):
    with pytest.raises(web_push.BadKeys):
        web_push.read_keys(public, auth)


def test_a_push_says_who_sends_it_to_whom_and_for_how_long():
    key = web_push.new_key()
    header = web_push.sign("https://push.example:8443/p/1?x=2", key, subject="mailto:a@b.example", now=1_000.5)

    claims, signer = Service().claims({"authorization": header})

    assert claims == {"aud": "https://push.example:8443", "exp": 1_000 + 12 * 3600, "sub": "mailto:a@b.example"}
    assert signer == base64url(web_push.public_bytes(key))
    assert web_push.public_bytes(web_push.read_private(web_push.private_text(key))) == web_push.public_bytes(key)
