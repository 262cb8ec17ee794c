"""The addresses below /api/v1/."""

from django.urls import include, path, re_path

from inbox.api import (
    channels,
    custom_fields,
    links,
    outbox,
    positions,
    regrouping,
    schema,
    spam,
    templates,
    tickets,
    uploads,
    verbs,
)
from inbox.api.chatwoot.urls import account
from inbox.api.door import NotHere

app_name = "api"
urlpatterns = [
    path("schema/", schema.schema, name="schema"),
    path("docs/", schema.docs, name="docs"),
    path("channels", channels.ChannelsDoor.as_view(), name="channels"),
    path("channels/<int:channel_id>/messages", channels.MessagesDoor.as_view(), name="messages"),
    path("channels/<int:channel_id>/templates", templates.TemplatesDoor.as_view(), name="templates"),
    path("channels/<int:channel_id>/outbox", outbox.OutboxDoor.as_view(), name="outbox"),
    path("channels/<int:channel_id>/outbox/reports", outbox.ReportsDoor.as_view(), name="reports"),
    path("channels/<int:channel_id>/outbox/<int:delivery_id>", outbox.ReportDoor.as_view(), name="report"),
    path("tickets", tickets.TicketsDoor.as_view(), name="tickets"),
    path("tickets/<int:number>", tickets.TicketDoor.as_view(), name="ticket"),
    path("tickets/<int:number>/replies", tickets.RepliesDoor.as_view(), name="replies"),
    path("tickets/<int:number>/files", uploads.UploadsDoor.as_view(), name="upload"),
    path("tickets/<int:number>/resolve", verbs.ResolveDoor.as_view(), name="resolve"),
    path("tickets/<int:number>/reopen", verbs.ReopenDoor.as_view(), name="reopen"),
    path("tickets/<int:number>/snooze", verbs.SnoozeDoor.as_view(), name="snooze"),
    path("tickets/<int:number>/status", verbs.StatusDoor.as_view(), name="status"),
    path("tickets/<int:number>/priority", verbs.PriorityDoor.as_view(), name="priority"),
    path("tickets/<int:number>/labels", verbs.LabelsDoor.as_view(), name="labels"),
    path("fields", custom_fields.FieldsDoor.as_view(), name="fields"),
    path("tickets/<int:number>/fields", custom_fields.TicketFieldsDoor.as_view(), name="ticket_fields"),
    path("tickets/<int:number>/customer/fields", custom_fields.CustomerFieldsDoor.as_view(), name="customer_fields"),
    path("tickets/<int:number>/assign", verbs.AssignDoor.as_view(), name="assign"),
    path("tickets/<int:number>/merge", regrouping.MergeDoor.as_view(), name="merge"),
    path("tickets/<int:number>/split", regrouping.SplitDoor.as_view(), name="split"),
    path("tickets/<int:number>/unmerge", regrouping.UnmergeDoor.as_view(), name="unmerge"),
    path("tickets/<int:number>/spam", spam.SpamDoor.as_view(), name="spam"),
    path("tickets/<int:number>/not-spam", spam.NotSpamDoor.as_view(), name="not_spam"),
    path("tickets/<int:number>/block", spam.BlockDoor.as_view(), name="block"),
    path("tickets/<int:number>/unblock", spam.UnblockDoor.as_view(), name="unblock"),
    path("tickets/<int:number>/links", links.LinksDoor.as_view(), name="links"),
    path("tickets/<int:number>/link", links.LinkDoor.as_view(), name="link"),
    path("tickets/<int:number>/unlink", links.UnlinkDoor.as_view(), name="unlink"),
    path("tickets/<int:number>/follow-up", links.FollowUpDoor.as_view(), name="follow_up"),
    path("positions/suggest", positions.SuggestDoor.as_view(), name="suggest"),
    path("accounts/<int:account_id>/", include(account)),
    re_path(r"^[\s\S]*$", NotHere.as_view()),
]
