"""Addresses of the website chat; public, and asked for from other websites."""

from django.urls import path

from inbox.chat import files, page, views

app_name = "chat"

urlpatterns = [
    path("widget.js", views.show_widget, name="widget"),
    path("<int:channel_id>/", page.show_page, name="page"),
    path("<int:channel_id>/start", views.start, name="start"),
    path("<int:channel_id>/say", views.say, name="say"),
    path("<int:channel_id>/hear", views.hear, name="hear"),
    path("<int:channel_id>/file", files.take, name="take_file"),
    path("<int:channel_id>/file/<uuid:file_id>", files.show, name="file"),
    path("<int:channel_id>/read", views.read, name="read"),
]
