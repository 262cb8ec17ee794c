"""Reads surveys: the words in which a customer is asked, the link to answer by, and what they said."""

import re
from collections.abc import Collection, Mapping

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
# A link of ours, as it stands in a text, in another address or in JSON: what is before the key, and the key.
_LINK = re.compile(r"(/s/|%2[Ff]s%2[Ff]|\\/s\\/)([\w-]{22}\.[\w-]{43})")


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
    key = _key_of(token) if len(token) <= LONGEST_TOKEN else ""
    if not key:
        return None
    asked = Survey.objects.filter(state=SurveyState.ASKED, ticket__contact__erased_at=None)
    return asked.select_related("ticket__brand").filter(key=key).first()


def without_keys(text: str) -> str:
    """Return a text in which nobody can answer by the link of a survey: a customer or a network has said it again."""
    return _LINK.sub(r"\1…", text)


def surveys_in(texts: Mapping[str, str]) -> dict[str, Survey]:
    """Return the surveys whose links stand in these texts, by what the texts go by; a query where there is a link."""
    found = {name: link[2] for name, text in texts.items() if (link := _LINK.search(text))}
    keys = {name: key for name, token in found.items() if (key := _key_of(token))}
    asked = Survey.objects.filter(key__in=keys.values()).select_related("message__ticket") if keys else ()
    by_key = {survey.key: survey for survey in asked}
    return {name: by_key[key] for name, key in keys.items() if key in by_key}


def is_over(survey: Survey) -> bool:
    """Return whether the customer can answer no more."""
    return survey.expires_at is None or survey.expires_at <= timezone.now()


def _key_of(token: str) -> str:
    try:
        return _signer().unsign(token)
    except signing.BadSignature:
        return ""


def _signer() -> signing.Signer:
    return signing.Signer(salt="survey", sep=".")
