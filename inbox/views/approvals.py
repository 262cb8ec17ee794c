"""Replies that somebody else has to let out: handed over from the composer, decided in the thread or on a page."""

from collections.abc import Mapping, Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.ids import named_id
from inbox.actions.approval_changes import WordsFixed
from inbox.actions.approval_steps import NotYours
from inbox.actions.approvals import (
    AlreadySettled,
    ApprovalNotNeeded,
    OwnReply,
    WordsMoved,
    approve_reply,
    hand_over_reply,
    send_back_reply,
)
from inbox.actions.replies import NothingToSay, ReplyStopped
from inbox.forms import ApprovedWordsForm, TextForm
from inbox.models import Approval, ApprovalState, Message, Ticket
from inbox.queries import fragments
from inbox.queries.approval_policies import POSTS
from inbox.queries.approvals import waiting_posts, waiting_replies
from inbox.views.base import AgentRequest, agent_view, find_ticket, show_problem
from inbox.views.replies import compose_again, send_from_composer, with_plain_files


@require_POST
@agent_view("reply.send")
def hand_over(request: AgentRequest, number: int) -> HttpResponse:
    """Give a reply that needs approval to those who may let it out."""
    ticket, form = find_ticket(request, number), TextForm(request.POST)
    if not form.is_valid() or form.is_note:
        return show_problem(request, _("Reload the page and try again."), status=422)
    try:
        return send_from_composer(request, ticket, form, lambda: [_hand_over(request, ticket, form)])
    except ApprovalNotNeeded:
        return compose_again(request, ticket, form, status=422)


def _hand_over(request: AgentRequest, ticket: Ticket, form: TextForm) -> Message:
    return hand_over_reply(ticket, with_plain_files(request, ticket, form), by=request.user)


@require_GET
@agent_view("reply.approve")
def approval_list(request: AgentRequest) -> HttpResponse:
    """Show what waits."""
    return _show(request)


@require_POST
@agent_view("reply.approve")
def approve(request: AgentRequest, pk: int) -> HttpResponse:
    """Let a reply out; 409 where it has been overtaken and went back to its writer."""
    message = _find(request, pk)
    try:
        others = request.POST.get("others") == "reject"
        approval = approve_reply(message, by=request.user, seen=_seen(request), reject_others=others)
    except (AlreadySettled, NotYours, OwnReply, WordsMoved) as refusal:
        return _refuse(request, str(refusal))
    return _approved(request, message, approval)


@require_POST
@agent_view("reply.approve")
def change_and_approve(request: AgentRequest, pk: int) -> HttpResponse:
    """Approve a reply in other words: it goes out in them, or waits in them for somebody else.

    409 where it is not the person's to change, or not as they saw it; 422 where these words may not go out. What
    they have written stays on the page.
    """
    message, form = _find(request, pk), ApprovedWordsForm(request.POST)
    if not form.is_valid():
        return _edit_again(request, message, [_("Reload the page and try again.")], status=422)
    said = form.cleaned_data
    try:
        approval = approve_reply(message, by=request.user, seen=said["version"] or 0, text=said["text"])
    except ReplyStopped as refusal:
        return _edit_again(request, message, [one.reason for one in refusal.verdict.findings], status=422)
    except NothingToSay:
        return _edit_again(request, message, [_("Enter what it says.")], status=422)
    except (AlreadySettled, NotYours, OwnReply, WordsFixed, WordsMoved) as refusal:
        return _edit_again(request, message, [str(refusal)], status=409)
    return _approved(request, message, approval)


def _edit_again(request: AgentRequest, message: Message, problems: Sequence[str], *, status: int) -> HttpResponse:
    edit = {"pk": message.pk, "text": request.POST.get("text", ""), "problems": problems}
    return _show(request, problem=" ".join(problems), edit=edit, status=status)


def _approved(request: AgentRequest, message: Message, approval: Approval) -> HttpResponse:
    """Answer with the message, or say why it did not go out."""
    if approval.state == ApprovalState.STALE:
        return _refuse(request, _("Something has changed since it was written: it went back to its writer."))
    if approval.state == ApprovalState.WAITING and approval.note:
        return _refuse(request, approval.note)
    return _answer(request, message)


@require_POST
@agent_view("reply.approve")
def send_back(request: AgentRequest, pk: int) -> HttpResponse:
    """Give a reply back to its writer, with a note."""
    message = _find(request, pk)
    try:
        send_back_reply(message, request.POST.get("note", ""), by=request.user)
    except AlreadySettled as refusal:
        return _refuse(request, str(refusal))
    return _answer(request, message)


def _seen(request: AgentRequest) -> int:
    """Return the version of the words that the person had before them; buttons in threads have it in their address."""
    return named_id(request.POST.get("version") or request.GET.get("version"))


def _find(request: AgentRequest, pk: int) -> Message:
    approval = Approval.objects.visible_to(request.user).filter(message=pk).select_related("message__delivery").first()
    if approval is None:
        raise Http404("Nothing waits under this number.")
    return approval.reply


def _answer(request: AgentRequest, message: Message) -> HttpResponse:
    if not request.htmx:
        return redirect("inbox:approvals")
    return HttpResponse(fragments.messages_html([message.pk]))


def _refuse(request: AgentRequest, problem: str) -> HttpResponse:
    if request.htmx:
        return show_problem(request, problem, status=409)
    return _show(request, problem=problem, status=409)


def _show(
    request: AgentRequest, *, problem: str = "", edit: Mapping[str, object] | None = None, status: int = 200
) -> HttpResponse:
    posts = waiting_posts(request.user) if request.user.may(POSTS) else []
    replies = waiting_replies(request.user)
    # What was written for a reply that is no longer there to be changed stays, to be copied.
    is_open = edit and any(one.message_id == edit["pk"] and one.can_change for one in replies)
    left = "" if is_open or not edit else edit["text"]
    context = {"replies": replies, "posts": posts, "problem": problem, "edit": edit, "left": left}
    context |= {"section": "approvals"}
    return render(request, "inbox/approvals.html", context, status=status)
