"""Says in one quiet line what became of asking a customer whether they were content."""

from django.utils.translation import gettext as _

from inbox.models import Event

SURVEY_KINDS = frozenset({"survey.sent", "survey.answered", "survey.stopped"})


def survey_line(event: Event) -> str:
    """Return the line of an event of these kinds."""
    what = {
        "survey.sent": _("The customer was asked whether they were content"),
        "survey.answered": _("The customer’s verdict: %(score)s of 5"),
        "survey.stopped": _("The customer wants to be asked no more"),
    }[event.kind]
    return what % {"score": event.facts.get("score", "?")}
