"""Addresses of the inbox."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from inbox.queries.lists import VIEW_NAMES
from inbox.views import pages, replies, tickets


class ViewConverter(StringConverter):
    """One of the inbox's views."""

    regex = "|".join(VIEW_NAMES)


register_converter(ViewConverter, "view")

app_name = "inbox"
urlpatterns = [
    path("inbox/", pages.home, name="home"),
    path("inbox/counts/", pages.show_counts, name="counts"),
    path("inbox/<view:view>/", pages.show_view, name="view"),
    path("inbox/<view:view>/list/", pages.show_list, name="list"),
    path("inbox/<view:view>/<int:number>/", pages.show_page, name="page"),
    path("tickets/<int:number>/", tickets.show_ticket, name="ticket"),
    path("tickets/<int:number>/thread/", tickets.show_thread, name="thread"),
    path("tickets/<int:number>/voice/", tickets.show_voice, name="voice"),
    path("tickets/<int:number>/assign/", tickets.assign, name="assign"),
    path("tickets/<int:number>/resolve/", tickets.resolve, name="resolve"),
    path("tickets/<int:number>/reopen/", tickets.reopen, name="reopen"),
    path("tickets/<int:number>/snooze/", tickets.snooze, name="snooze"),
    path("tickets/<int:number>/priority/", tickets.prioritise, name="priority"),
    path("tickets/<int:number>/labels/", tickets.label, name="labels"),
    path("tickets/<int:number>/reply/", replies.reply, name="reply"),
    path("tickets/<int:number>/note/", replies.note, name="note"),
    path("tickets/<int:number>/draft/", replies.draft, name="draft"),
    path("tickets/<int:number>/guard/", replies.check, name="guard"),
    path("deliveries/<int:delivery_id>/retry/", replies.retry, name="retry"),
]
