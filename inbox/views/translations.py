"""A customer's message in the reader's language, by machine."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from brandvoice import translator
from brandvoice.asking import Unavailable
from brandvoice.languages import base_language
from inbox.actions.translations import MessageChanged
from inbox.models import Direction, Message, Ticket, Translation
from inbox.queries import fragments
from inbox.translating import translate_message
from inbox.views.base import AgentRequest, agent_view, show_problem


@require_http_methods(["GET", "POST"])
@agent_view("ticket.view")
def translation(request: AgentRequest, pk: int) -> HttpResponse:
    """Have a customer's message translated into the reader's language, once; a page asks first without scripts."""
    said = Message.objects.filter(ticket__in=Ticket.objects.visible_to(request.user), direction=Direction.INBOUND)
    message = get_object_or_404(said.select_related("identity__contact"), pk=pk, removed_at=None)
    if not message.text.strip():
        raise Http404("Nothing to translate.")
    language = base_language(get_language() or "en")
    if request.method == "GET":
        return _show(request, message, message.translations.filter(language=language).first())
    try:
        kept = translate_message(message, language, by=request.user)
    except Unavailable:
        return show_problem(request, _("The translator does not answer now."), status=503)
    except MessageChanged:
        return show_problem(request, _("The message has just changed. Try again."), status=409)
    if request.htmx:
        return HttpResponse(fragments.messages_html([message.pk]))
    return _show(request, message, kept)


def _show(request: AgentRequest, message: Message, kept: Translation | None) -> HttpResponse:
    context = {"message": message, "translation": kept, "is_on": translator.is_on()}
    return render(request, "inbox/translation.html", context)
