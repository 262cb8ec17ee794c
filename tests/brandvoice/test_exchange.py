"""Positions as files: what goes out comes in again, all of it or nothing."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from brandvoice.actions.imports import import_positions
from brandvoice.actions.positions import NewEvidence, NewFillIn, NewWording
from brandvoice.exchange import FORMATS, FileNotRead, PositionRecord, WordingRecord
from brandvoice.models import Position, PositionVersion, Status
from brandvoice.queries.export import export_positions
from brandvoice.queries.library import LibraryFilter


@pytest.fixture
def library(make_version, amira, agnes, rail):
    """Two positions that use whatever a file can hold."""
    make_version(
        "Where is my order, “exactly”?",
        wordings=(
            NewWording("=SUM(1) is how it begins.\n\n# Not a heading\n> not a quotation\n- not a list"),
            NewWording("'Quoted', with commas; and {order_number}."),
            NewWording("Wo? “Hier”, ganz nah.", "de", "x"),
        ),
        facts="First line.\n\nThird line, after an empty one.",
        fill_ins=(NewFillIn("order_number", "number"), NewFillIn("name", "text", required=False)),
        evidence=(NewEvidence("Rules <2026>", url="https://northline.example/rules?a=1&b=2"),),
        channel_kinds=("email", "x"),
        regions=("at", "de-by"),
        valid_until=timezone.now() + timedelta(days=30),
        review_every_days=30,
        sensitivity="named",
        named_people=(agnes.pk,),
        signers=(amira.pk,),
    )
    make_version("Bikes?", "Yes.", until="draft", brand=None)


def export(user):
    return export_positions(user, LibraryFilter(), now=timezone.now())


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_written_is_read_again(library, lena, kind):
    records = export(lena)

    assert len(records) == 2
    assert FORMATS[kind].read(FORMATS[kind].write(records)) == records


@pytest.mark.parametrize("kind", FORMATS)
def test_a_library_moves_into_an_empty_one(library, lena, kind):
    before = export(lena)
    text = FORMATS[kind].write(before)
    Position.objects.filter(question="Bikes?").delete()

    result = import_positions(FORMATS[kind].read(text), by=lena)

    assert (result.new, result.drafted, result.problems) == (1, 1, ())
    drafts = PositionVersion.objects.filter(status=Status.DRAFT)
    assert {(draft.position.question, draft.number) for draft in drafts} == {
        ("Bikes?", 1),
        ("Where is my order, “exactly”?", 2),
    }
    assert not Position.objects.get(question="Bikes?").versions.exclude(status=Status.DRAFT).exists()
    again = {record.key: record for record in export(lena)}
    assert again == {record.key: record for record in before}


def record(key="k", question="Why?", **fields):
    return PositionRecord(key, question, wordings=(WordingRecord("en", "", "Because."),), **fields)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (record(brand="nobody"), "is not a brand. Allowed: "),
        (record(owner="stranger@example.com"), "Nobody here has the e-mail address"),
        (record(edit_level="free"), "Allowed: adapt, fill_ins, verbatim"),
        (record(channel_kinds=("fax",)), "is not a kind of channel"),
        (record(valid_until="soon"), "is not a moment"),
        (record(valid_until="2026-13-45"), "is not a moment"),
        (record(review_every_days="often"), "number of days"),
        (record(review_every_days="9" * 5000), "number of days"),
        (record(question=""), "A question of at most 300"),
        (record(key="new"), "can't be a key"),
        (record(key="a b"), "can't be a key"),
        (PositionRecord("k", "Why?", wordings=(WordingRecord("en", "", "{gap}"),)), "{gap} is not one of the fill-ins"),
        (PositionRecord("k", "Why?", wordings=(WordingRecord("xx", "", "Hm."),)), "is not a language"),
    ],
)
def test_one_wrong_row_and_nothing_is_imported(lena, rail, wrong, what):
    result = import_positions([record("fine", "Fine?"), wrong, record("fine", "Twice?")], by=lena)

    assert not Position.objects.exists()
    assert [problem.question for problem in result.problems] == [wrong.question, "Twice?"]
    assert what in result.problems[0].what


def test_a_dry_run_writes_nothing(lena, rail):
    result = import_positions([record()], by=lena, dry_run=True)

    assert (result.new, result.problems) == (1, ())
    assert not Position.objects.exists()


def test_a_position_that_has_a_draft_is_not_drafted_twice(lena, make_version):
    version = make_version(until="draft")

    result = import_positions([record(version.position.key)], by=lena)

    assert "already has a draft" in result.problems[0].what


@pytest.mark.parametrize(
    ("kind", "text", "row"),
    [
        ("csv", "question,text,colour\nWhy?,Because.,blue\n", 1),
        ("csv", "question\nWhy?\n", 1),
        ("csv", "question,text\nWhy?,Because.\nWhy?,Because.,more\n", 3),
        ("json", "[\n{]", 2),
        ("json", '{"question": "Why?"}', 1),
        ("json", '[{"question": "Why?", "key": "k", "colour": "blue"}]', 1),
        ("json", '[{"question": "Why?", "key": "k", "wordings": "Because."}]', 1),
        ("json", "[1]", 1),
        ("markdown", "Why?\n", 1),
        ("markdown", "# Why?\n\n- colour: blue\n", 3),
        ("markdown", "# Why?\n\n## Wording en · any\n\nBecause.\n", 5),
        ("markdown", "# Why?\n\n## Words\n\n> Because.\n", 3),
    ],
)
def test_a_file_that_cannot_be_read_says_in_which_row(kind, text, row):
    with pytest.raises(FileNotRead) as problem:
        FORMATS[kind].read(text)
    assert problem.value.row == row


def test_a_file_is_checked_then_imported_through_the_page(client, lena, rail):
    client.force_login(lena)
    where = reverse("brandvoice:import")
    text = json.dumps(
        [{"key": "k", "question": "Why?", "wordings": [{"language": "en", "channel_kind": "", "text": "So."}]}]
    )
    page = client.post(where, {"file": SimpleUploadedFile("p.json", text.encode())})
    assert page.context["result"].new == 1
    assert not Position.objects.exists()

    assert client.post(where, {"do": "import", "kind": "json", "text": text}).status_code == 302
    assert Position.objects.get().versions.get().status == Status.DRAFT


@pytest.mark.parametrize(
    ("name", "content"), [("p.exe", b"x"), ("p.csv", b"\xff\xfe"), ("p.csv", b""), ("p.md", b"Hello")]
)
def test_a_file_that_is_none_is_refused_on_the_page(client, lena, name, content):
    client.force_login(lena)

    answer = client.post(reverse("brandvoice:import"), {"file": SimpleUploadedFile(name, content)})

    assert answer.status_code == 422


def test_the_library_is_exported_as_it_is_narrowed_down(client, library, agnes):
    client.force_login(agnes)

    answer = client.get(reverse("brandvoice:export") + "?as=json&q=bikes")

    assert [row["question"] for row in json.loads(answer.content)] == ["Bikes?"]
    assert client.get(reverse("brandvoice:export") + "?as=xml").status_code == 404


def test_strangers_export_nothing_and_agents_import_nothing(client, library, oscar, agnes):
    client.force_login(oscar)
    assert json.loads(client.get(reverse("brandvoice:export") + "?as=json").content) == []
    client.force_login(agnes)
    assert client.get(reverse("brandvoice:import")).status_code == 403
