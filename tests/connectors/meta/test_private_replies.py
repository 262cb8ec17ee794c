"""The private reply to a comment is one message: words, or a file; more is refused before anything is sent."""

from datetime import UTC, datetime

import pytest

from inbox.connectors import file_rules
from inbox.connectors.base import OutgoingFile, Rejected
from inbox.connectors.meta import posting
from tests.connectors.meta.replies import make_graph, make_reply
from tests.pictures import png

PICTURE = OutgoingFile("way.png", "image/png", len(png()), png, "https://files.example/way.png", "The way")


def send(network, **said):
    reply = make_reply("comment:77", in_reply_to="77", **said)
    return posting.send_message(
        make_graph(network), reply, now=datetime.now(UTC), payload_of=lambda file: {"attachment_id": "9"}
    )


def test_words_and_a_file_are_refused_before_either_is_sent(network):
    with pytest.raises(Rejected, match="one message"):
        send(network, text="At platform 4.", files=(PICTURE,))

    assert network.posted == []


def test_a_file_alone_is_one_message(network):
    network.handed_over.add("9")

    send(network, text="", files=(PICTURE,))

    assert [post.files for post in network.posted] == [1]


@pytest.mark.parametrize("name", ["facebook", "instagram"])
def test_the_composer_knows_it_before(name):
    class Picture:
        name, content_type, size, alt = "way.png", "image/png", 9, ""

    private = file_rules.rules_for(name, "direct", "comment")
    message = file_rules.rules_for(name, "direct", "direct")

    assert "one message" in file_rules.problem_with([Picture()], private, words=True)
    assert file_rules.problem_with([Picture()], private, words=False) == ""
    assert file_rules.problem_with([Picture()], message, words=True) == ""
    assert "In place of words" in file_rules.said_of(private)
