"""The addresses of the make-believe network."""

from django.urls import path

from inbox.connectors.sandbox import api, views

app_name = "sandbox"

urlpatterns = [
    path("", views.network_page, name="page"),
    path("feed/", views.feed, name="feed"),
    path("api/account", api.show_account, name="account"),
    path("api/posts", api.create_post, name="create_post"),
    path("api/posts/by-key/<uuid:key>", api.find_post, name="find_post"),
]
