"""Two offices that are one become one, and two again when somebody thinks better of it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from entry_for_tests import EntryDesk, Person, a_desk, fields_of, flash_of, words_of

from knowledge.staff.rights import Role


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EntryDesk]:
    with a_desk(tmp_path_factory.mktemp("merge")) as opened:
        yield opened


@pytest.fixture
def kept(desks: EntryDesk) -> EntryDesk:
    return desks.with_office()


@pytest.fixture
def gone(desks: EntryDesk) -> EntryDesk:
    return desks.with_office(
        phone="2334-9999", hours="Mo-Fr 07:00-15:00",
        service={"fees_description": "Gratis", "texts": {"en": {"fees_description": "Free"}}},
    )  # fmt: skip


def page_of(person: Person, kept: EntryDesk, gone: EntryDesk) -> Any:
    return person.browser.get(f"/admin/entries/{kept.at}/merge/{gone.at}")


def send(person: Person, kept: EntryDesk, gone: EntryDesk, do: str, **picks: str) -> Any:
    """Send the form of a comparison with some picks changed; return the page after it."""
    fields = chosen(page_of(person, kept, gone).text)
    fields |= {f"pick-{name}": pick for name, pick in picks.items()} | {"do": do}
    answer = person.browser.post(f"/admin/entries/{kept.at}/merge/{gone.at}", fields)
    if answer.status_code == 303:
        return person.browser.get(answer.headers["location"])
    return answer


def chosen(page: str) -> dict[str, str]:
    """What a browser sends of the comparison as it is shown."""
    form = page[page.index("/merge/") :]
    form = form[form.index("<form") :] if "<form" in form else form
    fields = {name: values[0] for name, values in fields_of(form).items() if name != "q"}
    picked = re.findall(r'name="(pick-[a-z_]+)" value="([a-z]+)" checked', page)
    return {k: v for k, v in fields.items() if not k.startswith("pick-")} | dict(picked)


def test_the_other_one_is_found_by_its_name(kept: EntryDesk, gone: EntryDesk) -> None:
    person = kept.someone()
    assert "Unir con otra" in person.get().text
    page = person.browser.get(f"/admin/entries/{kept.at}/merge?q=oficina").text
    assert f"/admin/entries/{kept.at}/merge/{gone.at}" in page
    assert f"/merge/{kept.at}" not in page
    nothing = person.browser.get(f"/admin/entries/{kept.at}/merge?q=zzz").text
    assert "No hay otra con esas palabras" in nothing


def test_fields_are_picked_one_by_one_and_seen_before(kept: EntryDesk, gone: EntryDesk) -> None:
    person = kept.someone()
    text = words_of(page_of(person, kept, gone).text)
    assert "2334-0000" in text
    assert "2334-9999" in text
    before = (kept.office(), gone.office())
    shown = words_of(send(person, kept, gone, "preview", phones="both").text)
    assert "Así quedaría" in shown
    assert (kept.office(), gone.office()) == before
    page = send(person, kept, gone, "merge", phones="both", schedules="gone")
    assert "Unidas. Queda esta" in flash_of(page)
    office = kept.office()
    assert [phone.number for phone in office.pair.phones] == ["2334-0000", "2334-9999"]
    assert office.schedules[0].opens_at == "07:00"
    assert office.service.fees_description == "Gratis"  # what the one that stays did not know
    assert office.service.texts["en"]["fees_description"] == "Free"
    assert office.service.name == before[0].service.name
    other = gone.office()
    statuses = {kind: entry.status for kind, entry in other.entries.items()}
    assert set(statuses.values()) == {"hidden"}


def test_a_merge_is_undone_by_its_button(kept: EntryDesk, gone: EntryDesk) -> None:
    person = kept.someone()
    before = (kept.office(), gone.office())
    page = send(person, kept, gone, "merge", phones="gone")
    undo = page.text[page.text.index('<div class="flash') :].split("</form>")[0]
    answer = person.browser.post(f"/admin/entries/{kept.at}/merge/undo", fields_of(undo + "</form"))
    assert "Las dos quedaron como antes" in flash_of(person.browser.get(answer.headers["location"]))
    for desk, then in zip((kept, gone), before, strict=True):
        now = desk.office()
        assert now.status == "active"
        assert [p.number for p in now.pair.phones] == [p.number for p in then.pair.phones]
    again = person.browser.post(f"/admin/entries/{kept.at}/merge/undo", fields_of(undo + "</form"))
    assert "no se deshizo" in flash_of(person.browser.get(again.headers["location"]))


def test_nothing_is_merged_over_a_change_that_nobody_saw(kept: EntryDesk, gone: EntryDesk) -> None:
    person = kept.someone()
    fields = chosen(page_of(person, kept, gone).text) | {"do": "merge"}
    gone.someone(number=1).send("/requirements", {"fees_description": "Dos dólares"})
    answer = person.browser.post(f"/admin/entries/{kept.at}/merge/{gone.at}", fields)
    assert "No se unió nada" in words_of(answer.text)
    assert gone.office().status == "active"


@pytest.mark.parametrize(
    ("office", "words"),
    [({"country": "GT", "department": "Jutiapa", "phone": "2410-0000"}, "Son de dos países")],
)
def test_what_cannot_be_merged_is_said(
    kept: EntryDesk, desks: EntryDesk, office: dict[str, Any], words: str
) -> None:
    other = desks.with_office(**office, municipality="", point=None)
    person = kept.someone(Role.ADMINISTRATOR, "*")
    page = page_of(person, kept, other)
    assert words in words_of(page.text)
    assert "Es la misma oficina" in words_of(page_of(person, kept, kept).text)


def test_only_offices_of_the_own_area_are_merged(kept: EntryDesk, desks: EntryDesk) -> None:
    away = desks.with_office(department="Sonsonate", municipality="Sonsonate")
    person = kept.someone(Role.COORDINATOR, "SV/La Paz")
    assert "es de otra área" in words_of(page_of(person, kept, away).text)
    assert kept.someone(Role.EDITOR, "SV").browser.get(
        f"/admin/entries/{kept.at}/merge"
    ).status_code == 403  # fmt: skip
