"""Every icon that a template names is in the sprite: one that is missing leaves a hole, and nobody hears of it."""

import re

from django.conf import settings

NAMED = re.compile(r'{% icon "([\w-]+)"')


def test_every_icon_that_a_template_names_is_there():
    sprite = (settings.BASE_DIR / "static" / "vendor" / "icons.svg").read_text()
    known = set(re.findall(r'id="([\w-]+)"', sprite))
    templates = (settings.BASE_DIR / "templates").rglob("*.html")
    named = {(name, path.name) for path in templates for name in NAMED.findall(path.read_text())}

    assert len(named) > 50
    assert [(name, path) for name, path in sorted(named) if name not in known] == []
