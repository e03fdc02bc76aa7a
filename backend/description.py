"""The description of the API (OpenAPI), with errors as they are: problems in one shape."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from backend.problems import MEDIA_TYPE

TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
FAULT = {"type": "object", "properties": {"pointer": TEXT, "detail": TEXT}, "required": ["pointer", "detail"]}
PROBLEM = {
    "title": "Problem",
    "description": "An error (RFC 9457).",
    "type": "object",
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "instance": TEXT,
        "allowed": TEXTS,
        "did_you_mean": TEXTS,
        "errors": {"type": "array", "items": FAULT},
    },
    "required": ["type", "title", "status", "detail", "instance"],
}
"""As backend/problems.py writes it."""

THEIRS = ("HTTPValidationError", "ValidationError")
"""Shapes of errors that FastAPI describes, and that are never answered here."""


def install(app: FastAPI) -> None:
    """Have `app` describe its errors as they are."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_problems(described())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    for name in THEIRS:
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operation in (each for path in schema["paths"].values() for each in path.values()):
        operation["responses"].pop("422", None)
        operation["responses"]["default"] = {"description": "A problem.", "content": content}
    return schema
