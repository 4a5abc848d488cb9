"""Guessing is slow; an office is never locked out by what others do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from staff_for_tests import (
    ELSEWHERE,
    OFFICE,
    PASSWORD,
    Clock,
    Databases,
    Service,
    a_desk_of_its_own,
)

from bot.content import Content
from bot.settings import Settings
from knowledge.staff import attempts
from knowledge.staff.attempts import Attempt
from knowledge.staff.sign_in import Outcome, with_password

EMAIL = "editor@alcaldia.gob.sv"


@pytest.fixture
def desk(sqlite_databases: Databases, tmp_path: Path, content: Content) -> Iterator[Service]:
    with a_desk_of_its_own(sqlite_databases, tmp_path / "data", content) as service:
        service.a_member()
        yield service


@pytest.fixture
def guesser(desk: Service) -> "Guesser":
    return Guesser(desk.engine)


def attempt(desk: Service, password: str, address: str = OFFICE, email: str = EMAIL) -> Outcome:
    return with_password(
        desk.engine, desk.desk.vault, email, password, address, desk.clock.now
    ).outcome


class Guesser:
    """Counts attempts without computing a password: thousands at once."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.vault = Settings(secret_key="x" * 40).vault()
        self.clock = Clock()

    def wait(self, who: str = EMAIL, address: str = ELSEWHERE) -> int:
        with self.engine.begin() as connection:
            return Attempt(self.vault, "t", who, address).take(connection, self.clock.now)

    def succeed(self, who: str, address: str) -> None:
        with self.engine.begin() as connection:
            Attempt(self.vault, "t", who, address).succeeded(connection, self.clock.now)

    def guesses_in(self, seconds: int, who: str = EMAIL, address: str = ELSEWHERE) -> int:
        """How many attempts somebody patient gets in this time."""
        end = self.clock.now.timestamp() + seconds
        count = 0
        while self.clock.now.timestamp() < end:
            wait = self.wait(who, address)
            count += not wait
            self.clock.advance(seconds=wait)
            if not wait:
                self.clock.advance(seconds=0.05)
        return count


def test_the_sixth_wrong_password_makes_wait_and_the_right_one_then_opens(desk: Service) -> None:
    for _ in range(6):
        assert attempt(desk, "no es esta", ELSEWHERE) is Outcome.WRONG
    assert attempt(desk, PASSWORD, ELSEWHERE) is Outcome.WAIT
    desk.clock.advance(seconds=3)
    assert attempt(desk, PASSWORD, ELSEWHERE) is Outcome.IN
    assert attempt(desk, "no es esta", ELSEWHERE) is Outcome.WRONG, "counted from the start again"


def test_the_page_says_how_long_to_wait(desk: Service) -> None:
    browser = desk.browser(ELSEWHERE)
    for _ in range(6):
        browser.sign_in(EMAIL, "no es esta")
    answer = browser.sign_in(EMAIL, PASSWORD)
    assert answer.status_code == 422
    assert "Por seguridad, espere 2 segundos" in answer.text


def test_others_failures_do_not_shut_a_member_out_at_their_office(desk: Service) -> None:
    assert attempt(desk, PASSWORD, OFFICE) is Outcome.IN
    for number in range(80):
        attempt(desk, "no es esta", f"45.70.2.{number}")
    assert attempt(desk, "no es esta", "45.70.9.9") is Outcome.WAIT, "the member is attacked"
    assert attempt(desk, PASSWORD, OFFICE) is Outcome.IN


def test_a_colleague_who_forgot_does_not_shut_the_office_out(store: Engine) -> None:
    guesser = Guesser(store)
    guesser.succeed("ana@alcaldia.gob.sv", OFFICE)
    for _ in range(200):
        guesser.wait("beto@alcaldia.gob.sv", OFFICE)
    assert guesser.wait("beto@alcaldia.gob.sv", OFFICE) > 0
    assert guesser.wait("ana@alcaldia.gob.sv", OFFICE) == 0


def test_a_patient_guesser_gets_few_guesses_a_day(guesser: Guesser) -> None:
    assert guesser.guesses_in(24 * 3600) < 150


def test_guessing_one_password_of_many_members_is_slow_too(guesser: Guesser) -> None:
    waits = [guesser.wait(f"persona{n}@alcaldia.gob.sv") for n in range(200)]
    assert waits[:30] == [0] * 30
    assert sum(1 for wait in waits if wait == 0) < 40


@pytest.mark.parametrize(
    ("who", "address", "longest"),
    [(EMAIL, ELSEWHERE, 900), (EMAIL, OFFICE, 60), ("otra@alcaldia.gob.sv", "45.1.1.1", 60)],
    ids=["the guesser", "the member at the known office", "somebody new elsewhere"],
)
def test_every_wait_has_an_end(guesser: Guesser, who: str, address: str, longest: int) -> None:
    guesser.succeed(EMAIL, OFFICE)
    for number in range(25):
        while guesser.wait(EMAIL, ELSEWHERE) or guesser.wait(EMAIL, OFFICE):
            guesser.clock.advance(seconds=900)
        guesser.wait(who, f"45.9.9.{number}")
    assert guesser.wait(who, address) <= longest


def test_a_whole_network_of_addresses_counts_as_one(guesser: Guesser) -> None:
    for number in range(6):
        guesser.wait(EMAIL, f"2001:db8:1:2::{number:x}")
    assert guesser.wait(EMAIL, "2001:db8:1:2:ffff::1") > 0
    assert guesser.wait(EMAIL, "2001:db8:1:3::1") == 0


def test_failures_are_forgotten_after_a_day(guesser: Guesser) -> None:
    for _ in range(40):
        guesser.wait()
        guesser.clock.advance(seconds=900)
    guesser.clock.advance(days=1)
    with guesser.engine.begin() as connection:
        assert attempts.expire(connection, guesser.clock.now) == 3
    assert [guesser.wait() for _ in range(6)] == [0] * 6


def test_the_database_holds_no_address(desk: Service) -> None:
    attempt(desk, "no es esta", ELSEWHERE)
    attempt(desk, PASSWORD, OFFICE)
    with desk.engine.connect() as connection:
        for table in ("staff_attempts", "staff_known_networks"):
            rows = str(connection.execute(text(f"SELECT * FROM {table}")).all())
            assert ELSEWHERE not in rows
            assert OFFICE not in rows
            assert "alcaldia" not in rows
