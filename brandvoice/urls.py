"""The addresses of the pages about positions."""

from django.urls import path

from brandvoice.views import bulk, delegations, drafts, exchange, files, positions, signing

app_name = "brandvoice"

urlpatterns = [
    path("positions/", positions.position_list, name="positions"),
    path("positions/new/", positions.position_new, name="position_new"),
    path("positions/import/", exchange.import_file, name="import"),
    path("positions/export/", exchange.export_file, name="export"),
    path("positions/bulk/", bulk.bulk, name="bulk"),
    path("positions/files/<int:pk>/", files.file, name="file"),
    path("positions/<slug:key>/", positions.position, name="position"),
    path("positions/<slug:key>/draft/", drafts.draft, name="draft"),
    path("positions/<slug:key>/examples/", positions.add_example, name="add_example"),
    path("positions/<slug:key>/purposes/", positions.route, name="route"),
    path("positions/<slug:key>/forget/", positions.forget, name="forget"),
    path("positions/versions/<int:pk>/submit/", drafts.submit, name="submit"),
    path("positions/versions/<int:pk>/comment/", drafts.comment, name="comment"),
    path("positions/versions/<int:pk>/withdraw/", positions.withdraw, name="withdraw"),
    path("sign/", signing.sign_list, name="sign_list"),
    path("sign/many/", bulk.sign_many, name="sign_many"),
    path("sign/delegations/", delegations.delegations, name="delegations"),
    path("sign/delegations/<int:pk>/end/", delegations.take_back, name="take_back"),
    path("sign/<int:pk>/", signing.sign, name="sign"),
    path("sign/<int:pk>/back/", signing.send_back, name="send_back"),
    path("sign/<int:pk>/edit/", signing.sign_edit, name="sign_edit"),
]
