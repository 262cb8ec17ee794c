"""What an agent writes: the reply, the note, the draft on the way to them, and trying a delivery again."""

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from brandvoice import guard, limits
from inbox.actions.deliveries import RetryNotAllowed, retry_delivery
from inbox.actions.drafts import save_draft
from inbox.actions.replies import (
    NothingToSay,
    ReplyStopped,
    TicketMovedOn,
    guard_context,
    send_reply,
    write_note,
)
from inbox.forms import TextForm
from inbox.models import Delivery, DraftKind, Message, Ticket
from inbox.queries import fragments
from inbox.queries.composers import Composer, VerdictView, composer_of
from inbox.queries.desks import desk_of
from inbox.queries.threads import load_messages
from inbox.views.base import AgentRequest, agent_view, find_ticket, page_address, show_problem
from inbox.views.pages import render_with_desk


@require_POST
@agent_view("reply.send")
def reply(request: AgentRequest, number: int) -> HttpResponse:
    """Send the reply; 409 shows what is new beside the text, 422 what the guard has against it."""
    ticket = find_ticket(request, number)
    form = TextForm(request.POST)
    if not form.is_valid():
        return show_problem(request, _("Reload the page and try again."), status=422)
    if form.is_note:
        return _write_note(request, ticket, form)
    try:
        sent = send_reply(ticket, form.reply(), by=request.user)
    except NothingToSay:
        return _compose_again(request, ticket, form, status=422)
    except TicketMovedOn as refusal:
        return _compose_again(request, ticket, form, status=409, newer=refusal.newer)
    except ReplyStopped as refusal:
        return _compose_again(request, ticket, form, status=422, verdict=refusal.verdict)
    return _compose_next(request, ticket, sent)


@require_POST
@agent_view("note.write")
def note(request: AgentRequest, number: int) -> HttpResponse:
    """Write a note for colleagues."""
    ticket = find_ticket(request, number)
    form = TextForm(request.POST)
    if not form.is_valid():
        return show_problem(request, _("Reload the page and try again."), status=422)
    return _write_note(request, ticket, form)


@require_POST
@agent_view("note.write")
def draft(request: AgentRequest, number: int) -> HttpResponse:
    """Keep what is being written."""
    ticket = find_ticket(request, number)
    form = TextForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    kind = DraftKind.NOTE if form.is_note else DraftKind.REPLY
    save_draft(
        ticket,
        by=request.user,
        text=form.cleaned_data["text"],
        visibility=form.visibility_or_direct,
        kind=kind,
        spans=form.held,
    )
    return HttpResponse(status=204)


@require_POST
@agent_view("note.write")
def check(request: AgentRequest, number: int) -> HttpResponse:
    """Say what the guard thinks of the text so far."""
    ticket = find_ticket(request, number)
    form = TextForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    text = form.cleaned_data["text"]
    verdict = guard.check(text, guard_context(ticket, form.reply())) if text.strip() else None
    shown = _verdict(ticket, text, verdict) if verdict else None
    return render(request, "inbox/_findings.html", {"verdict": shown})


@require_POST
@agent_view("reply.send")
def retry(request: AgentRequest, delivery_id: int) -> HttpResponse:
    """Put a failed delivery back into the queue."""
    seen = Ticket.objects.visible_to(request.user)
    delivery = Delivery.objects.filter(pk=delivery_id, ticket__in=seen).select_related("ticket").first()
    if delivery is None:
        raise Http404("No such delivery.")
    try:
        retry_delivery(delivery, by=request.user)
    except RetryNotAllowed as refusal:
        return show_problem(request, refusal, status=409)
    if not request.htmx:
        return redirect("inbox:page", view=page_address(delivery.ticket), number=delivery.ticket.number)
    return HttpResponse(fragments.messages_html([delivery.message_id]))


def _write_note(request: AgentRequest, ticket: Ticket, form: TextForm) -> HttpResponse:
    try:
        written = write_note(ticket, form.cleaned_data["text"], by=request.user, client_uuid=form.uuid)
    except NothingToSay:
        return _compose_again(request, ticket, form, status=422)
    return _compose_next(request, ticket, written)


def _compose_next(request: AgentRequest, ticket: Ticket, said: Message) -> HttpResponse:
    """Answer with a fresh composer and what has just been said."""
    if not request.htmx:
        return redirect("inbox:page", view=page_address(ticket), number=ticket.number)
    items = mark_safe(fragments.messages_html([said.pk]) + fragments.row_html(ticket.pk))  # noqa: S308, our own templates
    return _show(request, ticket, replace(composer_of(ticket, request.user), items_html=items), status=200)


def _compose_again(
    request: AgentRequest,
    ticket: Ticket,
    form: TextForm,
    *,
    status: int,
    newer: list[int] | None = None,
    verdict: guard.Verdict | None = None,
) -> HttpResponse:
    """Answer with the text as it was written, and why it did not go out."""
    data = form.cleaned_data
    fresh = composer_of(ticket, request.user)
    composer = replace(
        fresh,
        kind=DraftKind.NOTE if form.is_note else DraftKind.REPLY,
        tab=data["visibility"] or fresh.tab,
        purpose=data["purpose"] or fresh.purpose,
        text=data["text"],
        spans=request.POST.get("spans", ""),
        seen=data["seen"] or 0,
        client_uuid=str(form.uuid or fresh.client_uuid),
        stale=tuple(load_messages(newer)) if newer else (),
        verdict=_verdict(ticket, data["text"], verdict) if verdict else None,
        items_html=mark_safe(fragments.messages_html(newer)) if newer else fresh.items_html,  # noqa: S308, likewise
    )
    return _show(request, ticket, composer, status=status)


def _show(request: AgentRequest, ticket: Ticket, composer: Composer, *, status: int) -> HttpResponse:
    desk = replace(desk_of(ticket, request.user), composer=composer)
    if not request.htmx:
        return render_with_desk(request, ticket, desk, status=status)
    return render(request, "inbox/_composer.html", {"ticket": desk}, status=status)


def _verdict(ticket: Ticket, text: str, verdict: guard.Verdict) -> VerdictView:
    return VerdictView(verdict.outcome, verdict.findings, limits.count(text, ticket.channel.network).used)
