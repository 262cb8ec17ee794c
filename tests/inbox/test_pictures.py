"""Pictures leave without what they tell of whoever made them, and look as they did."""

import pytest

from inbox import pictures
from tests.pictures import WHERE, gif, jpeg, png, webp

MADE = {
    "image/png": png(said=WHERE),
    "image/jpeg": jpeg(),
    "image/gif": gif(),
    "image/webp": webp(),
}


@pytest.mark.parametrize("mime", MADE)
def test_where_a_picture_was_made_does_not_leave_with_it(mime):
    made = MADE[mime]
    assert WHERE in made

    cleaned = pictures.cleaned(made, mime)

    assert WHERE not in cleaned
    assert pictures.size_of(cleaned, mime) == pictures.size_of(made, mime)
    assert pictures.cleaned(cleaned, mime) == cleaned


def test_the_pixels_stay_as_they_were():
    assert pictures.cleaned(png(said=WHERE), "image/png") == png()


def test_a_photo_taken_with_the_phone_upright_still_stands_upright():
    cleaned = pictures.cleaned(jpeg(turned=6), "image/jpeg")

    assert pictures.size_of(cleaned, "image/jpeg") == (30, 40)
    assert WHERE not in cleaned


@pytest.mark.parametrize("mime", MADE)
def test_what_only_begins_like_a_picture_is_none(mime):
    for length in (9, 14, 30):
        with pytest.raises(pictures.NoPicture):
            pictures.cleaned(MADE[mime][:length], mime)


def test_other_files_go_as_they_are():
    assert pictures.cleaned(b"%PDF-1.7 " + WHERE, "application/pdf") == b"%PDF-1.7 " + WHERE
