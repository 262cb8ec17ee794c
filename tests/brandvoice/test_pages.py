"""The pages about positions: who sees what, who may do what, and what a signer reads."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brandvoice.actions.positions import NewWording, VersionContent, revise_version
from brandvoice.models import Example, Position, PositionVersion, Status

CONTENT = {
    "w-TOTAL_FORMS": "2",
    "w-INITIAL_FORMS": "0",
    "f-TOTAL_FORMS": "1",
    "f-INITIAL_FORMS": "0",
    "e-TOTAL_FORMS": "1",
    "e-INITIAL_FORMS": "0",
    "w-0-language": "en",
    "w-0-channel_kind": "",
    "w-0-text": "You get it back.",
    "w-1-language": "de",
    "w-1-channel_kind": "",
    "w-1-text": "",
    "facts": "Fare rules, 14.2",
    "edit_level": "fill_ins",
}


def test_a_position_is_written_submitted_and_signed_through_the_pages(visit, lena, amira, rail):
    answer = visit(lena, "position_new", post={"question": "Where is my train?", "brand": rail.pk, "owner": amira.pk})
    position = Position.objects.get()
    assert answer.url == reverse("brandvoice:draft", kwargs={"key": position.key})
    visit(lena, "draft", key=position.key, post=CONTENT)
    version = position.versions.get()
    visit(lena, "submit", pk=version.pk, post={})
    seen = visit(amira, "sign", pk=version.pk).context["page"].seen
    answer = visit(amira, "sign", pk=version.pk, post={"seen": seen})

    assert answer.url == reverse("brandvoice:sign_list")
    version.refresh_from_db()
    assert (version.status, version.signed_by) == (Status.SIGNED, amira)
    assert [word.text for word in version.wordings.all()] == ["You get it back."]
    assert "You get it back." in visit(amira, "position", key=position.key).content.decode()


def test_the_signer_reads_the_diff_who_asked_and_what_it_replaces(visit, make_version, amira):
    old = make_version(text="You get half a fare back.")
    new = make_version(position=old.position, text="You get one fare back.", until="in_review", facts="Rules 2026")

    page = visit(amira, "sign", pk=new.pk).content.decode()

    assert "<del>half a</del><ins>one</ins>" in page
    for words in ("Asked by Lena Brandt", "Rules 2026", "version 1 goes out of use at once", "1 of 1"):
        assert words in page


def test_a_wording_that_is_too_long_is_said_before_signing(visit, make_version, amira):
    version = make_version(text="a" * 310, until="in_review", channel_kinds=("bluesky", "email"))

    assert "10 characters too long for Bluesky" in visit(amira, "sign", pk=version.pk).content.decode()


def test_words_that_changed_while_reading_are_shown_again_not_signed(visit, make_version, amira, olga):
    version = make_version(until="in_review")
    seen = visit(amira, "sign", pk=version.pk).context["page"].seen
    revise_version(version, VersionContent((NewWording("Something else."),)), by=olga)

    answer = visit(amira, "sign", pk=version.pk, post={"seen": seen})

    assert answer.status_code == 409
    assert "Something else." in answer.content.decode()
    assert PositionVersion.objects.get(pk=version.pk).status == Status.IN_REVIEW


def test_a_signature_without_having_read_is_refused(visit, make_version, amira):
    version = make_version(until="in_review")

    assert visit(amira, "sign", pk=version.pk, post={}).status_code == 409


def test_an_executive_edits_then_signs(visit, make_version, amira):
    version = make_version(until="in_review")

    answer = visit(amira, "sign_edit", pk=version.pk, post=CONTENT)

    assert answer.url == reverse("brandvoice:sign", kwargs={"pk": version.pk})
    assert version.wordings.get().text == "You get it back."


def test_a_version_is_sent_back_with_a_note(visit, make_version, amira, lena):
    version = make_version(until="in_review")

    assert visit(amira, "send_back", pk=version.pk, post={"reason": ""}).status_code == 422
    visit(amira, "send_back", pk=version.pk, post={"reason": "Say when."})

    page = visit(lena, "position", key=version.position.key).content.decode()
    assert "Sent back: Say when." in page


def test_words_are_withdrawn_with_a_reason(visit, make_version, amira):
    version = make_version()

    assert visit(amira, "withdraw", pk=version.pk, post={}).status_code == 422
    visit(amira, "withdraw", pk=version.pk, post={"reason": "The rules changed."})

    page = visit(amira, "position", key=version.position.key).content.decode()
    assert "The rules changed." in page
    assert "Nothing is signed" in page


def test_what_is_refused_says_why(visit, make_version, amira):
    version = make_version()

    answer = visit(amira, "send_back", pk=version.pk, post={"reason": "No."})

    assert answer.status_code == 409
    assert "can&#x27;t become" in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"w-0-text": " "}, "Write at least one wording."),
        ({"w-1-language": "en", "w-1-text": "You get it back."}, "say the same"),
        ({"w-0-text": "Order {order_no} is late."}, "{order_no} is not one of the fill-ins: none is declared."),
        ({"w-0-text": "{order} {date}", "f-0-name": "date", "f-0-kind": "date"}, "Allowed: {date}."),
        ({"f-0-name": "Order Number"}, "can&#x27;t be a fill-in"),
        ({"sensitivity": "named"}, "Name at least one person"),
        ({"e-0-url": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"valid_until": "2020-01-01T00:00"}, "This moment is over"),
    ],
)
def test_a_draft_that_cannot_be_right_is_not_saved(visit, make_version, lena, change, complaint):
    position = make_version().position

    answer = visit(lena, "draft", key=position.key, post=CONTENT | change)

    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert position.versions.count() == 1


def test_a_new_version_starts_from_the_words_of_the_last_without_its_dates(visit, make_version, lena):
    version = make_version(valid_until=timezone.now() + timedelta(days=2), channel_kinds=("email",))

    editor = visit(lena, "draft", key=version.position.key).context["editor"]

    assert editor.wordings.forms[0].initial["text"] == version.wordings.get().text
    assert editor.form.initial["channel_kinds"] == ["email"]
    assert "valid_until" not in editor.form.initial


def test_an_example_is_added(visit, make_version, lena):
    position = make_version().position

    visit(lena, "add_example", key=position.key, post={"text": "refund pls", "language": "en"})

    assert Example.objects.filter(position=position, text="refund pls", created_by=lena).exists()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Bikes?", "Dogs?", "Refund?"}),
        ("?q=dog", {"Dogs?"}),
        ("?q=fàre", {"Refund?"}),
        ("?status=signed", {"Refund?", "Bikes?"}),
        ("?status=in_review", {"Dogs?"}),
        ("?status=unsigned", {"Dogs?"}),
        ("?status=ending", {"Bikes?"}),
        ("?language=de", {"Bikes?"}),
        ("?status=nonsense&after=x", {"Bikes?", "Dogs?", "Refund?"}),
    ],
)
def test_the_library_is_searched_and_filtered(client, make_version, agnes, query, found):
    make_version("Refund?", "The whole fare.")
    soon = timezone.now() + timedelta(days=3)
    make_version("Bikes?", wordings=(NewWording("Ja.", "de"), NewWording("Yes.", "en")), valid_until=soon)
    make_version("Dogs?", "Small ones.", until="in_review")
    client.force_login(agnes)

    page = client.get(reverse("brandvoice:positions") + query).context["page"]

    assert {row.position.question for row in page.rows} == found


def test_a_long_library_goes_on_where_it_stopped(client, amira, northline):
    Position.objects.bulk_create(
        Position(organization=northline, key=f"k{n}", question=f"Same {n % 2}", owner=amira) for n in range(120)
    )
    client.force_login(amira)
    seen, after = [], ""
    while after is not None:
        page = client.get(reverse("brandvoice:positions"), {"after": after}).context["page"]
        seen += [row.position.pk for row in page.rows]
        after = page.next

    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize("name", ["positions", "sign_list"])
def test_lists_ask_the_same_number_of_questions_for_one_row_and_for_ten(client, make_version, amira, name):
    client.force_login(amira)

    def count():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(reverse(f"brandvoice:{name}")).status_code == 200
        return len(asked)

    make_version("Question 0?", until="in_review")
    one = count()
    for number in range(1, 10):
        make_version(f"Question {number}?", until="in_review")

    assert count() == one


def test_the_page_of_a_position_asks_the_same_number_of_questions_whatever_its_past(client, make_version, amira):
    client.force_login(amira)
    version = make_version()
    where = reverse("brandvoice:position", kwargs={"key": version.position.key})

    def count():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(where).status_code == 200
        return len(asked)

    one = count()
    for number in range(5):
        make_version(position=version.position, text=f"You get {number} fares back.")

    assert count() == one


def addresses(version):
    key = {"key": version.position.key}
    pk = {"pk": version.pk}
    return {
        "position": key,
        "draft": key,
        "add_example": key,
        "submit": pk,
        "withdraw": pk,
        "comment": pk,
        "sign": pk,
        "send_back": pk,
        "sign_edit": pk,
    }


POSTS = {"add_example", "submit", "withdraw", "send_back", "comment"}


def test_a_stranger_finds_nothing(visit, make_version, oscar):
    version = make_version(until="in_review")

    for name, address in addresses(version).items():
        answers = [visit(oscar, name, post={}, **address)]
        if name not in POSTS:
            answers.append(visit(oscar, name, **address))
        if name in {
            "position",
        }:
            answers = answers[1:]  # it takes no POST
        assert {answer.status_code for answer in answers} == {404}, name
    assert visit(oscar, "positions").context["page"].rows == ()
    assert list(visit(oscar, "sign_list").context["versions"]) == []


def test_an_agent_reads_and_does_no_more(visit, make_version, agnes):
    version = make_version(until="in_review")

    for name in ("draft", "add_example", "submit", "withdraw", "send_back", "sign_edit", "sign"):
        assert visit(agnes, name, post=CONTENT, **addresses(version)[name]).status_code == 403, name
    assert visit(agnes, "position_new").status_code == 403
    page = visit(agnes, "sign", pk=version.pk).content.decode()
    assert "An executive of your organization signs this." in page
    assert 'name="seen"' not in page


def test_nobody_is_let_in_without_signing_in(client, make_version):
    version = make_version(until="in_review")

    for name, address in addresses(version).items():
        if name not in POSTS:
            answer = client.get(reverse(f"brandvoice:{name}", kwargs=address))
            assert answer.status_code == 302
            assert "login" in answer.url
