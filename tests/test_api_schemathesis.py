"""The whole API asked at random, as its OpenAPI description invites to: never a fault of ours."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_for_tests import Api, an_api, an_app
from hypothesis import HealthCheck, settings

schemathesis = pytest.importorskip("schemathesis", reason="needs the package schemathesis")

from schemathesis.checks import CHECKS  # noqa: E402

# Our rules go beyond a schema: a good shape can be refused (422, 404, 409, 412, 428) and a header
# such as Idempotency-Key may hold anything; these checks cannot know that.
LEFT_OUT = {"allow_header_conformance", "negative_data_rejection", "positive_data_acceptance",
            "missing_required_header"}  # fmt: skip

schema = schemathesis.openapi.from_asgi("/api/openapi.json", an_app()).include(
    path_regex="^/api/v1/"
)
# Every edge of every field takes minutes; random bodies find what is worth finding in seconds.
schema.config.phases.coverage.enabled = False


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with tempfile.TemporaryDirectory() as folder, an_api(Path(folder)) as api:
        yield api


@schema.parametrize()
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_finds_a_fault(api: Api, case: Any) -> None:
    headers = {"Authorization": f"Bearer {api.tokens['administrator']}"}
    if case.method in ("PATCH", "DELETE"):
        headers["If-Match"] = '"1"'
    left_out = [check for name, check in CHECKS._items.items() if name in LEFT_OUT]
    case.call_and_validate(headers=headers, excluded_checks=left_out)
