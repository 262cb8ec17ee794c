"""Reads surveys: the words in which a customer is asked, the link to answer by, and what they said."""

from collections.abc import Collection

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from brandvoice.languages import base_language
from inbox.models import Message, Survey, SurveyPolicy, SurveyState

# Those in which the page speaks; everybody else is asked in the first.
LANGUAGES = ("en", "de", "es")
LONGEST_TOKEN = 120


def language_for(language: str) -> str:
    """Return in which language somebody is asked who writes in this one."""
    base = base_language(language)
    return base if base in LANGUAGES else LANGUAGES[0]


def words_of(policy: SurveyPolicy, language: str) -> str:
    """Return what the customer is sent, without the link."""
    own = {"en": policy.text_en, "de": policy.text_de, "es": policy.text_es}[language].strip()
    with translation.override(language):
        return own or _("Were you content with our help? You can tell us here, in one click:")


def sent_texts(messages: Collection[Message]) -> dict[int, str]:
    """Return what goes out of these messages, by id: what they say, and of surveys the link behind it.

    The link stands in no message: whoever reads the conversation could answer in the customer's name. It costs a
    query only where a message is in nobody's name.
    """
    texts = {message.pk: message.text for message in messages}
    nobodys = [message.pk for message in messages if message.user_id is None]
    for survey in Survey.objects.filter(message__in=nobodys) if nobodys else ():
        texts[survey.message_id or 0] += f"\n{address_of(survey)}"
    return texts


def address_of(survey: Survey) -> str:
    """Return the page on which this one customer answers."""
    return settings.SITE_URL + reverse("inbox:survey", args=[_signer().sign(survey.key)])


def find_survey(token: str) -> Survey | None:
    """Return the survey that a link is for, answered or not; None for what is no link of ours."""
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        key = _signer().unsign(token)
    except signing.BadSignature:
        return None
    asked = Survey.objects.filter(state=SurveyState.ASKED, ticket__contact__erased_at=None)
    return asked.select_related("ticket__brand").filter(key=key).first()


def is_over(survey: Survey) -> bool:
    """Return whether the customer can answer no more."""
    return survey.expires_at is None or survey.expires_at <= timezone.now()


def _signer() -> signing.Signer:
    return signing.Signer(salt="survey", sep=".")
