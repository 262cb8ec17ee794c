"""WhatsApp's templates: read as Graph lists them, and said as the Cloud API takes them."""

import msgspec

from inbox.connectors.meta.graph import Graph
from inbox.connectors.templates import NetworkTemplate, OutgoingTemplate, blanks_in

FIELDS = "id,name,language,category,status,parameter_format,components"
# Accounts have 250 templates, or 6,000; more than this nobody chooses from.
PAGES, A_PAGE = 10, 100
# Of buttons that say the same to everybody.
_PLAIN_BUTTONS = frozenset({"QUICK_REPLY", "PHONE_NUMBER", "URL"})


class _Button(msgspec.Struct, frozen=True):
    type: str = ""
    text: str = ""
    url: str = ""


class _Component(msgspec.Struct, frozen=True):
    type: str = ""
    format: str = ""
    text: str = ""
    buttons: list[_Button] = []


class Template(msgspec.Struct, frozen=True):
    """A template as Graph lists it."""

    id: str
    name: str
    language: str
    category: str = ""
    status: str = ""
    parameter_format: str = ""
    components: list[_Component] = []


class _Cursors(msgspec.Struct, frozen=True):
    after: str = ""


class _Paging(msgspec.Struct, frozen=True):
    cursors: _Cursors = _Cursors()
    next: str = ""


class Listed(msgspec.Struct, frozen=True):
    """A page of templates."""

    data: list[Template] = []
    paging: _Paging = _Paging()


def read_all(graph: Graph, account: str) -> list[NetworkTemplate]:
    """Return the templates of a business account that can be sent; raises what `Graph.get` raises."""
    found: list[NetworkTemplate] = []
    after: dict[str, str] = {}
    for _page in range(PAGES):
        listed = graph.get(f"{account}/message_templates", Listed, fields=FIELDS, limit=str(A_PAGE), **after)
        found += [template for template in map(read, listed.data) if template]
        after = {"after": listed.paging.cursors.after}
        if not listed.paging.next:
            break
    return found


def read(told: Template) -> NetworkTemplate | None:
    """Return a template, or None for one that needs more than words in its body: a picture, a code, an address."""
    parts = {component.type: component for component in told.components}
    header, body, footer = (parts.get(name, _Component()) for name in ("HEADER", "BODY", "FOOTER"))
    buttons = parts.get("BUTTONS", _Component()).buttons
    plain = header.format in ("", "TEXT") and not blanks_in(header.text)
    plain = plain and all(each.type in _PLAIN_BUTTONS and not blanks_in(each.url) for each in buttons)
    if not plain or not body.text or set(parts) - {"HEADER", "BODY", "FOOTER", "BUTTONS"}:
        return None
    return NetworkTemplate(
        external_id=told.id,
        name=told.name,
        language=told.language,
        category=told.category,
        status=told.status,
        body=body.text,
        header=header.text,
        footer=footer.text,
        buttons=tuple(each.text for each in buttons),
        named=told.parameter_format == "NAMED",
    )


def content_of(template: OutgoingTemplate) -> dict[str, object]:
    """Return what a message says that is a template."""
    filled = [
        {"type": "text", "text": value, **({"parameter_name": name} if template.named else {})}
        for name, value in template.values
    ]
    said: dict[str, object] = {
        "name": template.name,
        "language": {"policy": "deterministic", "code": template.language},
        **({"components": [{"type": "body", "parameters": filled}]} if filled else {}),
    }
    return {"type": "template", "template": said}
