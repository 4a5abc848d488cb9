"""What several tests share: the shipped content, and small prepared databases of both engines."""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from postgres_for_tests import a_database
from sqlalchemy import Engine, make_url

from bot.chat import Chat
from bot.compose import Composer
from bot.content import Content, load_content
from bot.settings import Settings
from bot.store import open_store
from knowledge.store.database import open_engine

settings.register_profile(
    "ventanilla", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("ventanilla")

SECRET = "a secret for tests alone, forty characters"
ENGINES = ("sqlite", "postgresql")

# The longest files, longest first: each goes to a worker before the short ones fill what is left.
LONG = (
    "test_durability.py",
    "test_conversation_properties.py",
    "test_several_processes.py",
    "test_backup.py",
    "test_cli.py",
    "test_api_schemathesis.py",
    "test_channels_contract.py",
    "test_web_browser.py",
    "test_desk_accessibility.py",
    "test_desk_browser.py",
    "test_desk_work_browser.py",
    "test_staff_browser.py",
    "test_figures_pages.py",
    "test_web_page.py",
    "test_web_browser_trouble.py",
)

# Gives the URL of an empty but migrated database, for one test.
Databases = Callable[[Path], AbstractContextManager[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.path.name, len(LONG)))


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content()


@pytest.fixture(scope="session", params=ENGINES)
def shipped_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """A database with the shipped directory, for tests that only read it."""
    url = contextlib.nullcontext(None) if request.param == "sqlite" else a_database()
    with url as database_url:
        data_dir = tmp_path_factory.mktemp("shipped")
        engine = open_store(
            Settings(data_dir=data_dir, secret_key=SECRET, database_url=database_url)
        )
        yield engine
        engine.dispose()


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    prepared = tmp_path_factory.mktemp("prepared") / "prepared.sqlite3"
    _prepare(f"sqlite:///{prepared}")

    @contextlib.contextmanager
    def a_copy(folder: Path) -> Iterator[str]:
        folder.mkdir(exist_ok=True)
        yield f"sqlite:///{shutil.copy(prepared, folder / 'ventanilla.sqlite3')}"

    return a_copy


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[Databases]:
    with a_database() as prepared:
        _prepare(prepared)
        template = make_url(prepared).database

        @contextlib.contextmanager
        def a_copy(_folder: Path) -> Iterator[str]:
            with a_database(template) as url:
                yield url

        yield a_copy


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of its own, without the shipped directory."""
    databases: Databases = request.getfixturevalue(f"{request.param}_databases")
    with databases(tmp_path / "data") as url:
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Engine]:
    """An empty database of its own, without the shipped directory."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def chat(store: Engine, content: Content) -> Chat:
    return Chat(store, Settings(secret_key=SECRET).vault(), content, Composer(content))


def _prepare(url: str) -> None:
    open_store(Settings(database_url=url, secret_key=SECRET, shipped_directory=False)).dispose()
