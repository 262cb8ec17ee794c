"""Files under versions, comments and the history: what is kept, and who reads it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from brandvoice.actions.files import delete_loose_files
from brandvoice.actions.positions import NewEvidence, NewWording, add_comment, send_back_version, store_file
from brandvoice.file_types import MOST_BYTES, FileRefused
from brandvoice.models import Evidence, StoredFile
from tests.brandvoice.test_pages import CONTENT

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rules.pdf", b"%PDF-1.7 ..."),
        ("chart.PNG", PNG),
        ("photo.jpeg", b"\xff\xd8\xff\xe0"),
        ("rules.txt", b"Sixty minutes: 50 %"),
    ],
)
def test_files_are_kept_by_what_they_are(lena, name, content):
    stored = store_file(name, content, by=lena)

    assert (bytes(stored.content), stored.size) == (content, len(content))
    assert store_file(name, content, by=lena) == stored


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>alert(1)</script>"),
        ("picture.png", b"<svg onload=alert(1)>"),
        ("rules.pdf", PNG),
        ("picture.svg", b"<svg/>"),
        ("program.exe", b"MZ\0\0"),
        ("empty.txt", b""),
        ("large.txt", b"a" * (MOST_BYTES + 1)),
        ("binary.txt", b"\0\1\2"),
    ],
)
def test_other_files_are_refused(lena, name, content):
    with pytest.raises(FileRefused):
        store_file(name, content, by=lena)


def test_a_file_is_uploaded_with_the_version_and_read_by_colleagues_only(client, make_version, lena, agnes, oscar):
    position = make_version().position
    client.force_login(lena)
    upload = {"e-0-title": "Fare rules", "e-0-upload": SimpleUploadedFile("rules.pdf", b"%PDF-1.7 secret")}
    assert client.post(reverse("brandvoice:draft", kwargs={"key": position.key}), CONTENT | upload).status_code == 302
    where = reverse("brandvoice:file", kwargs={"pk": Evidence.objects.get(title="Fare rules").file_id})

    client.force_login(agnes)
    answer = client.get(where)
    assert (answer.content, answer["Content-Type"]) == (b"%PDF-1.7 secret", "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="rules.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    client.force_login(oscar)
    assert client.get(where).status_code == 404


def test_a_file_that_is_something_else_is_refused_on_the_page(client, make_version, lena):
    position = make_version().position
    client.force_login(lena)
    upload = {"e-0-upload": SimpleUploadedFile("rules.pdf", b"<html>")}

    answer = client.post(reverse("brandvoice:draft", kwargs={"key": position.key}), CONTENT | upload)

    assert answer.status_code == 422
    assert "is not one of" in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_the_next_version_takes_over_files_until_they_are_taken_away(client, make_version, lena):
    file = store_file("rules.pdf", b"%PDF-1.7", by=lena)
    position = make_version(evidence=(NewEvidence("Rules", file_id=file.pk),)).position
    client.force_login(lena)
    where = reverse("brandvoice:draft", kwargs={"key": position.key})
    assert "rules.pdf" in client.get(where).content.decode()
    kept = CONTENT | {"e-0-title": "Rules", "e-0-kept": file.pk}
    client.post(where, kept)
    draft = position.versions.get(number=2)
    assert draft.evidence.get().file == file
    client.post(where, kept | {"e-0-drop": "on"})
    assert not draft.evidence.exists()


def test_a_picture_belongs_to_a_wording_with_words_for_it(client, make_version, lena, amira):
    position = make_version().position
    client.force_login(lena)
    upload = {"w-0-upload": SimpleUploadedFile("map.png", PNG), "w-0-media_text": "A map"}
    client.post(reverse("brandvoice:draft", kwargs={"key": position.key}), CONTENT | upload)

    wording = position.versions.get(number=2).wordings.get()
    assert (wording.media.name, wording.media_text) == ("map.png", "A map")


def test_comments_are_read_by_colleagues_in_order(client, make_version, agnes, amira):
    version = make_version(until="in_review")
    add_comment(version, "Is 7 days right?", by=agnes)
    client.force_login(amira)
    client.post(reverse("brandvoice:comment", kwargs={"pk": version.pk}), {"text": "Yes.", "from": "sign"})

    page = client.get(reverse("brandvoice:sign", kwargs={"pk": version.pk})).content.decode()
    assert page.index("Is 7 days right?") < page.index("Yes.")


def test_the_history_says_who_did_what(client, make_version, amira, lena):
    version = send_back_version(make_version(until="in_review"), by=amira, reason="Say when.")
    client.force_login(lena)
    where = reverse("brandvoice:position", kwargs={"key": version.position.key})

    history = client.get(where).context["page"].history
    assert [(str(m.what), m.who, m.note) for m in history] == [
        ("sent back", "Amira Ito", "Say when."),
        ("sent for a signature", "Lena Brandt", ""),
        ("drafted", "Lena Brandt", ""),
    ]


def test_an_sms_is_shown_in_the_parts_that_are_paid_for(client, make_version, amira):
    wordings = (NewWording("a" * 200, channel_kind="sms"),)
    version = make_version(until="in_review", wordings=wordings, channel_kinds=("sms",))
    client.force_login(amira)

    previews = client.get(reverse("brandvoice:sign", kwargs={"pk": version.pk})).context["page"].previews
    assert [[len(bubble[0].text) for bubble in shown.bubbles] for shown in previews[0].shown] == [[153, 47]]


def test_files_that_no_version_holds_are_deleted_after_a_month(make_version, lena):
    held, shown, loose = (
        store_file(f"{name}.png", PNG + name.encode(), by=lena) for name in ("held", "shown", "loose")
    )
    make_version(
        evidence=(NewEvidence("Chart", file_id=held.pk),),
        wordings=(NewWording("Look.", media_id=shown.pk, media_text="A chart"),),
    )
    now = timezone.now()

    assert delete_loose_files(now + timedelta(days=29)) == 0
    assert delete_loose_files(now + timedelta(days=31)) == 1
    assert set(StoredFile.objects.all()) == {held, shown}
    assert not StoredFile.objects.filter(pk=loose.pk).exists()
