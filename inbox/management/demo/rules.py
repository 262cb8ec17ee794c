"""Gives the demo's managers automation rules, of which some have had something to do."""

from accounts.models import Team
from accounts.permissions import Role
from inbox.actions.rule_turns import take_turn
from inbox.actions.ticket_rules import NewRule, create_rule
from inbox.management.demo import clock
from inbox.management.demo.people import Company
from inbox.models import Event, TicketRule
from inbox.queries.rule_facts import about, load_events, load_facts
from inbox.ticket_rules import Action, Conditions, Test, holds

# So many tickets did the first rule of each organization sort, the last ones that fit.
_SORTED = 5


def make_rules(company: Company) -> None:
    """Write the organization's rules in the name of its manager, and let the first of them do its work."""
    manager = next(person for person in company.people.values() if person.role == Role.MANAGER)
    rules = [create_rule(rule, by=manager) for rule in _RULES[company.organization.slug](company)]
    _let_sort(rules[0])


def _let_sort(rule: TicketRule) -> None:
    """Have a rule answer to the last messages that fit it."""
    found = Event.objects.filter(organization=rule.organization_id, kind="message.received")
    events = load_events(list(found.order_by("-created_at", "-pk").values_list("pk", flat=True)[:100]))
    tickets = load_facts({event.ticket_id for event in events.values()}, hours=False)
    fitting = [event for event in events.values() if holds(rule.conditions, about(tickets[event.ticket_id], event))]
    for event in fitting[-_SORTED:]:
        # A story is written in its order.
        latest = Event.objects.filter(ticket=event.ticket_id).latest("pk")
        with clock.set_to(latest.created_at):
            take_turn(event.ticket_id, event.pk, [rule])


def _if(*tests: Test) -> Conditions:
    return {"join": "all", "groups": [{"join": "all", "tests": list(tests)}]}


def _of_northline(company: Company) -> list[NewRule]:
    refunds: list[Action] = [{"do": "add_labels", "labels": ["refund"]}]
    words = "refund, compensation, money back, Erstattung, Entschädigung, reembolso"
    urgent: list[Action] = [{"do": "priority", "priority": 3}, {"do": "notify", "whom": f"person:{company.lead.pk}"}]
    team = Team.objects.get(organization=company.organization, name="Rail care")
    brand = str(company.brands["rail"].pk)
    late: list[Action] = [{"do": "add_labels", "labels": ["waiting"]}, {"do": "notify", "whom": f"team:{team.pk}"}]
    return [
        NewRule(
            "Refunds: label them, to Rail care",
            "received",
            _if({"check": "text_any", "no": False, "value": words}, {"check": "brand", "no": False, "value": brand}),
            [*refunds, {"do": "team", "team": team.pk}],
            position=10,
        ),
        NewRule(
            "A VIP is angry: urgent, and tell the lead",
            "read",
            _if({"check": "vip", "no": False, "value": ""}, {"check": "sentiment", "no": False, "value": "-1"}),
            urgent,
            position=20,
        ),
        NewRule(
            "No answer for a day: remind the team",
            "since_customer",
            _if({"check": "awaiting", "no": False, "value": ""}, {"check": "status", "no": False, "value": "open"}),
            late,
            hours=24,
            position=30,
        ),
    ]


def _of_verde(_company: Company) -> list[NewRule]:
    words = "pedido, envío, paquete"
    return [
        NewRule(
            "Pedidos: etiquetar",
            "received",
            _if({"check": "text_any", "no": False, "value": words}),
            [{"do": "add_labels", "labels": ["pedido"]}],
        )
    ]


_RULES = {"northline": _of_northline, "verde": _of_verde}
