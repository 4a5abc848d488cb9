"""What several tests share: the shipped content, and a small prepared database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

from bot.chat import Chat
from bot.compose import Composer
from bot.content import Content, load_content
from bot.settings import Settings
from bot.store import open_store

settings.register_profile(
    "ventanilla", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("ventanilla")

SECRET = "a secret for tests alone, forty characters"


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content()


@pytest.fixture(scope="session")
def shipped_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database with the shipped directory, for tests that only read it."""
    engine = open_store(Settings(data_dir=tmp_path_factory.mktemp("shipped"), secret_key=SECRET))
    yield engine
    engine.dispose()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    """An empty database of its own, without the shipped directory."""
    engine = open_store(
        Settings(data_dir=tmp_path / "data", secret_key=SECRET, shipped_directory=False)
    )
    yield engine
    engine.dispose()


@pytest.fixture
def chat(store: Engine, content: Content) -> Chat:
    return Chat(store, Settings(secret_key=SECRET).vault(), content, Composer(content))
