"""Figures for Prometheus: true, named as the dashboard names them, and about nobody."""

import json
import re
from pathlib import Path

import httpx
import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from web_for_tests import serving

from bot import metrics

DASHBOARD = Path(__file__).parent.parent / "docs" / "operations" / "grafana-dashboard.json"
CANARY = "frase-canaria-04567890"


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_turn_is_counted_whether_it_ends_well_or_not() -> None:
    before = value("ventanilla_turns_total", channel="web", result="failed")
    with pytest.raises(KeyError), metrics.turn("web"):
        raise KeyError
    assert value("ventanilla_turns_total", channel="web", result="failed") == before + 1


def test_a_job_that_fails_is_failing_until_it_or_another_process_has_done_it() -> None:
    now = [0.0]
    jobs = metrics.JobFigures(lambda: now[0])
    with pytest.raises(OSError, match="x"), jobs.running("expire"):
        raise OSError("x")
    assert jobs.failing == ("expire",)
    with jobs.running("expire"):
        pass
    assert jobs.failing == ()
    with pytest.raises(OSError, match="x"), jobs.running("expire"):
        raise OSError("x")
    now[0] += metrics.FAILING_SECONDS + 1
    assert jobs.failing == ()


def test_a_send_is_counted_by_what_became_of_it() -> None:
    results = ((TimeoutError, "later"), (ConnectionError, "unreachable"))
    for error, result in ((TimeoutError, "later"), (ConnectionError, "unreachable"),
                          (KeyError, "failed")):  # fmt: skip
        before = value("ventanilla_sends_total", channel="telegram", result=result)
        with pytest.raises(error), metrics.send("telegram", results):
            raise error
        assert value("ventanilla_sends_total", channel="telegram", result=result) == before + 1


def test_the_service_shows_its_figures_and_nothing_of_what_was_asked(tmp_path: Path) -> None:
    with serving(tmp_path) as service, httpx.Client(base_url=service.url, timeout=60) as client:
        client.post("/chat", json={"text": CANARY})
        client.get(f"/hsds/services?search={CANARY}")
        client.get(f"/static/{CANARY}")
        client.get(f"/{CANARY}")
        client.request(CANARY.upper().replace("-", ""), "/")
        told = client.get("/metrics").text
        ready = client.get("/health/ready")
    assert CANARY not in told.lower()
    assert CANARY.replace("-", "") not in told.lower()
    families = {family.name for family in text_string_to_metric_families(told)}
    assert "ventanilla_outbox_messages" in families
    routes = set(re.findall(r'route="([^"]*)"', told))
    assert {"/chat", "unknown"} <= routes
    assert ready.status_code == 200
    assert ready.json()["content"]["articles"] > 0


def test_ready_says_no_when_the_database_is_away(tmp_path: Path) -> None:
    with serving(tmp_path) as service, httpx.Client(base_url=service.url, timeout=60) as client:
        service._run("ALTER TABLE leases RENAME TO away")
        try:
            ready = client.get("/health/ready")
        finally:
            service._run("ALTER TABLE away RENAME TO leases")
        assert ready.status_code == 503
        assert client.get("/health/live").status_code == 200
        service._run("INSERT INTO leases VALUES ('job:figures', '', 1, 5.0)")
        assert client.get("/health/ready").json()["status"] == "degraded"


def test_the_dashboard_asks_for_figures_that_exist() -> None:
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    asked = set()
    for panel in dashboard["panels"]:
        for target in panel.get("targets", ()):
            asked |= set(re.findall(r"\b(?:ventanilla|process)_\w+", target["expr"]))
    known = {"ventanilla_outbox_messages", "ventanilla_outbox_oldest_hours"}
    for family in REGISTRY.collect():
        known |= {family.name, *(sample.name for sample in family.samples)}
        if family.type == "counter":
            known.add(f"{family.name}_total")
        if family.type == "histogram":
            known |= {f"{family.name}_{end}" for end in ("bucket", "sum", "count")}
    assert asked - known == set()
    ours = {n for n in known if n.startswith("ventanilla_")}
    assert len([name for name in asked if name in ours]) >= 8
