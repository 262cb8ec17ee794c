"""Planned posts: the list, composing one with its preview, its page, and what is done to it."""

from collections.abc import Callable
from datetime import datetime, time

from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.ids import named_id
from brandvoice.models import Wording
from inbox.actions import posts as actions
from inbox.actions.approval_steps import NotYours
from inbox.actions.approvals import AlreadySettled
from inbox.actions.notifications import see_notifications
from inbox.actions.post_approvals import OwnPost, approve_post, outlook_of, send_back_post
from inbox.actions.post_judging import judge_post
from inbox.actions.post_rows import PostMoved, PostMoveNotAllowed, PostUnready, judgements_of
from inbox.actions.sending_files import FilesNotTaken
from inbox.models import ApprovalState, DeliveryState, Post, PostFile, PostState
from inbox.post_forms import MoveForm, PostForm
from inbox.post_words import with_other_wording, with_wording
from inbox.queries import posts as queries
from inbox.queries.post_wordings import MOST, offered
from inbox.serving import serve
from inbox.views.base import AgentRequest, agent_view
from inbox.views.post_calendar import named_day

# When a post goes out that is planned for a day, until somebody says another time.
MORNING = time(9)
# What is said on a post's page when something can't be done to it.
REFUSALS = (NotYours, PostMoved, PostMoveNotAllowed, PostUnready, actions.PostStopped, AlreadySettled, OwnPost)


@require_GET
@agent_view("post.view")
def post_list(request: AgentRequest) -> HttpResponse:
    """Show posts, the newest first, all or those in one state."""
    state = request.GET.get("state", "")
    state = state if state in PostState.values else ""
    found = queries.posts_of(request.user, state=state, before=named_id(request.GET.get("before")))
    context = {
        "posts": found,
        "full": len(found) == queries.PAGE,
        "state": state,
        "states": PostState.choices,
        "zone": queries.zone_of(request.user.organization),
        "section": "posts",
    }
    return render(request, "inbox/posts.html", context)


@require_http_methods(["GET", "POST"])
@agent_view("post.compose")
def new(request: AgentRequest) -> HttpResponse:
    """Compose a post."""
    day = named_day(request.GET.get("at"))
    at = datetime.combine(day, MORNING, queries.zone_of(request.user.organization)) if day else None
    form = PostForm(request.user, None, request.POST if request.method == "POST" else None, at=at)
    if form.is_bound and form.is_valid():
        return _save(request, form, lambda: actions.create_post(form.new_post(request), by=request.user))
    return _show_form(request, form)


@require_http_methods(["GET", "POST"])
@agent_view("post.view")
def change(request: AgentRequest, pk: int) -> HttpResponse:
    """Change a post that has not gone out; who has to approve it may change it, too."""
    post = _find(request, pk)
    if actions.approval_to_edit(post, request.user) is None:
        request.user.require("post.compose")
    form = PostForm(request.user, post, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        seen = form.cleaned_data["version"] or 0
        return _save(
            request, form, lambda: actions.change_post(post, form.new_post(request), seen=seen, by=request.user)
        )
    return _show_form(request, form)


@require_POST
@agent_view("post.view")
def preview(request: AgentRequest) -> HttpResponse:
    """Show how each chosen channel would show what stands in the form, and what stands against it."""
    known = named_id(request.POST.get("post"))
    post = _find(request, known) if known else None
    return render(request, "inbox/_post_previews.html", _previewed(PostForm(request.user, post, request.POST)))


@require_POST
@agent_view("post.view")
def words(request: AgentRequest) -> HttpResponse:
    """Put a signed wording into the form, or in place of another, and show which may be said there; store nothing."""
    known = named_id(request.POST.get("post"))
    post = _find(request, known) if known else None
    form = PostForm(request.user, post, _with_wording(request, PostForm(request.user, post, request.POST)))
    if request.htmx:
        context = {"form": form, **_previewed(form), **_wordings(request, form)}
        return render(request, "inbox/_post_words_changed.html", context)
    # What is not filled in yet is no mistake.
    form.errors.clear()
    return _show_form(request, form, status=200)


def _with_wording(request: AgentRequest, form: PostForm) -> QueryDict:
    """Return the form's data with the wording that was asked for; as they are where there is no such, or none was."""
    chosen, (start, end, new) = named_id(request.POST.get("wording")), _three(request.POST.get("instead"))
    if request.POST.get("put") and chosen:
        found = offered(request.user, form.sharing, form.language).filter(pk=chosen).first()
        return with_wording(request.POST, form.said, form.held, found) if found else request.POST
    old = next((one for one in form.held if (one.start, one.end) == (start, end)), None)
    instead = Wording.objects.visible_to(request.user).filter(pk=new).first() if old else None
    return with_other_wording(request.POST, form.said, form.held, old, instead) if old and instead else request.POST


def _previewed(form: PostForm) -> dict[str, object]:
    sketch, variants, files, spans = form.sketch()
    judgements = judge_post(sketch, variants, files, spans)
    return {"shown": [(one, None) for one in judgements], "files": files, "composing": True, "editing": True}


def _wordings(request: AgentRequest, form: PostForm) -> dict[str, object]:
    return {"wordings": offered(request.user, form.sharing, form.language)[:MOST], "is_shared": bool(form.sharing)}


@require_GET
@agent_view("post.view")
def show(request: AgentRequest, pk: int) -> HttpResponse:
    """Show a post: what it says where, what stands against it, who let it out, what came of it."""
    post = _find(request, pk)
    see_notifications(by=request.user, post=post)
    return _show(request, post)


@require_POST
@agent_view("post.compose")
def schedule(request: AgentRequest, pk: int) -> HttpResponse:
    """Schedule a draft, or hand it over where somebody has to let it out."""
    at_once = request.POST.get("when") == "now"
    seen = _seen(request)
    return _do(request, pk, lambda post: actions.schedule_post(post, seen=seen, by=request.user, at_once=at_once))


@require_POST
@agent_view("post.compose")
def move(request: AgentRequest, pk: int) -> HttpResponse:
    """Plan a post for another time."""
    form = MoveForm(_find(request, pk), request.POST)
    moment = form.moment if form.is_valid() else None
    if moment is None:
        return _show(request, _find(request, pk), problem=_("Enter a day and a time."), status=422)
    return _do(request, pk, lambda post: actions.move_post(post, moment, by=request.user))


@require_POST
@agent_view("post.compose")
def cancel(request: AgentRequest, pk: int) -> HttpResponse:
    """Call a post off."""
    return _do(request, pk, lambda post: actions.cancel_post(post, by=request.user))


@require_POST
@agent_view("post.compose")
def redraft(request: AgentRequest, pk: int) -> HttpResponse:
    """Make a post a draft again."""
    return _do(request, pk, lambda post: actions.redraft_post(post, by=request.user))


@require_POST
@agent_view("post.publish")
def release(request: AgentRequest, pk: int) -> HttpResponse:
    """Try once more what was held or failed."""
    at_once = request.POST.get("when") == "now"
    return _do(request, pk, lambda post: actions.release_post(post, by=request.user, at_once=at_once))


@require_POST
@agent_view("post.approve")
def approve(request: AgentRequest, pk: int) -> HttpResponse:
    """Let a post out; 409 where it went back to its writer instead."""
    post = _find(request, pk)
    try:
        approval = approve_post(post, seen=_seen(request), by=request.user)
    except REFUSALS as refusal:
        return _show(request, _find(request, pk), problem=str(refusal), status=409)
    if approval.state == ApprovalState.STALE or (approval.state == ApprovalState.WAITING and approval.note):
        return _show(request, _find(request, pk), problem=approval.note, status=409)
    return redirect("inbox:post", pk=pk)


@require_POST
@agent_view("post.approve")
def send_back(request: AgentRequest, pk: int) -> HttpResponse:
    """Give a post back to its writer, with a note."""
    return _do(request, pk, lambda post: send_back_post(post, request.POST.get("note", ""), by=request.user))


@require_safe
@agent_view("post.view")
def show_file(request: AgentRequest, pk: int) -> FileResponse:
    """Return a file of a post."""
    file = get_object_or_404(PostFile, pk=pk, post__in=Post.objects.visible_to(request.user))
    return serve(file.file, file.content_type, file.name)


def _find(request: AgentRequest, pk: int) -> Post:
    return get_object_or_404(
        Post.objects.visible_to(request.user).select_related("organization", "objective", "author"), pk=pk
    )


def _seen(request: AgentRequest) -> int:
    return named_id(request.POST.get("version"))


def _three(said: str | None) -> tuple[int, int, int]:
    """Return where words stand and the wording that is to stand there, of "0:40:12"; zeros for anything else."""
    numbers = [named_id(one) for one in (said or "").split(":")]
    return (numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else (0, 0, 0)


def _save(request: AgentRequest, form: PostForm, save: Callable[[], Post]) -> HttpResponse:
    try:
        post = save()
    except PostMoved as refusal:
        form.add_error(None, str(refusal))
        return _show_form(request, form, status=409)
    except (PostMoveNotAllowed, PostUnready, FilesNotTaken) as refusal:
        form.add_error(None, str(refusal))
        return _show_form(request, form)
    return redirect("inbox:post", pk=post.pk)


def _do(request: AgentRequest, pk: int, act: Callable[[Post], object]) -> HttpResponse:
    """Do something to a post and show it, or say why that can't be done."""
    try:
        act(_find(request, pk))
    except REFUSALS as refusal:
        return _show(request, _find(request, pk), problem=str(refusal), status=409)
    return redirect("inbox:post", pk=pk)


def _show_form(request: AgentRequest, form: PostForm, status: int = 0) -> HttpResponse:
    stored = form.post if not form.is_bound else None
    judgements = judgements_of(stored) if stored else judge_post(*form.sketch())
    context: dict[str, object] = {
        "form": form,
        "post": form.post,
        "shown": [(one, None) for one in judgements],
        "files": form.kept,
        "editing": True,
        **_wordings(request, form),
    }
    post = form.post
    # Whoever has to approve it may change it where it stands.
    redrafts = bool(post and post.state != PostState.DRAFT and not actions.approval_to_edit(post, request.user))
    status = status or (422 if form.is_bound else 200)
    context |= {"redrafts": redrafts, "composing": True, "section": "posts"}
    return render(request, "inbox/post_form.html", context, status=status)


def _show(request: AgentRequest, post: Post, *, problem: str = "", status: int = 200) -> HttpResponse:
    approvals, deliveries = queries.approvals_of(post), queries.deliveries_of(post)
    waiting = next((one for one in approvals if one.state == ApprovalState.WAITING), None)
    judgements = judgements_of(post)
    outlook = outlook_of(post, waiting, judgements, request.user) if waiting else None
    context = {
        "post": post,
        "shown": [(one, deliveries.get(one.variant.channel_id)) for one in judgements],
        "files": list(post.files.order_by("pk")),
        "is_held": any(one.state == DeliveryState.HELD for one in deliveries.values()),
        "is_over": queries.is_over(post),
        "approvals": approvals,
        "waiting": waiting,
        "standing": outlook and outlook.standing,
        "hindrance": outlook and outlook.hindrance,
        "compared": queries.compared(post, approvals) if waiting else None,
        "purpose": queries.purpose_name(post),
        "results": queries.results_of(post, request.user),
        "zone": queries.zone_of(post.organization),
        "problem": problem,
        "section": "posts",
    }
    return render(request, "inbox/post.html", context, status=status)
