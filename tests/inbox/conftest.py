"""Fixtures that several tests of the inbox share."""

import pytest
from django.core.files.storage import FileSystemStorage

from brandvoice.actions import positions as voice
from inbox.models import Attachment, Upload
from tests.inbox.signed_words import OLD, write_and_sign


@pytest.fixture
def signed(amira, lena, rail):
    """The version that is signed today."""
    position = voice.create_position("Do I get my fare back?", by=lena, brand=rail)
    return write_and_sign(position, OLD, lena, amira)


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """The folder of files, empty."""
    storage = FileSystemStorage(location=str(tmp_path))
    for model in (Attachment, Upload):
        monkeypatch.setattr(model._meta.get_field("file"), "storage", storage)
    return tmp_path
