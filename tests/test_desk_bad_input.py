"""What people send by mistake, or worse: clear words, nothing lost, nobody let in."""

import struct
import zlib
from collections.abc import Iterator

import pytest
from desk_for_tests import NEVER, OLD, RunningDesk, a_desk
from entry_for_tests import words_of
from test_desk_import import IMPORT, NEW, a_row, a_sheet, apply, bring, pair, service, token_in

from knowledge.staff.rights import Role


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    with a_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


def a_picture() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(
            ">I", zlib.crc32(kind + data)
        )  # fmt: skip

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"")


FILES = [
    (b"", "El archivo está vacío"),
    (b"\xef\xbb\xbf", "El archivo está vacío"),
    (b" \r\n \r\n", "El archivo está vacío"),
    (a_picture(), "No es una tabla de texto"),
    (b"PK\x03\x04" + b"x" * 50, "Es un libro de Excel"),
    (b"nombre;telefono\nA;B\n", "No hay una columna «nombre»"),
    (b"id,organization,country\na,b,SV\n", "Faltan estas columnas: service"),
    (b"id,id,organization,service,country\n", "La columna «id» está dos veces"),
    (b"id,organization,service,country\na,b,c,SV,d,e\n", "La fila 2 tiene 6 celdas"),
    (b'id,organization,service,country\na,"b,c,SV\n', "quizá le falta cerrar unas comillas"),
]


@pytest.mark.parametrize(("raw", "words"), FILES)
def test_a_file_that_is_no_spreadsheet_is_refused_in_words(
    running: RunningDesk, raw: bytes, words: str
) -> None:
    page = bring(running, raw)
    assert words in words_of(page.text), words_of(page.text)


@pytest.mark.parametrize("size", [20_000_001, 25_000_000])
def test_a_file_that_is_too_large_is_refused_kindly(running: RunningDesk, size: int) -> None:
    page = bring(running, b"x" * size)
    assert page.status_code == 413
    assert "pesa más de 20 MB. Pártalo" in words_of(page.text)
    assert "<main" in page.text


def test_no_file_at_all_is_said_beside_the_field(running: RunningDesk) -> None:
    client = running.client()
    fields = {"csrf_token": token_in(client.get(IMPORT).text)}
    page = client.post(IMPORT, data=fields, files={"other": ("a.csv", b"x")})
    assert (page.status_code, "Elija un archivo." in page.text) == (422, True)


def test_a_spreadsheet_in_windows_letters_with_semicolons_is_read(running: RunningDesk) -> None:
    row = NEW | {"id": "sv-tildes", "service": "Atención a niñez"}
    lines = [";".join(row), ";".join(row.values())]
    page = bring(running, "\r\n".join(lines).encode("cp1252"))
    assert "Atención a niñez" in page.text


def test_a_formula_is_a_text_and_never_leaves_as_a_formula(running: RunningDesk) -> None:
    formula = '=HYPERLINK("http://malo.example";"toque")'
    page = bring(running, a_sheet(a_row(OLD, cost="") | {"cost": formula}))
    assert "Listo" in apply(running, page)
    assert service(running, OLD).fees_description == formula
    exported = running.client(Role.COORDINATOR).get("/api/v1/export.csv").text
    assert "\"'=HYPERLINK(" in exported
    again = bring(running, exported.encode())
    assert "HYPERLINK" not in again.text  # it says the same, so it does not change


def test_a_page_in_the_place_of_a_phone_is_refused_and_not_drawn(running: RunningDesk) -> None:
    before = pair(running, NEVER)
    script = "<script>alert(1)</script>"
    page = bring(running, a_sheet(a_row(NEVER, phones=script)))
    assert script not in page.text
    assert "&lt;script&gt;" in page.text
    assert "no es un teléfono" in words_of(page.text)
    assert pair(running, NEVER) == before


def test_a_name_of_markup_is_a_name(running: RunningDesk) -> None:
    page = bring(running, a_sheet(NEW), name='"><img src=x onerror=alert(1)>.csv')
    assert "<img" not in page.text


def test_a_session_that_was_signed_out_opens_nothing(running: RunningDesk) -> None:
    client, thief = running.client(Role.EDITOR), running.client(Role.EDITOR)
    token = token_in(client.get(IMPORT).text)
    client.post("/admin/sign-out", data={"csrf_token": token})
    for answer in (
        thief.get(IMPORT),
        thief.post(IMPORT, data={"csrf_token": token}, files={"file": ("a.csv", a_sheet(NEW))}),
    ):
        assert answer.headers["location"].startswith("/admin/sign-in")
