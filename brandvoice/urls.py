"""The addresses of the pages about positions."""

from django.urls import path

from brandvoice.views import drafts, positions, signing

app_name = "brandvoice"

urlpatterns = [
    path("positions/", positions.position_list, name="positions"),
    path("positions/new/", positions.position_new, name="position_new"),
    path("positions/<slug:key>/", positions.position, name="position"),
    path("positions/<slug:key>/draft/", drafts.draft, name="draft"),
    path("positions/<slug:key>/examples/", positions.add_example, name="add_example"),
    path("positions/versions/<int:pk>/submit/", drafts.submit, name="submit"),
    path("positions/versions/<int:pk>/withdraw/", positions.withdraw, name="withdraw"),
    path("sign/", signing.sign_list, name="sign_list"),
    path("sign/<int:pk>/", signing.sign, name="sign"),
    path("sign/<int:pk>/back/", signing.send_back, name="send_back"),
    path("sign/<int:pk>/edit/", signing.sign_edit, name="sign_edit"),
]
