"""The import rules of docs/architecture.md, read from the imports themselves."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("bot", "flows", "knowledge", "admin", "locales")
WIRING = {"bot/app.py", "bot/cli.py", "bot/cli_directory.py", "bot/serving.py", "bot/store.py",
          "bot/checking.py"}  # fmt: skip

# A file, by the longest start of its path → what it may import beside the standard library.
RULES: dict[str, set[str]] = {
    "flows/": {"flows", "yaml"},
    "knowledge/articles.py": {"flows", "knowledge.claims", "yaml"},
    "knowledge/search": {"flows", "knowledge.articles", "knowledge.search",
                         "rapidfuzz", "yaml"},
    "knowledge/search/meaning": {"flows", "knowledge.articles", "knowledge.search", "numpy"},
    "knowledge/taxonomy.py": {"flows"},
    "knowledge/syllables.py": set(),
    "knowledge/readability.py": {"flows", "knowledge.syllables"},
    "knowledge/glossary.py": {"flows", "knowledge.readability"},
    "knowledge/places": {"flows", "knowledge.places", "knowledge.search.sounds", "rapidfuzz",
                         "yaml"},
    "knowledge/situations.py": {"flows"},
    "knowledge/store/": {"knowledge.store", "sqlalchemy", "alembic", "cryptography"},
    "knowledge/directory/": {"knowledge.directory", "knowledge.places", "knowledge.store",
                             "knowledge.taxonomy", "knowledge", "flows", "sqlalchemy",
                             "phonenumbers", "holidays", "pydantic"},
    "knowledge/staff/": {"knowledge.staff", "knowledge.store", "knowledge.directory",
                         "knowledge.places",
                         "sqlalchemy", "argon2", "cryptography", "segno"},
    "knowledge/figures/": {"knowledge.figures", "knowledge.store", "knowledge.directory",
                           "knowledge.staff.rights", "knowledge.taxonomy", "knowledge.places",
                           "flows", "sqlalchemy", "highspy", "numpy", "opendp"},
    "knowledge/questions/": {"knowledge.questions", "knowledge.store", "knowledge.search",
                             "knowledge.articles", "flows", "sqlalchemy", "rapidfuzz", "yaml"},
    "locales/": {"locales", "flows", "babel", "jinja2", "rapidfuzz"},
    "bot/messages.py": set(),
    "bot/phrases.py": set(),
    "bot/danger/": {"bot.danger", "flows", "yaml"},
    "bot/helping.py": {"bot", "flows"},
    "bot/hints.py": {"knowledge.search", "flows"},
    "bot/typed.py": {"bot.content", "bot.options", "flows", "rapidfuzz"},
    "bot/placing.py": {"bot.messages", "knowledge.places"},
    "bot/options.py": {"bot.phrases", "bot.content", "bot.messages", "bot", "flows",
                       "knowledge.places"},
    "bot/navigation.py": {"bot", "flows"},
    "bot/rating.py": {"bot", "flows"},
    "bot/children.py": {"bot", "flows"},
    "bot/conversation.py": {"bot", "flows", "knowledge.articles", "knowledge.search",
                            "knowledge.places", "knowledge"},
    "bot/acting.py": {"bot", "flows", "knowledge.places"},
    "bot/content_cache.py": {"bot", "flows"},
    "bot/content.py": {"bot", "flows", "knowledge.articles", "knowledge.search",
                       "knowledge.situations", "locales"},
    "bot/compose.py": {"bot", "knowledge.articles", "knowledge.directory.records",
                       "knowledge.directory.found", "knowledge.directory.opening", "locales"},
    "bot/channels/console.py": {"bot", "rich"},
    "bot/channels/telegram": {"bot", "knowledge.store", "locales", "telegram", "aiohttp", "yarl",
                              "orjson", "starlette", "structlog", "sqlalchemy"},
    "bot/channels/web": {"bot", "knowledge.store", "locales", "fastapi",
                         "starlette", "pydantic", "jinja2", "markupsafe", "structlog",
                         "sqlalchemy", "python_multipart"},
    "admin/": {"admin", "knowledge", "flows", "locales", "fastapi", "starlette", "pydantic",
               "sqlalchemy", "jinja2", "markupsafe", "structlog", "aiohttp", "python_multipart",
               "segno"},
}  # fmt: skip


def files() -> list[Path]:
    return [
        path.relative_to(ROOT)
        for package in OURS
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def imports_of(path: Path) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            found.add(node.module or "")
    return {name for name in found if name.split(".")[0] not in sys.stdlib_module_names}


def allowed(name: str, rule: set[str]) -> bool:
    return any(name == start or name.startswith(f"{start}.") for start in rule)


@pytest.mark.parametrize("path", files(), ids=str)
def test_a_file_imports_what_its_place_allows(path: Path) -> None:
    rules = [start for start in RULES if str(path).startswith(start)]
    if not rules or str(path) in WIRING:
        return
    rule = RULES[max(rules, key=len)]
    wrong = {name for name in imports_of(path) if not allowed(name, rule)}
    assert not wrong, f"{path} may not import {', '.join(sorted(wrong))}"


def test_only_telegram_files_know_telegram() -> None:
    for path in files():
        if "telegram" not in path.name:
            assert not any(n.split(".")[0] == "telegram" for n in imports_of(path)), path


def test_staff_pages_have_no_path_to_a_conversation() -> None:
    for path in files():
        if path.parts[0] == "admin":
            assert not any(name.split(".")[0] == "bot" for name in imports_of(path)), path


def test_the_decisions_know_no_database_network_or_clock() -> None:
    for name in (
        "conversation",
        "acting",
        "navigation",
        "typed",
        "options",
        "danger/book",
        "helping",
        "messages",
        "hints",
        "rating",
        "children",
    ):
        found = imports_of(Path("bot") / f"{name}.py")
        assert not {"sqlalchemy", "structlog", "aiohttp", "asyncio"} & {
            n.split(".")[0] for n in found
        }
        source = (ROOT / "bot" / f"{name}.py").read_text(encoding="utf-8")
        assert "now(" not in source or name == "messages", f"{name} reads a clock"
