"""Every conversation in `tests/conversations/` goes as it is written there."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from transcripts import CONVERSATIONS, replay

from bot.content import Content
from knowledge.store.database import reading

TRANSCRIPTS = sorted(CONVERSATIONS.glob("*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_conversation_goes_as_written(
    path: Path, content: Content, shipped_store: Engine
) -> None:
    written = path.read_text(encoding="utf-8")
    with reading(shipped_store).connect() as offices:
        assert replay(written, content, offices) == written


def test_the_conversations_cover_both_languages_and_all_countries() -> None:
    texts = [path.read_text(encoding="utf-8") for path in TRANSCRIPTS]
    assert len(texts) >= 25
    for country in ("SV", "GT", "HN", "MX"):
        for language in ("es", "en"):
            assert any(f"country: {country}" in t and f"lang: {language}" in t for t in texts)
