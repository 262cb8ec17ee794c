"""Recorded conversations: what is read from files of other people's formats, and how they are played."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ApiKey
from inbox.management.recorded import BadRecording, make_items, read_recording
from inbox.models import Direction, Message, Ticket
from tests import cast

HEADER = "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
TIME = "Tue Oct 31 22:10:47 +0000 2017"


def tweets(*rows, header=HEADER):
    return header + "".join(f"{row}\n" for row in rows)


def items_of(text):
    return {item["external_id"]: item for item in make_items(read_recording(text))}


def test_a_customers_tweet_is_inbound_and_the_brands_answer_outbound():
    items = items_of(tweets(f"1,9001,True,{TIME},@acme hello,2,", f"2,acme,False,{TIME},@9001 hi,,1"))

    assert items["1"] == {
        "external_id": "1",
        "thread_key": "1",
        "direction": "inbound",
        "author": {"external_id": "9001", "username": "9001"},
        "text": "@acme hello",
        "sent_at": "2017-10-31T22:10:47+00:00",
        "in_reply_to": "",
        "visibility": "public",
    }
    assert items["2"]["direction"] == "outbound"
    assert items["2"]["in_reply_to"] == "1"
    assert items["2"]["thread_key"] == "1"


def test_a_column_of_indices_and_decimal_ids_are_understood():
    header = "," + HEADER

    items = items_of(tweets(f"0,2,acme,False,{TIME},hi,,1.0", f"1,3,9001,True,{TIME},thanks,,2.0", header=header))

    assert [item["thread_key"] for item in items.values()] == ["1", "1"]


def test_branches_of_a_conversation_hang_on_its_first_message_in_any_order():
    items = items_of(
        tweets(
            f"4,9002,True,{TIME},me too,,3", f"3,acme,False,{TIME},hi,,1", f"2,9001,True,{TIME},hello?,,1",
            f"1,9001,True,{TIME},hello,,", f"5,9003,True,{TIME},other,,",
        )
    )  # fmt: skip

    assert {key: item["thread_key"] for key, item in items.items()} == {
        "1": "1", "2": "1", "3": "1", "4": "1", "5": "5",
    }  # fmt: skip


def test_messages_that_answer_each_other_in_a_circle_do_not_hang_the_reader():
    items = items_of(tweets(f"1,9001,True,{TIME},a,,2", f"2,9002,True,{TIME},b,,1"))

    assert len(items) == 2


def test_a_tweet_with_bare_carriage_returns_stays_one_message():
    items = items_of(tweets(f"1,9001,True,{TIME},@acme \r\rlook &amp; see,,"))

    assert items["1"]["text"] == "@acme \n\nlook & see"


def test_an_id_that_comes_twice_in_a_file_is_reported_and_read_once():
    recording = read_recording(tweets(f"1,9001,True,{TIME},hello,,", f"1,9001,True,{TIME},hello,,"))

    assert recording.repeated == ["1"]
    assert [said.id for said in recording.said] == ["1"]


def dialog(*turns, answer="9"):
    return {
        "dialogContent": list(turns),
        "agentURL": {"tweet_ID": answer, "url_utterance": "See https://acme.example/help"},
        "dialogHeader": {
            "company": "acme",
            "conversationDateTime": "2020-04-01T17:31:32.000Z",
            "duration": "01:26:55.0",
        },
    }


def turn(id, by="client", **rest):
    return {by: "zoe", "datetime": "2020-04-01T17:31:32.000Z", "message": "hello", "tweet_ID": id, **rest}


def test_a_dialog_becomes_one_thread_that_ends_in_the_brands_answer():
    items = items_of(json.dumps([dialog(turn("1"), turn("2", by="agent"), turn("3"))]))

    assert [item["direction"] for item in items.values()] == ["inbound", "outbound", "inbound", "outbound"]
    assert {item["thread_key"] for item in items.values()} == {"1"}
    assert items["9"]["author"]["external_id"] == "acme"
    assert items["9"]["sent_at"] == "2020-04-01T18:58:27+00:00"


def test_dialogs_that_share_messages_share_a_thread():
    recording = read_recording(json.dumps([dialog(turn("1")), dialog(turn("1"), turn("2"), answer="10")]))

    assert recording.repeated == ["1"]
    assert {item["thread_key"] for item in make_items(recording)} == {"1"}


@pytest.mark.parametrize("text", ["", "[{}]", "name,age\nzoe,3\n", tweets("1,9001,perhaps,then,hello,,")])
def test_a_file_of_another_format_is_refused(text):
    with pytest.raises(BadRecording):
        read_recording(text)


@pytest.fixture
def sandbox(transactional_db, northline, rail, care, olga):
    return cast.make_channel(rail, care, network="sandbox")


@pytest.fixture
def replay(live_server, tmp_path):
    """Write a recording, play it against a real server and return what was printed."""

    def play(text, *options):
        file = tmp_path / "recording.csv"
        file.write_text(text, newline="", encoding="utf-8")
        printed = StringIO()
        call_command("replay", str(file), "--url", live_server.url, *options, stdout=printed, stderr=printed)
        return printed.getvalue()

    return play


THREE = tweets(
    f"1,9001,True,{TIME},@acme hello,2,", f"2,acme,False,{TIME},@9001 hi,3,1", f"3,9001,True,{TIME},thanks,,2"
)


def test_every_row_is_stored_once_however_often_it_is_played(sandbox, replay):
    first = replay(THREE, "--batch", "2")
    second = replay(THREE)

    assert "3 created, 0 duplicate, 0 invalid, in 1 tickets" in first
    assert "0 created, 3 duplicate, 0 invalid, in 1 tickets" in second
    assert Ticket.objects.get().thread_key == "1"
    said = Message.objects.filter(channel=sandbox).order_by("external_id").values_list("external_id", "direction")
    assert list(said) == [("1", Direction.INBOUND), ("2", Direction.OUTBOUND), ("3", Direction.INBOUND)]


def test_the_key_made_for_a_replay_is_taken_back(sandbox, replay):
    replay(THREE)

    assert ApiKey.objects.get().revoked_at


def test_rows_that_the_inbox_refuses_are_named_and_the_others_stored(sandbox, replay):
    printed = replay(tweets(f"1,9001,True,{TIME},hello,,", "2,9002,True,Tue Oct 31 22:10:47 +0000 1950,hello,,"))

    assert "1 created, 0 duplicate, 1 invalid" in printed
    assert "2: " in printed
    assert "sent_at" in printed


def test_ids_that_repeat_are_named(sandbox, replay):
    printed = replay(tweets(f"1,9001,True,{TIME},hello,,", f"1,9001,True,{TIME},hello,,"))

    assert "more than once in the file: 1" in printed
    assert "2 rows, 1 messages: 1 created" in printed


def test_a_rate_is_kept(sandbox, replay, monkeypatch):
    pauses = []
    monkeypatch.setattr("time.sleep", pauses.append)

    replay(THREE, "--rate", "2")

    assert [round(pause) for pause in pauses if pause > 0] == [1]


@pytest.mark.parametrize(
    ("options", "refusal"),
    [(("--channel", "0"), "no such channel"), (("--key", "ov_wrong_wrong"), "HTTP 401")],
)
def test_a_wrong_channel_or_key_is_refused_in_one_sentence(sandbox, replay, options, refusal):
    with pytest.raises(CommandError, match=refusal):
        replay(THREE, *options)
