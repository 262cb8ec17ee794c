"""Two customers who are one person: choosing the other, making them one, and taking them apart again."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from inbox.actions.merges import MergeNotPossible, merge_customers, undo_merge
from inbox.forms import MergeForm
from inbox.models import Contact
from inbox.queries.customer_lists import customers_of
from inbox.queries.customer_pages import merges_of
from inbox.queries.duplicates import likely_duplicates
from inbox.views.base import AgentRequest, agent_view, show_problem
from inbox.views.customers import find_customer

MOST_FOUND = 20


@require_GET
@agent_view("customer.merge")
def choose(request: AgentRequest, pk: int) -> HttpResponse:
    """Show whom the customer may be, and those who are called like the words."""
    contact, words = find_customer(request, pk), request.GET.get("q", "")
    found = customers_of(request.user, words, only_vips=False, after=None) if words.strip() else None
    rows = [row for row in found.rows if row.pk != pk][:MOST_FOUND] if found else ()
    likely = likely_duplicates(contact, request.user)
    context = {"contact": contact, "likely": likely, "rows": rows, "query": words, "section": "customers"}
    return render(request, "inbox/customer_merge.html", context)


@require_POST
@agent_view("customer.merge")
def merge(request: AgentRequest, pk: int) -> HttpResponse:
    """Make another customer part of this one."""
    contact, form = find_customer(request, pk), MergeForm(request.POST)
    if not form.is_valid():
        return show_problem(request, next(iter(form.errors.values()))[0], status=422)
    gone = get_object_or_404(Contact.objects.visible_to(request.user), pk=form.cleaned_data["other"])
    try:
        merge_customers(contact, gone, form.cleaned_data["reason"], by=request.user)
    except MergeNotPossible as refusal:
        return show_problem(request, refusal, status=409)
    return redirect("inbox:customer", pk=pk)


@require_POST
@agent_view("customer.merge")
def undo(request: AgentRequest, pk: int, merge_id: int) -> HttpResponse:
    """Take apart what was made one."""
    merges = merges_of(find_customer(request, pk))
    found = next((merge for merge in merges if merge.pk == merge_id), None)
    if found is None:
        raise Http404("No such merge.")
    try:
        undo_merge(found, by=request.user)
    except MergeNotPossible as refusal:
        return show_problem(request, refusal, status=409)
    return redirect("inbox:customer", pk=pk)
