"""Nothing of a request goes to a collector of traces, whatever the environment asks for."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry import trace
from web_for_tests import serving


class Collector(trace.TracerProvider):
    """Notes who asks to have something traced."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get_tracer(self, instrumenting_module_name: str, *_: Any, **__: Any) -> trace.Tracer:
        self.asked.append(instrumenting_module_name)
        return trace.NoOpTracer()


def test_people_and_staff_are_not_traced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collector = Collector()
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", collector)
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    with serving(tmp_path) as service:
        answers = [
            httpx.post(f"{service.url}/chat", json={"text": "perdí mi dui"}),
            httpx.post(f"{service.url}/chat", json={"text": ["not", "a", "text"]}),
            httpx.get(f"{service.url}/api/v1/people", timeout=30),
            httpx.get(f"{service.url}/admin/", timeout=30, follow_redirects=True),
        ]
    assert [answer.status_code for answer in answers] == [200, 422, 401, 200]
    assert collector.asked == []
