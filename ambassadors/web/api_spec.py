"""How the API checks requests and documents itself: spectree, with our own words for faults."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Response as FlaskResponse
from flask import current_app, make_response, request
from pydantic import ValidationError
from spectree import Response, SpecTree
from spectree.plugins.flask_plugin import FlaskPlugin

from ambassadors.core.refused import Refused
from ambassadors.core.said import said
from ambassadors.web import api_schemas as schemas

DESCRIPTION = """Find a student ambassador and book a chat. Times are ISO 8601 in UTC, written with
`Z`; a time sent without its zone is refused. Errors are RFC 9457 problem details with a sentence
in `detail`."""

SENTENCES: Mapping[str, str] = {
    "missing": "is missing",
    "string_type": "must be text",
    "string_unicode": "contains characters that are no text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a smaller whole number",
    "int_from_float": "must be a whole number",
    "list_type": "must be a list",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "string_too_long": "has more than {max_length} characters",
    "string_too_short": "must not be empty",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "too_long": "has more than {max_length} entries",
    "too_short": "needs at least one entry",
}


DEEPEST = 20  # objects and lists in each other; ours are three deep


class Backend(FlaskPlugin):
    """Checks requests only: the views write plain JSON, and tests hold it against the models."""

    def validate_response(
        self, resp: Any, resp_model: Any, skip_validation: bool, force_resp_serialize: bool
    ) -> tuple[FlaskResponse, None]:
        return make_response(resp), None


def refuse_invalid(req: Any, resp: Any, fault: Exception | None, *rest: Any) -> None:
    """Spectree's hook before a view: a request that does not fit is refused in a sentence."""
    if isinstance(fault, ValidationError):
        first = fault.errors(include_url=False, include_input=False)[0]
        where = name_of(first["loc"])
        raise Refused(
            said("“{where}” {sentence}.", where=where, sentence=sentence(first)), field=where
        )


def name_of(location: tuple[int | str, ...]) -> str:
    """Where a fault is, as one writes it: `prospect.email`, `interests[2]`."""
    name = ""
    for step in location:
        name += f"[{step}]" if isinstance(step, int) else f".{step}" if name else step
    return name or "body"


def sentence(error: Mapping[str, Any]) -> str:
    """The rest of a sentence that begins with the member's name."""
    known = SENTENCES.get(error["type"])
    return known.format(**error.get("ctx", {})) if known else str(error["msg"])


def refuse_unreadable() -> None:
    """Before any view: a body must be a JSON object, whatever it claims to be."""
    if request.method != "POST" or not request.get_data():
        return
    if not request.is_json:
        raise Refused(said("Send a JSON object, with the header “Content-Type: application/json”."))
    try:
        body = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise Refused(said("The body is not JSON.")) from None
    if not isinstance(body, dict):
        raise Refused(said("The body must be a JSON object."))
    if too_deep(body):
        raise Refused(
            said(
                "The body holds more than {deepest} objects and lists in each other.",
                deepest=DEEPEST,
            )
        )


def too_deep(value: Any, left: int = DEEPEST) -> bool:
    """Whether reading or hashing it further on could run out of stack."""
    if not isinstance(value, dict | list):
        return False
    parts = value.values() if isinstance(value, dict) else value
    return not left or any(too_deep(part, left - 1) for part in parts)


spec = SpecTree(
    backend=Backend,
    before=refuse_invalid,
    validation_error_model=schemas.Problem,
    naming_strategy=lambda model: str(model.__name__),
    nested_naming_strategy=lambda parent, child: child,
    title="Chats with student ambassadors",
    version="1",
    description=DESCRIPTION,
    mode="strict",
    path="not-registered",  # ours is served by the API's own blueprint
)


def documented(
    answer: type, *problems: int, status: int = 200
) -> Callable[[Callable[..., Any]], Any]:
    """A view whose annotations are checked, and what it answers, for the documentation."""
    shapes: dict[str, Any] = {f"HTTP_{status}": answer}
    shapes |= {f"HTTP_{one}": schemas.Problem for one in (*problems, 422)}
    decorate: Callable[[Callable[..., Any]], Any] = spec.validate(resp=Response(**shapes))
    return decorate


def write_openapi() -> dict[str, Any]:
    """The OpenAPI document of this app's routes; problems get their own media type."""
    document: dict[str, Any] = json.loads(current_app.json.dumps(spec.spec))
    for path in document["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if status >= "400":
                    content = response["content"]
                    content["application/problem+json"] = content.pop("application/json")
            if "401" in operation["responses"]:
                operation["security"] = [{"key": []}]
    export = document["paths"]["/api/v1/export/chats"]["get"]["responses"]["200"]["content"]
    export["text/csv"] = {"schema": {"type": "string"}}
    document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    return document
