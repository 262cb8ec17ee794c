"""Questions to the desk: asked from a ticket, answered on a page of their own."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from brandvoice.actions.positions import Refused
from brandvoice.models import Position
from inbox.actions.questions import (
    AlreadySettled,
    NothingAsked,
    answer_question,
    ask_desk,
    decline_question,
    point_to_position,
)
from inbox.forms import AnswerForm, QuestionForm
from inbox.models import Question
from inbox.queries.questions import like_questions, questions_of, signed_near
from inbox.views.base import AgentRequest, agent_view, find_ticket, page_address, show_problem, show_voice_again


@require_POST
@agent_view("question.ask")
def ask(request: AgentRequest, number: int) -> HttpResponse:
    """Ask the desk about a ticket, or wait with those who have asked the same."""
    ticket, form = find_ticket(request, number), QuestionForm(request.POST)
    if not form.is_valid():
        return show_problem(request, _("Reload the page and try again."), status=422)
    like = Question.objects.visible_to(request.user).filter(pk=form.cleaned_data["like"] or 0).first()
    try:
        ask_desk(ticket, form.cleaned_data["text"], by=request.user, like=like)
    except NothingAsked:
        return show_problem(request, _("Write what you want to know."), status=422)
    if not request.htmx:
        return redirect("inbox:page", view=page_address(ticket), number=number)
    return show_voice_again(request, number)


@require_GET
@agent_view("question.ask")
def like(request: AgentRequest, number: int) -> HttpResponse:
    """Show who has asked something like this already."""
    ticket, text = find_ticket(request, number), request.GET.get("text", "")[:300]
    found = like_questions(ticket, text) if text.strip() else ()
    return render(request, "inbox/_like_questions.html", {"questions": found, "number": number})


@require_GET
@agent_view("question.answer")
def question_list(request: AgentRequest) -> HttpResponse:
    """Show what waits for the desk."""
    return _show(request)


@require_GET
@agent_view("question.answer")
def near(request: AgentRequest, pk: int) -> HttpResponse:
    """Show the signed positions that may answer a question already."""
    positions = signed_near(request.user, _find(request, pk).text)
    return render(request, "inbox/_near.html", {"positions": positions})


@require_POST
@agent_view("question.answer")
def answer(request: AgentRequest, pk: int) -> HttpResponse:
    """Answer a question: the answer becomes a position."""
    question, form = _find(request, pk), AnswerForm(request.POST, auto_id=f"question-{pk}-%s")
    if not form.is_valid():
        return _show(request, bound=(pk, form), status=422)
    try:
        answer_question(question, form.answer(), by=request.user)
    except (AlreadySettled, Refused) as refusal:
        return _show(request, problem=refusal, status=409)
    return redirect("inbox:questions")


@require_POST
@agent_view("question.answer")
def point(request: AgentRequest, pk: int) -> HttpResponse:
    """Say which signed position answers the question already."""
    question = _find(request, pk)
    position = Position.objects.visible_to(request.user).filter(key=request.POST.get("position", "")).first()
    if position is None:
        return _show(request, problem=_("Choose one of the positions."), status=422)
    try:
        point_to_position(question, position, by=request.user)
    except AlreadySettled as refusal:
        return _show(request, problem=refusal, status=409)
    return redirect("inbox:questions")


@require_POST
@agent_view("question.answer")
def decline(request: AgentRequest, pk: int) -> HttpResponse:
    """Say that nothing will be said, and why."""
    question, reason = _find(request, pk), request.POST.get("reason", "").strip()
    if not reason:
        return _show(request, problem=_("Say why, for the agents who wait."), status=422)
    try:
        decline_question(question, reason, by=request.user)
    except AlreadySettled as refusal:
        return _show(request, problem=refusal, status=409)
    return redirect("inbox:questions")


def _find(request: AgentRequest, pk: int) -> Question:
    question = Question.objects.visible_to(request.user).filter(pk=pk).first()
    if question is None:
        raise Http404("No such question.")
    return question


def _show(
    request: AgentRequest, *, bound: tuple[int, AnswerForm] | None = None, problem: object = "", status: int = 200
) -> HttpResponse:
    rows = questions_of(request.user)
    forms = {row.question.pk: AnswerForm.about(row.question) for row in rows}
    if bound:
        forms[bound[0]] = bound[1]
    context = {
        "rows": [(row, forms[row.question.pk]) for row in rows],
        "problem": problem,
        "section": "questions",
        "may_sign": request.user.may("position.sign"),
    }
    return render(request, "inbox/questions.html", context, status=status)
