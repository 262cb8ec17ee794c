"""What was a term is a rule of the same kind, in its first version."""

from django.db import migrations
from django.utils import timezone


def write_rules(apps, schema_editor):
    Term, Rule = apps.get_model("brandvoice", "Term"), apps.get_model("brandvoice", "Rule")
    now = timezone.now()
    rules = Rule.objects.bulk_create(
        Rule(
            organization_id=term.organization_id,
            kind=f"term.{term.kind}",
            changed_at=now,
            **_content(term),
        )
        for term in Term.objects.order_by("pk").iterator()
    )
    RuleVersion = apps.get_model("brandvoice", "RuleVersion")
    versions = RuleVersion.objects.bulk_create(
        RuleVersion(
            organization_id=rule.organization_id,
            rule=rule,
            **{name: getattr(rule, name) for name in _FIELDS},
        )
        for rule in rules
    )
    newest = {version.organization_id: version.pk for version in versions}
    apps.get_model("brandvoice", "RuleRevision").objects.bulk_create(
        apps.get_model("brandvoice", "RuleRevision")(organization_id=organization_id, number=number)
        for organization_id, number in newest.items()
    )


_FIELDS = ("name", "brand_id", "language", "outcome", "parameters", "active", "changed_at")


def _content(term):
    said = {"phrases": [term.text], "replacement": term.replacement, "reason": term.reason}
    return {
        "name": term.text,
        "brand_id": term.brand_id,
        "language": term.language,
        "outcome": "block" if term.kind == "banned" else "warn",
        "parameters": {name: value for name, value in said.items() if value},
        "active": term.active,
    }


class Migration(migrations.Migration):
    dependencies = [("brandvoice", "0008_rules")]

    operations = [migrations.RunPython(write_rules, migrations.RunPython.noop)]
