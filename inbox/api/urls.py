"""The addresses below /api/v1/."""

from django.urls import path, re_path

from inbox.api import channels
from inbox.api.door import NotHere

app_name = "api"
urlpatterns = [
    path("channels", channels.ChannelsDoor.as_view(), name="channels"),
    path("channels/<int:channel_id>/messages", channels.MessagesDoor.as_view(), name="messages"),
    re_path(r"^.*$", NotHere.as_view()),
]
