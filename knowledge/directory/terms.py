"""The topics in the database: `knowledge/taxonomy.yaml` as an HSDS taxonomy with its terms.

Topics are the same in every installation and never renamed; only the names that people read are
written anew when `terms.yaml` changes.
"""

import hashlib
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from flows.yaml_reader import Reader
from flows.yaml_source import YamlMap, read_yaml
from knowledge import taxonomy
from knowledge.directory.rows import derived_id
from knowledge.store.database import upsert
from knowledge.store.directory_tables import taxonomies, taxonomy_terms
from knowledge.store.entry_tables import texts

NAMES = Path(__file__).parent / "terms.yaml"
TAXONOMY_ID = derived_id("taxonomy", "ventanilla")
TAXONOMY_NAME = "Temas de Ventanilla"
TAXONOMY_ABOUT = "Los temas que comparten los artículos y las oficinas de Ventanilla."


def term_id(code: str) -> str:
    """Return the id of a topic (`documents`, `documents/passport`)."""
    return derived_id("taxonomy_term", code)


def known_terms(connection: Connection) -> frozenset[str]:
    """Return the codes of every topic that the database knows."""
    return frozenset(connection.execute(select(taxonomy_terms.c.code)).scalars())


def are_current(connection: Connection) -> bool:
    """Whether the database has the topics of this version."""
    found = connection.execute(
        select(taxonomies.c.version).where(taxonomies.c.id == TAXONOMY_ID)
    ).scalar_one_or_none()
    return found == _fingerprint()


def write_terms(connection: Connection) -> None:
    """Bring the topics of the database up to date; a topic that is gone stays, it may be in use."""
    titles, _ = taxonomy.load_taxonomy()
    names = _names()
    connection.execute(
        upsert(connection, taxonomies, ("id",)),
        {
            "id": TAXONOMY_ID, "name": TAXONOMY_NAME, "description": TAXONOMY_ABOUT,
            "uri": None, "version": _fingerprint(),
        },
    )  # fmt: skip
    rows: list[dict[str, Any]] = []
    english: list[dict[str, Any]] = []
    for position, (code, title) in enumerate(titles.items()):
        name = names.get(code, {})
        group = code.split("/")[0]
        rows.append({
            "id": term_id(code), "taxonomy_id": TAXONOMY_ID, "position": position, "code": code,
            "name": name.get("es", title), "description": title,
            "parent_id": None if group == code else term_id(group),
        })  # fmt: skip
        english += [
            {"link_entity": "taxonomy_term", "link_id": term_id(code), "field": "name",
             "language": language, "text": text}
            for language, text in name.items() if language != "es"
        ]  # fmt: skip
    connection.execute(upsert(connection, taxonomy_terms, ("id",)), rows)
    if english:
        keys = ("link_entity", "link_id", "field", "language")
        connection.execute(upsert(connection, texts, keys), english)


def _names() -> dict[str, dict[str, str]]:
    node, findings = read_yaml(NAMES, NAMES.name)
    names: dict[str, dict[str, str]] = {}
    if isinstance(node, YamlMap):
        reader = Reader(node, NAMES.name, findings)
        for code, _ in reader.entries():
            entry = reader.map(code)
            if entry is not None:
                names[code] = {key: entry.text(key) or "" for key, _ in entry.entries()}
    return names


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in (taxonomy.FILE, NAMES):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
