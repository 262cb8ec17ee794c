"""The addresses to which networks push: one for each channel, below which some networks add a path of their own."""

from django.urls import path

from inbox.webhooks import views

app_name = "webhooks"

urlpatterns = [
    path("<int:channel_id>/", views.receive, name="receive"),
    path("<int:channel_id>/<path:rest>", views.receive, name="receive_below"),
]
