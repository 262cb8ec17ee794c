"""Language tags, cut down to what wording is chosen by."""

# What a brand falls back to where nothing was written in the customer's language.
FALLBACK = "en"


def base_language(tag: str) -> str:
    """Return "de" for "de-AT" and "DE"; regions don't matter for choosing words."""
    return tag.replace("_", "-").split("-")[0].lower()
