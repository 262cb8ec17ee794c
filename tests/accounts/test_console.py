"""The wall inside the console: whatever is registered, nobody sees, chooses or changes a stranger's rows."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.admin import OrganizationAdmin
from accounts.models import Team, User
from accounts.permissions import Role
from tests import cast
from tests.accounts.rows import make_row

ADMINS = {model._meta.label_lower: model_admin for model, model_admin in admin.site._registry.items()}
LABELS = sorted(ADMINS)


def address(label, page, *args):
    return reverse(f"admin:{label.replace('.', '_')}_{page}", args=args)


@pytest.fixture
def manager(client, max_):
    client.force_login(max_)
    return client


@pytest.fixture
def theirs(oscar):
    """The other organization, with names that can be found in a page."""
    return oscar.organization


@pytest.mark.parametrize("label", LABELS)
def test_every_admin_is_built_on_the_wall(label):
    assert isinstance(ADMINS[label], OrganizationAdmin)


@pytest.mark.parametrize("label", LABELS)
def test_a_list_holds_the_own_rows_and_no_others(label, manager, northline, theirs):
    mine, foreign = make_row(label, northline), make_row(label, theirs)

    page = manager.get(address(label, "changelist"))

    assert page.status_code == 200
    shown = {row.pk for row in page.context["cl"].result_list}
    assert mine.pk in shown
    assert foreign.pk not in shown


@pytest.mark.parametrize("label", LABELS)
def test_a_strangers_row_is_not_there(label, manager, theirs):
    foreign = make_row(label, theirs)

    for page in ("change", "history", "delete"):
        assert manager.get(address(label, page, foreign.pk)).status_code in {403, 404}, page
        assert manager.post(address(label, page, foreign.pk), {"post": "yes"}).status_code in {403, 404, 405}, page
    assert manager.get(address(label, "change", foreign.pk)).status_code == 404
    assert type(foreign)._default_manager.filter(pk=foreign.pk).exists()


@pytest.mark.parametrize("label", LABELS)
def test_no_filter_names_a_strangers_rows(label, manager, northline, theirs):
    make_row(label, northline)
    make_row(label, theirs)
    foreign = {team.name for team in Team.objects.filter(organization=theirs)}
    foreign |= {person.name for person in User.objects.filter(organization=theirs)}
    foreign |= {brand.name for brand in theirs.brands.all()} | {channel.name for channel in theirs.channels.all()}

    page = manager.get(address(label, "changelist")).content.decode()

    assert [name for name in foreign if name in page] == []


@pytest.mark.parametrize("label", LABELS)
def test_no_action_touches_a_strangers_rows(label, manager, northline, theirs):
    make_row(label, northline)
    foreign = make_row(label, theirs)
    before = type(foreign)._default_manager.filter(pk=foreign.pk).values().get()
    actions = manager.get(address(label, "changelist")).context["cl"].model_admin.get_actions

    request = manager.get(address(label, "changelist")).wsgi_request
    for action in actions(request):
        data = {"action": action, "_selected_action": [foreign.pk], "post": "yes"}
        assert manager.post(address(label, "changelist"), data).status_code in {200, 302}
    assert type(foreign)._default_manager.filter(pk=foreign.pk).values().get() == before


@pytest.mark.parametrize("label", LABELS)
def test_a_form_offers_and_takes_own_rows_only(label, manager, northline, theirs):
    mine = make_row(label, northline)
    make_row(label, theirs)

    for page in (address(label, "change", mine.pk), address(label, "add")):
        answer = manager.get(page)
        if answer.status_code == 403:
            continue
        for name, field in answer.context["adminform"].form.fields.items():
            offered = getattr(field, "queryset", None)
            if offered is not None:
                foreign = [row for row in offered if getattr(row, "organization_id", northline.pk) != northline.pk]
                assert foreign == [], name


@pytest.mark.parametrize("label", [label for label in LABELS if ADMINS[label].search_fields])
def test_completion_finds_own_rows_only(label, manager, northline, theirs):
    """Whichever field asks: completion answers from the admin of the rows that it offers."""
    make_row(label, northline)
    foreign = make_row(label, theirs)
    request = manager.get("/console/").wsgi_request
    model_admin = ADMINS[label]

    rows, _ = model_admin.get_search_results(request, model_admin.get_queryset(request), "")

    assert foreign.pk not in set(rows.values_list("pk", flat=True))


def test_completion_at_its_address_finds_own_people_only(manager, max_, oscar):
    asked = {"app_label": "accounts", "model_name": "team", "field_name": "members", "term": ""}

    found = manager.get("/console/autocomplete/", asked).json()["results"]

    assert str(max_.pk) in {row["id"] for row in found}
    assert str(oscar.pk) not in {row["id"] for row in found}


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.EXECUTIVE])
@pytest.mark.parametrize("label", LABELS)
def test_the_console_is_for_managers(label, role, client, northline):
    client.force_login(cast.make_person("Nobody Special", northline, role))

    answer = client.get(address(label, "changelist"), follow=True)

    assert answer.status_code == 403


@pytest.mark.parametrize("label", LABELS)
def test_whoever_has_not_signed_in_is_asked_to(label, client, db):
    answer = client.get(address(label, "changelist"), follow=True)

    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")


@pytest.mark.parametrize("label", LABELS)
def test_a_list_costs_the_same_at_one_row_and_at_ten(label, manager, northline):
    make_row(label, northline)
    at_one = _queries(manager, label)
    for _ in range(9):
        make_row(label, northline)

    at_ten = _queries(manager, label)

    assert len(at_ten) <= len(at_one), "\n".join(sorted(set(at_ten) - set(at_one)))


@pytest.mark.parametrize("label", LABELS)
def test_a_row_can_be_opened(label, manager, northline):
    row = make_row(label, northline)

    assert manager.get(address(label, "change", row.pk)).status_code == 200
    assert manager.get(address(label, "history", row.pk)).status_code == 200
    assert manager.get(f"/console/{label.split('.')[0]}/").status_code == 200


@pytest.mark.parametrize("label", LABELS)
def test_an_operator_sees_every_organization(label, client, northline, theirs):
    rows = {make_row(label, northline).pk, make_row(label, theirs).pk}
    client.force_login(User.objects.create_superuser("root@example.com", name="Root"))

    page = client.get(address(label, "changelist"))

    assert rows <= {row.pk for row in page.context["cl"].result_list}


def _queries(client, label):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address(label, "changelist")).status_code == 200
    return [query["sql"] for query in seen]
