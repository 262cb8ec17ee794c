"""Customers: the list of them, and the page of one with all that is known and was said."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.ids import named_id
from inbox.actions.customer_records import (
    ConsentStands,
    NotAgreed,
    delete_customer_note,
    mark_vip,
    record_consent,
    withdraw_consent,
    write_customer_note,
)
from inbox.forms import ConsentForm, CustomerNoteForm
from inbox.models import Contact, CustomerConsent, CustomerNote
from inbox.queries.customer_lists import customers_of
from inbox.queries.customer_pages import customer_page, kept_in_place_of
from inbox.queries.customer_timeline import timeline_of
from inbox.queries.keyset import BadCursor
from inbox.views.base import AgentRequest, agent_view, show_problem


@require_GET
@agent_view("ticket.view")
def customer_list(request: AgentRequest) -> HttpResponse:
    """Show the customers whom the person may see, by name."""
    after, only_vips = named_id(request.GET.get("after")) or None, request.GET.get("vip") == "yes"
    page = customers_of(request.user, request.GET.get("q", ""), only_vips=only_vips, after=after)
    return render(request, "inbox/customers.html", {"page": page, "section": "customers"})


@require_GET
@agent_view("ticket.view")
def show_customer(request: AgentRequest, pk: int) -> HttpResponse:
    """Show a customer, or an older part of the timeline; who became part of another is shown as that one."""
    if kept := kept_in_place_of(pk, request.user):
        return redirect("inbox:customer", pk=kept)
    contact, after = find_customer(request, pk), request.GET.get("after", "")
    try:
        if request.htmx and after:
            older = {"timeline": timeline_of(contact, request.user, after=after), "pk": pk}
            return render(request, "inbox/_customer_moments.html", older)
        page = customer_page(contact, request.user, after=after)
    except BadCursor as error:
        raise Http404("No such page.") from error
    return render(request, "inbox/customer.html", {"customer": page, "section": "customers"})


@require_POST
@agent_view("customer.mark")
def mark(request: AgentRequest, pk: int) -> HttpResponse:
    """Say whether the customer is a VIP."""
    mark_vip(find_customer(request, pk), request.POST.get("vip") == "yes", by=request.user)
    return redirect("inbox:customer", pk=pk)


@require_POST
@agent_view("note.write")
def note(request: AgentRequest, pk: int) -> HttpResponse:
    """Write a note about the customer."""
    contact, form = find_customer(request, pk), CustomerNoteForm(request.POST)
    if not form.is_valid():
        return show_problem(request, form.errors["text"][0], status=422)
    write_customer_note(contact, form.cleaned_data["text"], by=request.user)
    return redirect("inbox:customer", pk=pk)


@require_POST
@agent_view("note.write")
def delete_note(request: AgentRequest, pk: int, note_id: int) -> HttpResponse:
    """Take a note away."""
    notes = CustomerNote.objects.filter(contact=find_customer(request, pk)).select_related("contact")
    delete_customer_note(get_object_or_404(notes, pk=note_id), by=request.user)
    return redirect("inbox:customer", pk=pk)


@require_POST
@agent_view("ticket.change")
def consent(request: AgentRequest, pk: int) -> HttpResponse:
    """Write down what the customer has agreed to."""
    contact, form = find_customer(request, pk), ConsentForm(request.POST)
    if not form.is_valid():
        return show_problem(request, next(iter(form.errors.values()))[0], status=422)
    said = form.cleaned_data
    try:
        record_consent(contact, said["purpose"], said["source"], form.given_at, by=request.user)
    except (ConsentStands, NotAgreed) as refusal:
        return show_problem(request, refusal, status=409)
    return redirect("inbox:customer", pk=pk)


@require_POST
@agent_view("ticket.change")
def withdraw(request: AgentRequest, pk: int, consent_id: int) -> HttpResponse:
    """Write down that the customer has taken a consent back."""
    consents = CustomerConsent.objects.filter(contact=find_customer(request, pk))
    withdraw_consent(get_object_or_404(consents, pk=consent_id), by=request.user)
    return redirect("inbox:customer", pk=pk)


def find_customer(request: AgentRequest, pk: int) -> Contact:
    """Return the customer if the person may see one of their tickets; others learn nothing but 404."""
    return get_object_or_404(Contact.objects.visible_to(request.user), pk=pk)
