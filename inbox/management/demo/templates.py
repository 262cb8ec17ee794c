"""Gives the demo's WhatsApp numbers templates, as if Meta had approved them."""

from inbox.actions.templates import keep_templates
from inbox.connectors.templates import APPROVED, NetworkTemplate
from inbox.management.demo.people import Company

# By organization: name, language, category and text.
_TEMPLATES: dict[str, list[tuple[str, str, str, str]]] = {
    "northline": [
        ("may_we_go_on", "en", "UTILITY", "Hello {{1}}, we have news about {{2}}. Shall we go on here?"),
        ("may_we_go_on", "de", "UTILITY", "Guten Tag {{1}}, es gibt Neues zu {{2}}. Machen wir hier weiter?"),
        ("found_again", "en", "UTILITY", "Hello {{1}}, we have found {{2}}. It waits for you at {{3}}."),
    ],
    "verde": [
        ("seguimos", "es", "UTILITY", "Hola, {{1}}: tenemos noticias sobre {{2}}. ¿Seguimos por aquí?"),
    ],
}


def make_templates(company: Company) -> None:
    """Keep the templates of each WhatsApp channel."""
    told = _TEMPLATES.get(company.organization.slug, [])
    found = [
        NetworkTemplate(f"demo-{number}", name, language, category, APPROVED, text)
        for number, (name, language, category, text) in enumerate(told, 1)
    ]
    for channel in company.channels.values():
        if channel.network == "whatsapp":
            keep_templates(channel, found)
