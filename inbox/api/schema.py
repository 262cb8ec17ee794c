"""The OpenAPI description of the REST API, made from the views and the shapes, and the page to read it."""

import functools
from collections.abc import Callable, Iterable
from enum import Enum
from http import HTTPStatus
from inspect import cleandoc
from typing import TypeAlias, TypeVar

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema

from inbox.api.problems import MEDIA_TYPE
from inbox.api.sentences import Fault

View = TypeVar("View", bound=Callable[..., HttpResponse])
Schema: TypeAlias = dict[str, object]

FORM = "multipart/form-data"
JSON = "application/json"
REFERENCE = "#/components/schemas/{name}"
# What any request may be answered with, and what requests with a body may be.
ALWAYS = (401, 403, 429, 500, 503)
WITH_BODY = (400, 413, 415, 422)

WHAT_IT_MEANS = {
    400: "The body is not JSON, or not of the outer shape",
    401: "No key, or one that is unknown or revoked",
    403: "The key lacks the scope",
    404: "Not there, or not for this key",
    409: "The ticket has moved on or does not allow this, or the same request is under way",
    413: "Too large, or too many",
    415: "Not JSON",
    422: "A field is not as it must be",
    429: "Too many requests this minute; `Retry-After` says when to come again",
    500: "A mistake of ours",
    503: "The database can't be reached; nothing was stored",
}


class ProblemDocument(msgspec.Struct, frozen=True):
    """A refusal (RFC 9457). Some kinds have members of their own beside these."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Fault] = []


IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    type={"type": "string", "pattern": r'^("[ !#-\[\]-~]{1,255}"|[!#-\[\]-~]{1,255})$'},
    location="header",
    description=(
        "A name of your own for this request, kept for 24 hours: with the same body again it is answered with the "
        "first answer; with another body, `422`; while the first is under way, `409`. A refusal uses up no name."
    ),
)

# Every shape that some view takes or answers; the components of the schema are made from them.
_shapes: set[type[msgspec.Struct]] = {ProblemDocument}


def documented(
    operation: str,
    summary: str,
    *,
    answers: type[msgspec.Struct],
    takes: type[msgspec.Struct] | Schema | None = None,
    takes_as: str = JSON,
    query: type[msgspec.Struct] | None = None,
    headers: Iterable[OpenApiParameter] = (),
    status: int = 200,
    refuses: Iterable[int] = (),
    example: object = None,
) -> Callable[[View], View]:
    """Describe a view's method: what it takes and answers, and the problems beside those of every method."""
    body = takes if isinstance(takes, dict) else reference_to(takes) if takes else None
    problems = {*ALWAYS, *refuses, *(WITH_BODY if takes else ()), *((422,) if query else ())}
    decorate: Callable[[View], View] = extend_schema(
        operation_id=operation,
        summary=summary.partition(". ")[0].rstrip("."),
        description=summary,
        parameters=[*(_parameters(query) if query else ()), *headers] or None,
        request={takes_as: body} if body else None,
        responses={(status, JSON): reference_to(answers)}
        | {(code, MEDIA_TYPE): reference_to(ProblemDocument) for code in sorted(problems)},
        examples=[OpenApiExample("Example", value=example, request_only=True)] if example else None,
    )
    return decorate


def reference_to(shape: type[msgspec.Struct]) -> Schema:
    """Return a reference to a shape, which becomes a component of the schema."""
    _shapes.add(shape)
    return {"$ref": REFERENCE.format(name=shape.__name__)}


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """Answer with the OpenAPI 3.1 description."""
    return HttpResponse(_description(), content_type=JSON)


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the page to read the description and to try it out."""
    return render(request, "api/docs.html")


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes how a key is shown."""

    target_class = "inbox.api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> Schema:
        """Return the security scheme."""
        return {"type": "http", "scheme": "bearer", "description": "A key that a manager handed out: `ov_…`."}


@functools.cache
def _description() -> bytes:
    """Return the description; it does not change while the process runs."""
    described = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    for path, methods in described["paths"].items():
        for method in methods.values():
            _finish(path, method)
    _definitions, components = msgspec.json.schema_components(_shapes, schema_hook=_choices, ref_template=REFERENCE)
    for component in components.values():
        component["description"] = cleandoc(component.get("description", ""))
    described["components"]["schemas"] = {name: components[name] for name in sorted(components)}
    return msgspec.json.encode(described)


def _finish(path: str, method: dict[str, dict[str, dict[str, object]]]) -> None:
    """Say what each status means; an address with a number in it may be of something that isn't there."""
    if "{" in path:
        method["responses"]["404"] = {"content": {MEDIA_TYPE: {"schema": reference_to(ProblemDocument)}}}
    for code, response in method["responses"].items():
        response["description"] = WHAT_IT_MEANS.get(int(code), HTTPStatus(int(code)).phrase)


def _choices(kind: type) -> Schema:
    """Return the schema of Django's choices, which msgspec does not take for an enumeration."""
    if not issubclass(kind, Enum):
        raise TypeError(f"Nobody has said how {kind.__name__} is described.")
    return {"type": "string", "enum": [choice.value for choice in kind]}


def _parameters(query: type[msgspec.Struct]) -> list[OpenApiParameter]:
    """Return the parameters of a query string, from its shape."""
    described = msgspec.json.schema_components([query], ref_template=REFERENCE)[1][query.__name__]
    required = described.get("required", ())
    return [_parameter(name, kind, name in required) for name, kind in described["properties"].items()]


def _parameter(name: str, kind: Schema, required: bool) -> OpenApiParameter:
    """Return one parameter; in a query string, null is a parameter that isn't there."""
    choices = kind.get("anyOf")
    if isinstance(choices, list):
        kind = next(choice for choice in choices if choice.get("type") != "null")
    words = str(kind.pop("description", ""))
    return OpenApiParameter(name, type=kind, location="query", required=required, description=words)
