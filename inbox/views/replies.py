"""What an agent writes: the reply, the note, the draft on the way to them, and trying a delivery again."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from brandvoice import guard, limits
from inbox.actions.both_replies import PublicStopped, send_both
from inbox.actions.deliveries import RetryNotAllowed, retry_delivery
from inbox.actions.drafts import save_draft
from inbox.actions.replies import (
    NewReply,
    NoPrivateReply,
    NothingToSay,
    NotInPublic,
    ReplyStopped,
    TicketMovedOn,
    send_reply,
    write_note,
)
from inbox.actions.reply_contexts import guard_context
from inbox.actions.schedule_steps import TimeNotPossible
from inbox.actions.sending_files import FilesNotTaken, PickedFile
from inbox.actions.taking_back import TakeBackNotAllowed, take_back_reply
from inbox.actions.templates import TemplateNotTaken
from inbox.actions.ticket_steps import TicketMerged
from inbox.actions.uploads import problem_of_files, words_about_gone
from inbox.forms import TextForm
from inbox.models import Delivery, DraftKind, Message, MessageTemplate, Ticket
from inbox.queries import fragments
from inbox.queries.composer_files import with_words
from inbox.queries.composers import Composer, VerdictView, composer_of, overtaken_in, posts_in
from inbox.queries.desks import desk_of
from inbox.queries.later import MINUTES, SendLater
from inbox.queries.links import links_of
from inbox.queries.posts import zone_of
from inbox.queries.relations import address_of
from inbox.queries.saying import may_say
from inbox.queries.templates import Filling, filling_of
from inbox.queries.threads import head_of, load_messages
from inbox.views.base import AgentRequest, agent_view, find_ticket, page_address, show_problem
from inbox.views.pages import render_with_desk
from inbox.views.uploads import keep_with_draft


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
    return send_from_composer(request, ticket, form, lambda: _send(request, ticket, form))


def _send(request: AgentRequest, ticket: Ticket, form: TextForm) -> Sequence[Message]:
    """Send what was composed: one reply, or one in private and one in public; raises what sending raises."""
    new = with_plain_files(request, ticket, form)
    if not form.is_both:
        return [send_reply(ticket, new, by=request.user)]
    both = send_both(ticket, new, form.cleaned_data["public_text"], by=request.user)
    return [both.private, both.public]


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
    try:
        save_draft(
            ticket,
            by=request.user,
            text=form.cleaned_data["text"],
            visibility=form.visibility_or_direct,
            purpose=form.cleaned_data["purpose"],
            kind=DraftKind.NOTE if form.is_note else DraftKind.REPLY,
            spans=form.held,
            client_uuid=form.uuid,
        )
    except TicketMerged as refusal:
        # The page shows it beside the text.
        return HttpResponse(str(refusal), status=409, content_type="text/plain")
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
    address = address_of(ticket)
    context = guard_context(address, form.reply(), by=request.user, read_in=ticket, composing=True)
    verdict = guard.check(text, context) if text.strip() else None
    who, both = form.visibility_or_direct, form.is_both
    may = not both and may_say(request.user, who or address.visibility)
    shown = verdict_view(ticket, address, text, verdict, visibility=who, hand_over=may) if verdict else None
    links = links_of(text, address.channel.network)
    problem = problem_of_files(ticket, form.reply(), context, by=request.user, address=address)
    return render(request, "inbox/_findings.html", {"verdict": shown, "files_problem": problem, "links": links})


@require_GET
@agent_view("note.write")
def show_overtaken(request: AgentRequest, number: int) -> HttpResponse:
    """Show which of the signed words that the composer holds may no longer be used."""
    ticket, form = find_ticket(request, number), TextForm(request.GET)
    if not form.is_valid():
        return HttpResponse(status=422)
    wordings = {span.wording_id for span in form.held}
    return HttpResponse(fragments.overtaken_html(overtaken_in(address_of(ticket), request.user, wordings)))


@require_POST
@agent_view("reply.send")
def take_back(request: AgentRequest, delivery_id: int) -> HttpResponse:
    """Put a reply that has not gone out back into the composer."""
    delivery = _find_delivery(request, delivery_id)
    try:
        taken = take_back_reply(delivery, by=request.user)
    except TakeBackNotAllowed as refusal:
        return show_problem(request, refusal, status=409)
    ticket = find_ticket(request, delivery.reply.ticket.number)
    return compose_next(request, ticket, taken.message, files_problem=words_about_gone(taken.gone))


@require_POST
@agent_view("reply.send")
def retry(request: AgentRequest, delivery_id: int) -> HttpResponse:
    """Put a failed delivery back into the queue."""
    delivery = _find_delivery(request, delivery_id)
    try:
        retry_delivery(delivery, by=request.user)
    except RetryNotAllowed as refusal:
        return show_problem(request, refusal, status=409)
    if not request.htmx:
        return redirect("inbox:page", view=page_address(delivery.reply.ticket), number=delivery.reply.ticket.number)
    return HttpResponse(fragments.messages_html([delivery.reply.pk]))


def _find_delivery(request: AgentRequest, delivery_id: int) -> Delivery:
    seen = Ticket.objects.visible_to(request.user)
    delivery = (
        Delivery.objects.filter(pk=delivery_id, message__ticket__in=seen).select_related("message__ticket").first()
    )
    if delivery is None:
        raise Http404("No such delivery.")
    return delivery


def _write_note(request: AgentRequest, ticket: Ticket, form: TextForm) -> HttpResponse:
    try:
        files = with_plain_files(request, ticket, form).files
        written = write_note(ticket, form.cleaned_data["text"], by=request.user, client_uuid=form.uuid, files=files)
    except NothingToSay:
        return compose_again(request, ticket, form, status=422)
    except FilesNotTaken as refusal:
        return compose_again(request, ticket, form, status=422, files_problem=str(refusal))
    return compose_next(request, ticket, written)


def with_plain_files(request: AgentRequest, ticket: Ticket, form: TextForm) -> NewReply:
    """Return the reply, to go out when its form says, with the files that came, as browsers without scripts send them.

    Raises FilesNotTaken, TimeNotPossible.
    """
    reply = replace(form.reply(), send_at=None if form.is_note else form.moment(zone_of(request.user.organization)))
    kept = [keep_with_draft(request, ticket, form, sent) for sent in request.FILES.getlist("upload")]
    return replace(reply, files=(*reply.files, *(PickedFile(upload.pk) for upload in kept)))


def send_from_composer(
    request: AgentRequest, ticket: Ticket, form: TextForm, send: Callable[[], Sequence[Message]]
) -> HttpResponse:
    """Send what was composed, or answer with the text as it was written and why it did not go out."""
    try:
        sent = send()
    except NothingToSay:
        return compose_again(request, ticket, form, status=422)
    except TicketMerged as refusal:
        return show_problem(request, refusal, status=409)
    except (NoPrivateReply, NotInPublic, TimeNotPossible, FilesNotTaken, TemplateNotTaken) as refusal:
        return compose_again(request, ticket, form, status=422, files_problem=str(refusal))
    except TicketMovedOn as refusal:
        return compose_again(request, ticket, form, status=409, newer=refusal.newer)
    except ReplyStopped as refusal:
        return compose_again(request, ticket, form, status=422, stopped=refusal)
    return compose_next(request, ticket, *sent)


def compose_next(request: AgentRequest, ticket: Ticket, *said: Message, files_problem: str = "") -> HttpResponse:
    """Answer with a fresh composer and what has just been said."""
    if not request.htmx and not files_problem:
        return redirect("inbox:page", view=page_address(ticket), number=ticket.number)
    items = mark_safe(fragments.messages_html([one.pk for one in said]) + fragments.row_html(ticket.pk))  # noqa: S308, our own templates
    composer = replace(composer_of(ticket, request.user), items_html=items, files_problem=files_problem)
    return show_composer(request, ticket, composer, status=200)


def compose_again(
    request: AgentRequest,
    ticket: Ticket,
    form: TextForm,
    *,
    status: int,
    newer: list[int] | None = None,
    stopped: ReplyStopped | None = None,
    files_problem: str = "",
) -> HttpResponse:
    """Answer with the text as it was written, and why it did not go out."""
    data = form.cleaned_data
    fresh = composer_of(ticket, request.user)
    address = address_of(ticket)
    in_public = isinstance(stopped, PublicStopped)
    judged = data["public_text"] if in_public else data["text"]
    who = "" if in_public else form.visibility_or_direct
    may = not form.is_both
    verdict = verdict_view(ticket, address, judged, stopped.verdict, visibility=who, hand_over=may) if stopped else None
    shown = None if in_public else verdict
    composer = replace(
        fresh,
        kind=DraftKind.NOTE if form.is_note else DraftKind.REPLY,
        tab=data["visibility"] or fresh.tab,
        purpose=data["purpose"] or fresh.purpose,
        text=data["text"],
        spans=request.POST.get("spans", ""),
        seen=data["seen"] or 0,
        regrouping=fresh.regrouping if data["regrouping"] is None else data["regrouping"],
        client_uuid=str(form.uuid or fresh.client_uuid),
        stale=tuple(load_messages(newer)) if newer else (),
        verdict=shown,
        public_text=data["public_text"] if form.is_both else fresh.public_text,
        public_verdict=verdict if in_public else None,
        filling=filling_in(form, fresh.templates, shown, files_problem),
        files=with_words(fresh.files, {file.id: file.alt for file in form.picked}),
        files_problem=files_problem,
        later=_chosen_before(request, form, fresh.later),
        items_html=mark_safe(fragments.messages_html(newer)) if newer else fresh.items_html,  # noqa: S308, likewise
    )
    return show_composer(request, ticket, composer, status=status)


def _chosen_before(request: AgentRequest, form: TextForm, later: SendLater | None) -> SendLater | None:
    """Return what is offered for later, with the time that was chosen for the reply that was refused."""
    zone = zone_of(request.user.organization)
    try:
        at = form.moment(zone)
    except TimeNotPossible:
        at = None
    return replace(later, chosen=at.astimezone(zone).strftime(MINUTES)) if later and at else later


def show_composer(request: AgentRequest, ticket: Ticket, composer: Composer, *, status: int) -> HttpResponse:
    """Answer with this composer, on its page where no script asked."""
    if not request.htmx:
        desk = replace(desk_of(ticket, request.user), composer=composer)
        return render_with_desk(request, ticket, desk, status=status)
    shown = {"head": head_of(ticket), "composer": composer}
    return render(request, "inbox/_composer.html", {"ticket": shown}, status=status)


def filling_in(
    form: TextForm, templates: Sequence[MessageTemplate], verdict: VerdictView | None, problem: str
) -> Filling | None:
    """Return the template that was chosen as the composer shows it; None where it is none of these."""
    chosen = form.chosen_template
    template = next((one for one in templates if chosen and one.pk == chosen.id), None)
    if template is None or chosen is None:
        return None
    return filling_of(template, chosen.values, verdict=verdict, problem=problem)


def verdict_view(
    ticket: Ticket, address: Ticket, text: str, verdict: guard.Verdict, *, visibility: str = "", hand_over: bool = True
) -> VerdictView:
    """Return what the guard says as the composer shows it; only some can be handed over."""
    needs_approval = verdict.outcome == guard.Outcome.NEEDS_APPROVAL and hand_over
    return VerdictView(
        verdict.outcome,
        verdict.findings,
        limits.count(text, address.channel.network).used,
        reverse("inbox:hand_over", args=[ticket.number]) if needs_approval else "",
        posts_in(text, address.channel, visibility or address.visibility),
    )
