"""What the API says of itself: OpenAPI 3.1, and a guide that asks nobody else for anything."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from api_for_tests import Api, an_api

WRITES = ("post", "patch", "delete")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with an_api(tmp_path_factory.mktemp("described")) as api:
        yield api


@pytest.fixture(scope="module")
def described(api: Api) -> Any:
    found = api.send(None, "GET", "/api/openapi.json")
    assert found.status_code == 200
    return found.json()


def test_it_is_described_in_openapi_3_1(described: Any) -> None:
    assert described["openapi"].startswith("3.1.")
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_every_operation_tells_its_problems_tag_and_way_in(described: Any) -> None:
    for path, methods in described["paths"].items():
        for method, told in methods.items():
            where = f"{method} {path}"
            assert told["tags"], where
            assert told["security"], where
            assert {"401", "403", "422"} <= set(told["responses"]), where
            needs_tag = "If-Match" in [p["name"] for p in told.get("parameters", ())]
            assert needs_tag is ("428" in told["responses"]), where
            assert ("{" in path) <= ("404" in told["responses"]), where


def test_the_guide_shows_every_operation_and_loads_nothing_from_elsewhere(
    api: Api, described: Any
) -> None:
    page = api.send(None, "GET", "/api/docs")
    assert page.status_code == 200
    for path, methods in described["paths"].items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code>" in page.text
    assert "script" not in page.text.lower().replace("description", "").replace("scripts", "")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert all(address.startswith("/") for address in loaded)
    assert "default-src 'none'" in page.headers["content-security-policy"]
