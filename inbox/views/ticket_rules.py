"""Automation rules: the page that lists them, the one on which they are written, and trying one on last month."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inbox.actions.ticket_rules import change_rule, create_rule, delete_rule, switch_rule
from inbox.models import TicketRule
from inbox.queries.rule_choices import KIND_OF, NUMBERS, WITHOUT_VALUE
from inbox.queries.rule_trials import try_rule
from inbox.queries.ticket_rules import rule_rows, runs_of
from inbox.rule_forms import RuleForm
from inbox.ticket_rules import BEGINS, Check
from inbox.views.base import AgentRequest, agent_view


@require_GET
@agent_view("rule.manage")
def rule_list(request: AgentRequest) -> HttpResponse:
    """Show the rules in their order: when, if, then, and how they fare."""
    return render(request, "inbox/rules.html", {"rules": rule_rows(request.user), "section": "rules"})


@require_http_methods(["GET", "POST"])
@agent_view("rule.manage")
def new(request: AgentRequest) -> HttpResponse:
    """Write a rule."""
    form = RuleForm(request.user, data=request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        create_rule(form.rule, by=request.user)
        return redirect("inbox:rules")
    return _show_form(request, form)


@require_http_methods(["GET", "POST"])
@agent_view("rule.manage")
def change(request: AgentRequest, pk: int) -> HttpResponse:
    """Change a rule, and see what it did last."""
    rule = _find(request, pk)
    form = RuleForm(request.user, rule, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        change_rule(rule, form.rule, by=request.user)
        return redirect("inbox:rules")
    return _show_form(request, form, rule)


@require_POST
@agent_view("rule.manage")
def switch(request: AgentRequest, pk: int) -> HttpResponse:
    """Switch a rule on or off."""
    switch_rule(_find(request, pk), active=request.POST.get("active") == "yes", by=request.user)
    return redirect("inbox:rules")


@require_POST
@agent_view("rule.manage")
def delete(request: AgentRequest, pk: int) -> HttpResponse:
    """Forget a rule."""
    delete_rule(_find(request, pk), by=request.user)
    return redirect("inbox:rules")


@require_POST
@agent_view("rule.manage")
def attempt(request: AgentRequest) -> HttpResponse:
    """Say which tickets of the last month what stands in the form would have fitted; nothing is changed."""
    form = RuleForm(request.user, data=request.POST)
    form.full_clean()
    trial = None
    if form.conditions_are_valid and "trigger" in form.cleaned_data and "hours" not in form.errors:
        trial = try_rule(request.user, form.cleaned_data["trigger"], form.hours_counted, form.conditions)
    return render(request, "inbox/_rule_trial.html", {"trial": trial})


def _find(request: AgentRequest, pk: int) -> TicketRule:
    return get_object_or_404(TicketRule.objects.visible_to(request.user), pk=pk)


def _show_form(request: AgentRequest, form: RuleForm, rule: TicketRule | None = None) -> HttpResponse:
    context = {
        "form": form,
        "rule": rule,
        "runs": runs_of(rule) if rule else (),
        "section": "rules",
        "timed": [trigger.value for trigger in BEGINS],
        "takes": {check.value: _taken(check) for check in Check},
    }
    return render(request, "inbox/rule.html", context, status=422 if form.is_bound else 200)


def _taken(check: Check) -> str:
    """Return what a condition's value is: a kind of choice, a number, words, or nothing."""
    if check in WITHOUT_VALUE:
        return "nothing"
    return KIND_OF.get(check) or ("number" if check in NUMBERS else "words")
