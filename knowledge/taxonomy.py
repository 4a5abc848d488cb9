"""The topics that articles and services share: one short file, ids that never change."""

from pathlib import Path

from flows.definition import Finding
from flows.yaml_reader import Reader
from flows.yaml_source import YamlMap, read_yaml

FILE = Path(__file__).parent / "taxonomy.yaml"


def load_taxonomy(
    path: Path = FILE, shown_as: str = "knowledge/taxonomy.yaml"
) -> tuple[dict[str, str], list[Finding]]:
    """Return every taxonomy term with its topic's Spanish title, and all that is wrong."""
    node, findings = read_yaml(path, shown_as)
    terms: dict[str, str] = {}
    if not isinstance(node, YamlMap):
        return terms, findings
    reader = Reader(node, shown_as, findings)
    for topic, _ in reader.entries():
        group = reader.map(topic)
        if group is None:
            continue
        group.unknown_keys(("title", "terms"))
        group.require("title", "terms")
        title = group.text("title") or topic
        terms[topic] = title
        for term in group.texts("terms"):
            if term.split("/")[0] != topic:
                group.note(f'"{term}" does not begin with "{topic}/".', "terms")
            terms[term] = title
    return terms, findings
