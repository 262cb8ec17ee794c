"""One ticket: its conversation, its voice column, and what people do with it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.ids import named_id
from accounts.models import User
from brandvoice import assistant
from inbox.actions.customers import describe_customer
from inbox.actions.notifications import see_notifications
from inbox.actions.offers import record_offers
from inbox.actions.sights import see_newest
from inbox.actions.ticket_steps import AssigneeCannotSee, MoveNotAllowed
from inbox.actions.tickets import (
    BadSnooze,
    add_labels,
    assign_ticket,
    reopen_ticket,
    resolve_ticket,
    set_labels,
    set_priority,
    set_status,
    snooze_ticket,
)
from inbox.forms import CustomerForm, PriorityForm, SnoozeForm, labels_in
from inbox.models import Label, NamedStatus, Priority, Status
from inbox.queries import fragments
from inbox.queries.attendance import takers_from
from inbox.queries.custom_fields import fields_beside
from inbox.queries.customers import customer_of
from inbox.queries.desks import desk_of
from inbox.queries.lists import VIEW_NAMES, is_saved
from inbox.queries.offers import open_seal, seal_offers
from inbox.queries.purposes import purpose_of
from inbox.queries.voice import adapted_card, voice_of
from inbox.views.base import (
    AgentRequest,
    agent_view,
    change_ticket,
    find_ticket,
    page_address,
    show_change,
    show_problem,
    show_voice_again,
)

LONGEST_SEARCH = 200

# The first so many labels are offered while one types.
MOST_LABELS = 100


@require_GET
@agent_view("ticket.view")
def show_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """Return the conversation with its composer; a browser without scripts is sent to the page."""
    ticket = find_ticket(request, number)
    if not request.htmx:
        return redirect("inbox:page", view=page_address(ticket), number=number)
    see_notifications(by=request.user, ticket=ticket)
    see_newest(ticket, by=request.user)
    view = request.GET.get("view", "")
    known = view in VIEW_NAMES or is_saved(view)
    context = {"ticket": desk_of(ticket, request.user), "view": view if known else page_address(ticket)}
    return render(request, "inbox/_ticket.html", context)


@require_GET
@agent_view("ticket.view")
def show_thread(request: AgentRequest, number: int) -> HttpResponse:
    """Return the head and every item of the thread, for a page that has missed something."""
    return HttpResponse(fragments.thread_html(find_ticket(request, number).pk))


@require_GET
@agent_view("ticket.view")
def show_voice(request: AgentRequest, number: int) -> HttpResponse:
    """Return the signed wordings for this ticket, and who is asking."""
    ticket = find_ticket(request, number)
    searched = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    purpose = purpose_of(ticket, request.user, request.GET.get("purpose", ""))
    voice = voice_of(ticket, request.user, searched=searched, purpose=purpose.key if purpose else "")
    sealed = seal_offers(voice, ticket, request.user)
    context = {"voice": voice, "customer": customer_of(ticket, request.user), "number": number, "sealed": sealed}
    context["fields"] = fields_beside(ticket)
    return render(request, "inbox/_voice.html" if request.htmx else "inbox/voice.html", context)


@require_POST
@agent_view("ticket.view")
def see(request: AgentRequest, number: int) -> HttpResponse:
    """Note that the newest message is on somebody's screen; a page that is open says so when one comes in."""
    see_newest(find_ticket(request, number), by=request.user)
    return HttpResponse(status=204)


@require_POST
@agent_view("reply.send")
def note_seen(request: AgentRequest, number: int) -> HttpResponse:
    """Write down which of the offered wordings were really on the person's screen."""
    ticket = find_ticket(request, number)
    named = request.POST.get("seen", "")[:LONGEST_SEARCH].split(",")
    # 0 is that nothing fits.
    seen = {pk for word in named if (pk := named_id(word)) or word == "0"}
    seal = open_seal(request.POST.get("offers", ""), ticket, request.user, seen)
    if seal is None:
        return HttpResponse(status=422)
    record_offers(ticket, seal, by=request.user)
    return HttpResponse(status=204)


@require_POST
@agent_view("reply.send")
def adapt(request: AgentRequest, number: int) -> HttpResponse:
    """Show a signed wording as the language model fits it to the customer; the guard reads it like any text."""
    ticket, wording = find_ticket(request, number), named_id(request.POST.get("wording"))
    purpose = purpose_of(ticket, request.user, request.POST.get("purpose", ""))
    tone = purpose.tone if purpose else ""
    try:
        card = adapted_card(ticket, request.user, wording, tone) if wording else None
    except assistant.NotAllowed as refusal:
        return show_problem(request, refusal, status=422)
    except assistant.Unavailable:
        return show_problem(request, _("The language model has nothing to offer here."), status=503)
    if card is None:
        return show_problem(request, _("These words may not be used here."), status=422)
    return render(request, "inbox/_suggestion.html", {"suggestion": card, "pinned": True, "number": number})


@require_POST
@agent_view("ticket.change")
def assign(request: AgentRequest, number: int) -> HttpResponse:
    """Give the ticket to somebody, to oneself ("me") or back ("")."""
    ticket = find_ticket(request, number)
    wanted = request.POST.get("assignee", "")
    to = _person(request, wanted) if wanted else None
    if to not in (None, request.user) and not request.user.may("ticket.assign_others"):
        raise PermissionDenied("ticket.assign_others")
    try:
        return show_change(request, assign_ticket(ticket, to, by=request.user))
    except AssigneeCannotSee as refusal:
        return show_problem(request, refusal, status=409)


@require_POST
@agent_view("ticket.change")
def resolve(request: AgentRequest, number: int) -> HttpResponse:
    """Finish the ticket."""
    return change_ticket(request, number, resolve_ticket)


@require_POST
@agent_view("ticket.change")
def reopen(request: AgentRequest, number: int) -> HttpResponse:
    """Open the ticket again."""
    return change_ticket(request, number, reopen_ticket)


@require_POST
@agent_view("ticket.change")
def snooze(request: AgentRequest, number: int) -> HttpResponse:
    """Put the ticket off."""
    ticket = find_ticket(request, number)
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        return show_problem(request, form.errors["until"][0], status=422)
    try:
        return show_change(request, snooze_ticket(ticket, form.cleaned_data["until"], by=request.user))
    except (MoveNotAllowed, BadSnooze) as refusal:
        return show_problem(request, refusal, status=409)


@require_POST
@agent_view("ticket.change")
def status(request: AgentRequest, number: int) -> HttpResponse:
    """Give the ticket a status that the organization has named."""
    ticket, wanted = find_ticket(request, number), request.POST.get("status", "")
    known = NamedStatus.objects.visible_to(request.user)
    named = known.filter(pk=named_id(wanted)).first()
    if named is None:
        return show_problem(request, _("There is no such status."), status=422)
    try:
        return show_change(request, set_status(ticket, Status(named.category), named=named, by=request.user))
    except MoveNotAllowed as refusal:
        return show_problem(request, refusal, status=409)


@require_POST
@agent_view("ticket.change")
def prioritise(request: AgentRequest, number: int) -> HttpResponse:
    """Say how soon somebody should look."""
    ticket = find_ticket(request, number)
    form = PriorityForm(request.POST)
    if not form.is_valid():
        return show_problem(request, form.errors["priority"][0], status=422)
    return show_change(request, set_priority(ticket, form.cleaned_data["priority"], by=request.user))


@require_POST
@agent_view("ticket.change")
def label(request: AgentRequest, number: int) -> HttpResponse:
    """Put exactly these labels on the ticket, or, of several at once, these beside its own."""
    change = add_labels if "add" in request.POST else set_labels
    return show_change(request, change(find_ticket(request, number), labels_in(request.POST), by=request.user))


@require_GET
@agent_view("ticket.change")
def change_many(request: AgentRequest) -> HttpResponse:
    """Show what can be changed of several tickets at once; the page then goes through the doors of each."""
    context = {
        "priorities": Priority.choices,
        "colleagues": takers_from(request.user),
        "labels": Label.objects.visible_to(request.user).order_by("name")[:MOST_LABELS],
    }
    return render(request, "inbox/_change_many.html", context)


@require_POST
@agent_view("ticket.change")
def describe(request: AgentRequest, number: int) -> HttpResponse:
    """Say what is known of the customer, and show what may be said to them now."""
    ticket, form = find_ticket(request, number), CustomerForm(request.POST)
    if not form.is_valid():
        return show_problem(request, _("Region, audience and product have at most 40 characters each."), status=422)
    changed = describe_customer(ticket, form.facts, by=request.user)
    return show_voice_again(request, number) if request.htmx else show_change(request, changed)


def _person(request: AgentRequest, wanted: str) -> User:
    if wanted == "me":
        return request.user
    return get_object_or_404(User.objects.visible_to(request.user), pk=named_id(wanted))
