"""The whole API under requests made from its own description, on real servers, with a worker (`--long`)."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
from collections import Counter
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from PIL import Image

from contract.result import Result
from contract.spec import VisualizationSpec
from tests.backend.conftest import Crew
from tests.fakes import FakeEngine, FakeModel, analysis, spec

schemathesis = pytest.importorskip("schemathesis", reason="install requirements-fuzz.txt")

REQUESTS = int(os.environ.get("KINETOSCOPE_FUZZ", "12000"))
EXAMPLES = min(100, REQUESTS // 60)
"""Requests in all, and for each operation in a turn, right ones and wrong ones."""

ADDRESS = 60_000
"""Characters of a query beyond which the test's client does not send it."""

STREAMS = "/api/v1/events"
"""Never ends, so that nothing is asked of it here."""

KNOWN = {
    "model": ["tiny"],
    "layer": ["conv1", "classes", "motion.conv3_1"],
    "unit": [0, 1, 5],
    "number": [0, 2],
    "first": [0],
    "second": [1],
    "id": [spec(1).id, spec(2).id, analysis().id],
    "file": ["motion.webp", "motion-poster.webp", "motion.png", "motion.gif", "all.npz"],
    "clip": ["a"],
    "units": [[0, 1]],
}
"""Values that exist: made-up ones alone would never get past the first look."""


class Painter(FakeEngine):
    """Makes pictures that are pictures."""

    def finish(
        self, model: FakeModel, spec: VisualizationSpec, optimum: VisualizationSpec
    ) -> tuple[Result, dict[str, bytes]]:
        result, media = super().finish(model, spec, optimum)
        strip = io.BytesIO()
        Image.new("RGB", (160, 16), (128, 128, 0)).save(strip, "WEBP", lossless=True)
        return result, dict.fromkeys(media, strip.getvalue())


@pytest.mark.long
def test_nothing_fails_and_everything_is_as_described(app: FastAPI, client: TestClient, crew: Crew) -> None:
    crew.engine = Painter()
    client.post("/api/v1/visualizations", json={"model": "tiny", "layer": "conv1", "unit": 1})
    crew.work()
    schema = schemathesis.openapi.from_dict(app.openapi())
    operations = [each.ok() for each in schema.get_all_operations()]
    operations = [each for each in operations if each.path != STREAMS]
    seen: Counter[int] = Counter()
    for turn in itertools.count():
        for operation in operations:
            for mode in schemathesis.GenerationMode:
                with contextlib.suppress(Unsatisfiable):  # nothing can be wrong where nothing is asked for
                    _try(operation, mode, client, seen, turn=turn)
        if sum(seen.values()) >= REQUESTS:
            break
    print(f"{sum(seen.values())} requests: {dict(sorted(seen.items()))}")
    assert {200, 404, 422} <= set(seen)


def _try(operation: Any, mode: Any, client: TestClient, seen: Counter[int], *, turn: int) -> None:
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

    checks = [not_a_server_error, content_type_conformance, response_schema_conformance]

    @seed(turn)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode), known=st.booleans(), data=st.data())
    def ask(case: Any, known: bool, data: st.DataObject) -> None:
        if known:
            _make_known(case.path_parameters, data)
            _make_known(case.body, data)
        asked = case.as_transport_kwargs(base_url="http://localhost")
        assume(len(urlencode(asked.get("params") or {}, doseq=True)) < ADDRESS)
        answer = client.request(**asked)
        seen[answer.status_code] += 1
        assert answer.status_code < 500, f"{case.method} {answer.url} {case.body!r}: {answer.text}"
        if answer.status_code in (200, 202, 422):
            case.validate_response(answer, checks=checks)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["detail"]

    ask()


def _make_known(values: Any, data: st.DataObject) -> None:
    if not isinstance(values, dict):
        return
    for name, choices in KNOWN.items():
        if name in values:
            values[name] = data.draw(st.sampled_from(choices), label=name)
