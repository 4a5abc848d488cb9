"""The cache of the content is quick, never stale, and never runs what somebody put there."""

import os
import pickle
import shutil
from pathlib import Path

import pytest

from bot import content_cache
from bot.content import SHIPPED, load_content


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for part in ("flows/library", "knowledge/articles/documents", "knowledge/danger", "locales/en"):
        shutil.copytree(SHIPPED / part, tmp_path / part)
    return tmp_path


def test_the_second_load_gives_the_same_content(folder: Path) -> None:
    first = load_content(folder)
    assert content_cache.cache_path(folder).exists()
    second = load_content(folder)
    assert second.flows == first.flows
    assert second.articles == first.articles
    assert second.danger == first.danger
    assert second.index.index == first.index.index
    assert second.text("en", "Menú") == "Menu"


def test_a_changed_file_is_read_anew(folder: Path) -> None:
    load_content(folder)
    article = folder / "knowledge/articles/documents/passport.yaml"
    article.write_text(article.read_text().replace("title: ", "title: Otro ", 1))
    assert load_content(folder).articles["documents/passport"].title.startswith("Otro")


def test_a_cache_that_holds_something_else_is_ignored(folder: Path) -> None:
    first = load_content(folder)
    now = content_cache.fingerprint(folder)
    for body in (b"", b"garbage", b"\x80\x05", pickle.dumps(os.system)):
        content_cache.cache_path(folder).write_bytes(now.encode() + b"\n" + body)
        assert content_cache.load(folder, now) is None
    assert load_content(folder).articles == first.articles


def test_a_folder_that_cannot_be_written_is_served_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content_cache, "cache_path", lambda _: Path("/proc/none/content.cache"))
    assert load_content(folder).articles
