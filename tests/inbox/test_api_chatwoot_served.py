"""A real Daphne hands over what programs written for Chatwoot send: their header, and forms that come in chunks."""

import httpx
import pytest

from accounts.models.keys import Scope
from inbox.models import Attachment, Message
from tests.cast import make_channel, make_key
from tests.inbox.chatwoot_program import FORM, PNG, Program, form
from tests.served import serve

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def address(transactional_db, tmp_path):
    with serve(tmp_path) as address:
        yield address


def test_the_header_with_underscores_and_forms_in_chunks_arrive(address, northline, rail, care):
    program = Program(northline, *Scope.values)
    number = program.conversation(make_channel(rail, care, network="other"))["id"]
    secret, place = program.headers["Api-Access-Token"], f"{address}{program.start}"
    token = {"api_access_token": secret}

    def say(body):
        chunks = (body[start : start + 1000] for start in range(0, len(body), 1000))
        answer = httpx.post(
            f"{place}/conversations/{number}/messages", content=chunks, headers=token | {"Content-Type": FORM}
        )
        assert answer.request.headers["transfer-encoding"] == "chunked"
        return answer

    for headers in (token, {"API_ACCESS_TOKEN": secret}, {"Api-Access-Token": secret}):
        assert httpx.get(f"{place}/inboxes", headers=headers).status_code == 200
    assert httpx.get(f"{place}/inboxes", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    wrong = make_key(northline, "outbox")[1]
    assert httpx.get(f"{place}/inboxes", headers=token | {"api_access_token": wrong + "x"}).status_code == 401
    assert httpx.get(f"{place}/inboxes").status_code == 401
    # Twins of other headers go on being dropped.
    twin = {"x_forwarded_for": "1.2.3.4", "authorization_": "x", "content_length": "1"}
    assert httpx.get(f"{place}/inboxes", headers=token | twin).status_code == 200

    large = PNG + bytes(5_000_000)
    said = say(form(("board.png", large), content="Look", message_type="incoming", source_id="WAID:1"))
    assert (said.status_code, said.json()["content"]) == (200, "Look")
    assert Attachment.objects.get().size == len(large)
    assert say(form(("board.png", PNG + bytes(9_000_000)), message_type="incoming")).status_code == 413
    assert Message.objects.count() == 1
