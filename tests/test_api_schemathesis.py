"""The whole API asked at random, as its OpenAPI description invites to: never a fault of ours."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_for_tests import Api, an_api
from hypothesis import HealthCheck, settings

schemathesis = pytest.importorskip("schemathesis", reason="needs the package schemathesis")

from schemathesis.checks import CHECKS  # noqa: E402
from schemathesis.python.asgi import get_client  # noqa: E402

# Our rules go beyond a schema: a good shape can be refused (422, 404, 409, 412), a text that is no
# schema's type can be read (`true` as "1"), and a header such as Idempotency-Key may hold anything;
# these checks cannot know that.
LEFT_OUT = {"allow_header_conformance", "negative_data_rejection", "positive_data_acceptance"}
# Four kinds of entries share their handlers, and lists their pages: every edge of every field is
# asked of one kind and one list, the others are asked at random. All edges of all take minutes.
ALIKE = (
    "^/api/v1/((services|locations|service-at-locations)(?!.*(merge-office|card))"
    "|(organizations|proposals|questions)$)"
)


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with tempfile.TemporaryDirectory() as folder, an_api(Path(folder)) as api:
        yield api


@pytest.fixture(autouse=True)
def named(request: pytest.FixtureRequest) -> None:
    """Schemathesis 4.32 looks for the name of a test where pytest 9.2 keeps it no more."""
    request.node._nodeid = request.node.nodeid


# The description is read when the first test begins, not while every worker collects its tests.
@pytest.fixture(scope="module")
def described_edges(api: Api) -> Any:
    found = schemathesis.openapi.from_asgi("/api/openapi.json", api.app)
    found.config.phases.coverage.unexpected_methods = {"trace"}
    return found


@pytest.fixture(scope="module")
def described_chance(api: Api) -> Any:
    found = schemathesis.openapi.from_asgi("/api/openapi.json", api.app)
    found.config.phases.coverage.enabled = False
    return found


edges = schemathesis.pytest.from_fixture("described_edges")
edges = edges.include(path_regex="^/api/v1/").exclude(path_regex=ALIKE)
chance = schemathesis.pytest.from_fixture("described_chance").include(path_regex=ALIKE)


@pytest.fixture(scope="module")
def client(api: Api) -> Iterator[Any]:
    """One client for all requests: to begin one takes longer than a request."""
    with get_client(api.app) as client:
        yield client


@edges.parametrize()
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_edge_of_a_field_finds_a_fault(api: Api, client: Any, case: Any) -> None:
    ask(api, client, case)


@chance.parametrize()
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_at_random_finds_a_fault(api: Api, client: Any, case: Any) -> None:
    ask(api, client, case)


def ask(api: Api, client: Any, case: Any) -> None:
    headers = {"Authorization": f"Bearer {api.tokens['administrator']}"}
    left_out = [check for name, check in CHECKS._items.items() if name in LEFT_OUT]
    case.call_and_validate(headers=headers, session=client, excluded_checks=left_out)
