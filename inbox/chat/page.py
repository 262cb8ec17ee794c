"""The same conversation on a page of our own, without a script; a signed cookie holds the visitor's token."""

from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from brandvoice.file_types import PICTURES
from inbox.chat import talk
from inbox.chat.sites import COOKIE, HEAR, SAY, TooOften, keep_pace, open_chat, visitor_by_cookie
from inbox.connectors.webchat import lines
from inbox.connectors.webchat.tokens import LIFETIME, new_visitor, token_for
from inbox.models import Channel


class SayForm(forms.Form):
    """What a visitor says; the key makes a second press of the button harmless."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(max_length=talk.LONGEST_TEXT)


@never_cache
@require_http_methods(["GET", "POST"])
def show_page(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Show the conversation, or take what the visitor says."""
    channel = open_chat(channel_id)
    if channel is None:
        raise Http404
    visitor = visitor_by_cookie(request, channel_id)
    form = SayForm(request.POST if request.method == "POST" else None, initial={"key": uuid4()})
    try:
        if form.is_bound and form.is_valid() and visitor:
            _say(request, channel, visitor, form)
            return redirect(request.path)
        keep_pace(request, "hear", HEAR, visitor)
    except TooOften as refusal:
        words = _("That was a bit fast. Try again in %(seconds)s s.") % {"seconds": refusal.seconds}
        return _show(request, channel, visitor, form, problem=words, status=429)
    problem = ""
    if form.is_bound and visitor is None:
        problem = _("This page needs its cookie, to know you again. Allow it, and send once more.")
    return _show(request, channel, visitor, form, problem=problem, status=422 if form.is_bound else 200)


def _say(request: HttpRequest, channel: Channel, visitor: UUID, form: SayForm) -> None:
    keep_pace(request, "say", SAY, visitor)
    said = form.cleaned_data
    talk.say_line(channel, talk.said_now(visitor, said["key"], said["text"], "", timezone.now()))


def _show(
    request: HttpRequest, channel: Channel, visitor: UUID | None, form: SayForm, *, problem: str, status: int
) -> HttpResponse:
    heard = lines.hear_since(visitor, 0) if visitor else lines.Heard((), 0, 0, 0)
    context = {"channel": channel, "form": form, "lines": heard.lines, "problem": problem, "pictures": PICTURES}
    answer = render(request, "chat/page.html", context, status=status)
    if visitor:
        talk.note_reached(channel, visitor, heard.newest, read=True)
    answer.set_cookie(
        COOKIE,
        token_for(channel.pk, visitor or new_visitor()),
        max_age=LIFETIME,
        path=request.path,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return answer
