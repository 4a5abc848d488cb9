"""Which passwords may be used, and that those in use are kept as they should be."""

import pytest

from knowledge.staff import passwords
from knowledge.staff.passwords import Weakness, weakness

EMAIL = "mercedes.zelaya@alcaldiasonsonate.gob.sv"


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("corta", Weakness.TOO_SHORT),
        ("nueve9999", Weakness.TOO_SHORT),
        ("x" * 201, Weakness.TOO_LONG),
        ("contraseña123", Weakness.COMMON),
        ("CONTRASENA2026", Weakness.COMMON),
        ("C0ntras3ña!!", Weakness.COMMON),
        ("  contraseña  ", Weakness.COMMON),
        ("Septiembre2026", Weakness.COMMON),
        ("sansalvador1", Weakness.COMMON),
        ("1234567890", Weakness.COMMON),
        ("qwertyuiop", Weakness.COMMON),
        ("aaaaaaaaaaaaaa", Weakness.COMMON),
        ("pupupupupupu", Weakness.COMMON),
        ("bcdefghijklm", Weakness.COMMON),
        ("mercedes.zelaya", Weakness.LIKE_ADDRESS),
        ("ZelayaMercedes", Weakness.LIKE_ADDRESS),
        ("alcaldiasonsonate1", Weakness.LIKE_ADDRESS),
        ("mercedes.zelaya@alcaldiasonsonate.gob.sv", Weakness.LIKE_ADDRESS),
        ("Ventanilla2026", Weakness.LIKE_ADDRESS),
        ("caballo pila grapa correcto", None),
        ("mercedes compra cebollas", None),  # the name is in it, and much more
        ("solo minusculas", None),  # no rules on capitals, digits or signs
        ("83920175648", None),
        ("ñandú-güisquil-47", None),
        ("x7" * 3 + "q9z4", None),
        ("秘密の言葉は十文字以上", None),
    ],
)
def test_a_password_is_refused_for_what_makes_it_easy_to_guess(
    password: str, expected: Weakness | None
) -> None:
    assert weakness(password, EMAIL) is expected


def test_the_list_is_long_enough_to_matter() -> None:
    assert len(passwords.COMMON.read_text(encoding="utf-8").split()) >= 1000


def test_only_the_right_password_is_right() -> None:
    hashed = passwords.hash_password("mañana de café")
    assert hashed.startswith("$argon2id$")
    assert "café" not in hashed
    assert passwords.is_right(hashed, "mañana de café")
    assert passwords.is_right(hashed, "man\u0303ana de cafe\u0301")  # typed on another keyboard
    assert not passwords.is_right(hashed, "mañana de cafe")
    assert not passwords.is_right(hashed, "")
    assert not passwords.is_right(None, "mañana de café")
    assert not passwords.is_right("not a hash", "mañana de café")


def test_what_is_behind_the_limit_of_length_counts_for_nothing() -> None:
    hashed = passwords.hash_password("y" * passwords.MAX_LENGTH)
    assert passwords.is_right(hashed, "y" * passwords.MAX_LENGTH)
    assert not passwords.is_right(hashed, "y" * (passwords.MAX_LENGTH + 1))


def test_the_hash_of_older_parameters_is_told() -> None:
    assert not passwords.is_outdated(passwords.hash_password("mañana de café"))
    assert passwords.is_outdated(
        "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$"
        "UmVqZWN0ZWRSZWplY3RlZFJlamVjdGVkUmVqZWN0ZWQ"
    )
