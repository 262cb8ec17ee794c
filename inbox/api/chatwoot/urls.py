"""The addresses that programs written for Chatwoot call."""

from django.urls import path

from inbox.api.chatwoot import conversations, doors, inboxes, messages

_CONVERSATION = "conversations/<int:number>"
# The JavaScript SDK ends two of them with a slash.
account = [
    path("inboxes", inboxes.InboxesDoor.as_view()),
    path("inboxes/", inboxes.InboxesDoor.as_view()),
    path("inboxes/<int:channel_id>", inboxes.InboxDoor.as_view()),
    path("inboxes/<int:channel_id>/", inboxes.InboxDoor.as_view()),
    path("contacts", doors.ContactsDoor.as_view()),
    path("contacts/search", doors.ContactSearchDoor.as_view()),
    path("contacts/filter", doors.ContactFilterDoor.as_view()),
    path("contacts/<int:contact_id>", doors.ContactDoor.as_view()),
    path("contacts/<int:contact_id>/conversations", doors.ContactConversationsDoor.as_view()),
    path("actions/contact_merge", doors.MergeDoor.as_view()),
    path("conversations", conversations.ConversationsDoor.as_view()),
    path(_CONVERSATION, conversations.ConversationDoor.as_view()),
    path(f"{_CONVERSATION}/messages", messages.MessagesDoor.as_view()),
    path(f"{_CONVERSATION}/messages/<int:message_id>", messages.MessageDoor.as_view()),
    path(f"{_CONVERSATION}/toggle_status", conversations.StatusDoor.as_view()),
]
urlpatterns = [
    path(
        f"<str:identifier>/contacts/<str:source_id>/{_CONVERSATION}/update_last_seen",
        conversations.LastSeenDoor.as_view(),
    ),
]
