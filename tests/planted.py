"""Plants one of everything in an organization, each marked by a word that no stranger may ever read."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.actions.delegations import delegate_signing
from accounts.actions.invitations import invite_person
from accounts.actions.keys import create_key
from accounts.models import Organization, User
from accounts.models.keys import Scope
from accounts.permissions import Role
from brandvoice.actions.positions import (
    NewWording,
    VersionContent,
    add_comment,
    create_position,
    draft_version,
    sign_version,
    store_file,
    submit_version,
)
from brandvoice.models import Habit, Position, PositionVersion
from inbox.actions.approvals import hand_over_reply
from inbox.actions.attachments import NewFile, keep_attachment
from inbox.actions.custom_fields import fill_customer_fields, fill_ticket_fields
from inbox.actions.customer_records import record_consent, write_customer_note
from inbox.actions.drafts import save_draft
from inbox.actions.incidents import NewIncident, declare_incident
from inbox.actions.links import link_tickets
from inbox.actions.macros import NewMacro, create_macro
from inbox.actions.merges import merge_customers
from inbox.actions.payloads import NewPayload, store_payloads
from inbox.actions.post_rows import NewPost
from inbox.actions.posts import create_post
from inbox.actions.privacy import finish_export, request_export
from inbox.actions.questions import ask_desk
from inbox.actions.regrouping import merge_tickets
from inbox.actions.replies import NewReply, send_reply, write_note
from inbox.actions.saved_reports import save_report
from inbox.actions.saved_views import NewView, create_view
from inbox.actions.sharing import share_draft
from inbox.actions.templates import keep_templates
from inbox.actions.ticket_rules import NewRule, create_rule
from inbox.actions.tickets import set_labels
from inbox.actions.uploads import add_upload
from inbox.connectors import registry
from inbox.connectors.sandbox.models import Account, Post
from inbox.connectors.templates import NetworkTemplate
from inbox.connectors.webchat import lines
from inbox.connectors.webchat.models import File
from inbox.models import (
    Attachment,
    Channel,
    Cluster,
    ContactMerge,
    CustomerConsent,
    CustomField,
    Delivery,
    DeliveryState,
    Draft,
    DraftVersion,
    Incident,
    IncidentLevel,
    LinkKind,
    Macro,
    Message,
    Objective,
    PrivacyJob,
    PushBrowser,
    Regrouping,
    SavedView,
    Spike,
    SpikeMessage,
    Ticket,
    TicketLink,
    TicketRule,
)
from inbox.models import Post as PlannedPost
from tests import cast
from tests.accounts.rows import make_row

SECRET = "quagga"
WEEK = timedelta(days=7)


@dataclass
class Planted:
    """The organization, its owner and its key, and what the arguments of addresses may name."""

    organization: Organization
    owner: User
    key: str
    # By the beginning of a route and the argument's name.
    things: dict[tuple[str, str], object]

    def argument(self, route, name):
        """Return what to put into a route, or None where nothing is planted for it."""
        if name == "object_id" and not route.startswith("console/r/"):
            _console, app, model, *_page = route.split("/")
            return self.row_of(f"{app}.{model}")
        found = (thing for (start, of), thing in self.things.items() if of == name and route.startswith(start))
        return next(found, None)

    def row_of(self, label):
        """Return the id of a row of this model, made now if none is there yet."""
        model = next(model for model in admin.site._registry if model._meta.label_lower == label)
        if model is Organization:
            return self.organization.pk
        rows = model._default_manager.filter(organization=self.organization)
        return (rows.first() or make_row(label, self.organization)).pk


def plant() -> Planted:
    """Return an organization whose every text holds the secret word."""
    organization = cast.make_organization(f"{SECRET} Group")
    brand, team = cast.make_brand(organization, f"{SECRET} Rail"), cast.make_team(organization, f"{SECRET} care")
    owner = cast.make_person(f"{SECRET} Owner", organization, Role.OWNER, teams=(team,))
    key = create_key(f"{SECRET} connector", organization=organization, scopes=Scope.values, by=owner)[1]
    invite_person(f"{SECRET}@northline.example", organization=organization, role=Role.AGENT, by=owner, teams=[team])
    cast.make_rule(organization, f"{SECRET} word", reason=SECRET, replacement="other")
    channel = _plant_channel(brand, team)
    ticket, delivery = _plant_conversation(channel, owner)
    question = ask_desk(ticket, f"What about the {SECRET}?", by=owner)
    things = _plant_positions(brand, owner) | {
        ("", "number"): ticket.number,
        ("", "channel_id"): channel.pk,
        ("", "delivery_id"): delivery.pk,
        ("chat/", "file_id"): _plant_chat_file(channel).pk,
        ("api/v1/accounts/", "account_id"): organization.pk,
        ("api/v1/accounts/", "contact_id"): ticket.contact_id,
        ("api/v1/accounts/", "message_id"): ticket.messages.filter(direction="inbound").earliest("pk").pk,
        ("public/api/", "identifier"): channel.pk,
        ("public/api/", "source_id"): ticket.identity.external_id,
        ("questions/", "pk"): question.pk,
        ("availability/people/", "pk"): owner.pk,
        ("approvals/", "pk"): _plant_waiting(ticket, owner).pk,
        ("drafts/versions/", "pk"): _plant_earlier_draft(ticket, owner).pk,
        ("drafts/", "pk"): _plant_shared_draft(ticket, team).pk,
        ("links/", "pk"): _plant_link(ticket, owner).pk,
        ("regroupings/", "pk"): _plant_regrouping(ticket, owner).pk,
        ("coverage/questions/", "pk"): _plant_cluster(ticket).pk,
        ("coverage/habits/", "pk"): _plant_habit(organization).pk,
        ("coverage/positions/", "pk"): Position.objects.filter(organization=organization).latest("pk").pk,
        ("tickets/", "pk"): _plant_macro(owner).pk,
        ("macros/", "pk"): _plant_macro(owner).pk,
        ("incidents/", "pk"): (incident := _plant_incident(owner)).pk,
        ("api/v1/incidents/", "incident_id"): incident.pk,
        ("posts/files/", "pk"): (planned := _plant_planned(channel, owner)).files.get().pk,
        ("posts/", "pk"): planned.pk,
        ("api/v1/posts/", "post_id"): planned.pk,
        ("spikes/", "pk"): _plant_spike(ticket, brand).pk,
        ("customers/", "pk"): ticket.contact_id,
        ("customers/", "merge_id"): _plant_customer_merge(channel, ticket.contact, owner).pk,
        ("customers/jobs/<int:job_id>/file/", "job_id"): _plant_export(ticket.contact, owner).pk,
        ("customers/", "job_id"): _plant_export(ticket.contact, owner).pk,
        ("customers/", "note_id"): write_customer_note(ticket.contact, f"Likes the {SECRET}", by=owner).pk,
        ("customers/", "consent_id"): _plant_consent(ticket.contact, owner).pk,
        ("notifications/browsers/", "pk"): _plant_browser(owner).pk,
        ("views/", "pk"): _plant_view(owner).pk,
        ("reputation/reports/", "pk"): save_report(f"{SECRET} report", "days=7", by=owner).pk,
        ("automation/", "pk"): _plant_rule(owner).pk,
        ("files/", "pk"): _plant_file(ticket).pk,
        ("uploads/", "pk"): add_upload(ticket, NewFile(f"{SECRET}.txt", SECRET.encode()), by=owner).pk,
        ("messages/", "pk"): ticket.messages.filter(direction="inbound").earliest("pk").pk,
        ("sandbox/", "key"): _plant_post(channel).key,
        ("accounts/2fa/webauthn/", "pk"): _plant_passkey(owner).pk,
        ("console/r/", "content_type_id"): ContentType.objects.get_for_model(Ticket).pk,
        ("console/r/", "object_id"): ticket.pk,
    }
    return Planted(organization, owner, key, things)


def _plant_channel(brand, team) -> Channel:
    fields = {"name": f"{SECRET} on sandbox", "handle": f"{SECRET}-rail", "webhook_secret": SECRET}
    channel = cast.make_channel(brand, team, network="sandbox", external=False, **fields)
    registry.connect(channel)
    keep_templates(channel, [NetworkTemplate(SECRET, SECRET, "en", "UTILITY", "APPROVED", f"Your {SECRET} is here.")])
    store_payloads(channel, [NewPayload(SECRET, b'{"posts": ["quagga"]}')])
    return channel


def _plant_view(owner) -> SavedView:
    return create_view(NewView(f"{SECRET} view", f"topic:{SECRET}", owner=owner), by=owner)


def _plant_conversation(channel, owner) -> tuple[Ticket, Delivery]:
    ticket = cast.make_ticket(channel, f"Where is my {SECRET}?", author=SECRET)
    set_labels(ticket, [SECRET], by=owner)
    write_note(ticket, f"A note about the {SECRET}", by=owner)
    seen = Message.objects.latest("pk").pk
    message = send_reply(ticket, NewReply(f"Your {SECRET} is on its way", "public", seen=seen), by=owner)
    Delivery.objects.update(state=DeliveryState.FAILED, error=f"No {SECRET} allowed")
    save_draft(ticket, by=owner, text=f"A draft about the {SECRET}", visibility="public")
    _plant_fields(ticket, owner)
    return ticket, message.delivery


def _plant_fields(ticket, owner) -> None:
    for about in ("ticket", "customer"):
        fields = {"key": f"{about}-field", "name": f"{SECRET} of a {about}", "kind": "text", "about": about}
        CustomField.objects.create(organization=owner.organization, **fields)
    fill_ticket_fields(ticket, {"ticket-field": SECRET}, by=owner)
    fill_customer_fields(ticket.contact, {"customer-field": SECRET}, by=owner)


def _plant_regrouping(ticket, owner) -> Regrouping:
    merged = cast.make_ticket(ticket.channel, f"Another word about the {SECRET}", author=SECRET)
    merge_tickets(merged, ticket, by=owner)
    return Regrouping.objects.get(source=merged)


def _plant_waiting(ticket, owner) -> Message:
    seen = ticket.messages.latest("pk").pk
    return hand_over_reply(ticket, NewReply(f"Your {SECRET} is legally yours.", "public", seen=seen), by=owner)


def _plant_earlier_draft(ticket, owner) -> DraftVersion:
    for text in (f"What was said about the {SECRET} at first", "x"):
        save_draft(ticket, by=owner, text=text, visibility="public")
    return DraftVersion.objects.get(draft__user=owner)


def _plant_shared_draft(ticket, team) -> Draft:
    colleague = cast.make_person(f"{SECRET} Agent", ticket.organization, Role.AGENT, teams=(team,))
    draft = save_draft(ticket, by=colleague, text=f"A colleague's words about the {SECRET}", visibility="public")
    share_draft(ticket, by=colleague, shared=True)
    return draft


def _plant_file(ticket) -> Attachment:
    message = ticket.messages.filter(direction="inbound").earliest("pk")
    fields = {"organization": ticket.organization, "url": f"https://cdn.example/{SECRET}.txt", "name": f"{SECRET}.txt"}
    attachment = Attachment.objects.create(message=message, **fields)
    keep_attachment(
        attachment, ContentFile(SECRET.encode(), name=f"{ticket.organization_id}/planted.txt"), "text/plain"
    )
    return attachment


def _plant_chat_file(channel) -> File:
    said = lines.new_line(uuid4(), SECRET, ours=True, at=timezone.now())
    file = lines.NewFile(f"{SECRET}.txt", "text/plain", SECRET.encode())
    return lines.add_line(channel.pk, uuid4(), said, files=[file]).files.get()


def _plant_link(ticket, owner) -> TicketLink:
    other = cast.make_ticket(ticket.channel, f"Something else about the {SECRET}", author=SECRET)
    return link_tickets(ticket, other, LinkKind.RELATED, by=owner)


def _plant_customer_merge(channel, contact, owner) -> ContactMerge:
    other = cast.make_ticket(channel, f"Another {SECRET}", author=f"{SECRET}-2").contact
    return merge_customers(contact, other, f"Both like the {SECRET}", by=owner)


def _plant_export(contact, owner) -> PrivacyJob:
    job = request_export(contact, by=owner)
    finish_export(job, SECRET.encode(), {})
    return job


def _plant_consent(contact, owner) -> CustomerConsent:
    return record_consent(contact, f"News about the {SECRET}", f"A form with a {SECRET}", timezone.now(), by=owner)


def _plant_browser(owner) -> PushBrowser:
    place = {"organization": owner.organization, "user": owner, "session": ""}
    keys = {"address": f"https://push.example/{SECRET}", "public": SECRET, "auth": SECRET}
    return PushBrowser.objects.create(name=f"{SECRET} browser", **place, **keys)


def _plant_incident(owner) -> Incident:
    level = IncidentLevel.objects.get(organization=owner.organization, rank=1)
    new = NewIncident(name=f"{SECRET} fire", level=level, phrases=[f"{SECRET} smoke"], briefing=f"{SECRET} hush")
    return declare_incident(new, by=owner)


def _plant_planned(channel, owner) -> PlannedPost:
    wanted = {"name": f"More {SECRET}", "measure": "resolved", "target": 80}
    objective = Objective.objects.create(organization=owner.organization, **wanted)
    files = [(NewFile(f"{SECRET}.txt", SECRET.encode()), "")]
    said = {"text": f"Come and see the {SECRET}", "purpose": "inform", "objective": objective, "files": files}
    return create_post(NewPost(channels={channel.pk: ""}, publish_at=timezone.now() + WEEK, **said), by=owner)


def _plant_spike(ticket, brand) -> Spike:
    now = timezone.now()
    seen = {"signal": "volume", "count": 9, "minutes": 10, "expected": 0.2, "chance": 1e-9}
    place = {"organization": brand.organization, "brand": brand, "phrases": [f"{SECRET} rumour"]}
    spike = Spike.objects.create(**place, **seen, began_at=now, found_at=now)
    said = ticket.messages.filter(direction="inbound").earliest("pk")
    SpikeMessage.objects.create(organization=brand.organization, spike=spike, message=said)
    return spike


def _plant_macro(owner) -> Macro:
    steps = [{"do": "text", "text": f"About the {SECRET}"}, {"do": "add_labels", "labels": [SECRET]}]
    return create_macro(NewMacro(f"{SECRET} macro", steps), by=owner)


def _plant_rule(owner) -> TicketRule:
    tests = [{"check": "text_any", "no": False, "value": SECRET}]
    actions = [{"do": "note", "text": f"About the {SECRET}"}, {"do": "add_labels", "labels": [SECRET]}]
    conditions = {"join": "all", "groups": [{"join": "all", "tests": tests}]}
    return create_rule(NewRule(f"{SECRET} rule", "received", conditions, actions), by=owner)


def _plant_cluster(ticket) -> Cluster:
    asked = ticket.messages.filter(direction="inbound").values_list("pk", flat=True)
    fields = {"question": f"Where is the {SECRET}?", "words": [SECRET], "size": 1, "messages": list(asked)}
    return Cluster.objects.create(organization=ticket.organization, made_at=timezone.now(), **fields)


def _plant_habit(organization) -> Habit:
    version = PositionVersion.objects.filter(organization=organization).latest("pk")
    fields = {"was": SECRET, "now": f"the {SECRET}", "was_key": SECRET, "now_key": f"the {SECRET}"}
    place = {"organization": organization, "position": version.position, "version": version}
    return Habit.objects.create(**place, replies=3, people=2, **fields)


def _plant_positions(brand, owner) -> dict[tuple[str, str], object]:
    drafted, asked, signed = (_plant_version(brand, owner, number) for number in range(3))
    asked, signed = submit_version(asked, by=owner), sign_version(submit_version(signed, by=owner), by=owner)
    add_comment(asked, f"Is the {SECRET} true?", by=owner)
    colleague = cast.make_person(f"{SECRET} Colleague", brand.organization, Role.EXECUTIVE)
    return {
        ("positions/", "key"): drafted.position.key,
        ("positions/versions/<int:pk>/submit", "pk"): drafted.pk,
        ("positions/versions/<int:pk>/withdraw", "pk"): signed.pk,
        ("positions/versions/<int:pk>/comment", "pk"): drafted.pk,
        ("positions/files/", "pk"): store_file(f"{SECRET}.txt", SECRET.encode(), by=owner).pk,
        ("sign/delegations/", "pk"): delegate_signing(colleague, by=owner, ends_at=timezone.now() + WEEK).pk,
        ("sign/", "pk"): asked.pk,
        ("recall/", "version_id"): signed.pk,
    }


def _plant_version(brand, owner, number):
    fields = {"brand": brand, "topic": SECRET, "key": f"question-{number}"}
    position = create_position(f"Question {number} about the {SECRET}?", by=owner, **fields)
    content = VersionContent((NewWording(f"The {SECRET} leaves at {number}."),), facts=f"The {SECRET} papers")
    return draft_version(position, content, by=owner)


def _plant_post(channel) -> Post:
    now = timezone.now()
    account = Account.objects.get(handle=channel.handle)
    fields = {"text": SECRET, "visibility": "direct", "created_at": now, "tell_at": now}
    key = "0f3ce4d8-8d0b-4c43-9d2d-6f7f5fe0a3b1"
    return Post.objects.create(account=account, key=key, thread=SECRET, addressee=SECRET, **fields)


def _plant_passkey(owner) -> Authenticator:
    data = {"name": SECRET, "credential": {}}
    return Authenticator.objects.create(user=owner, type=Authenticator.Type.WEBAUTHN, data=data)
