"""What is thin in the directory, worst first and by municipality."""

from directory_for_tests import AUTHOR, a_row, a_sheet, bring_in, people_see
from sqlalchemy import Engine

from knowledge.directory import editing
from knowledge.directory.quality import WEIGHTS, WORDS, QualityReport, ThinEntry, check_quality


def check(engine: Engine, country: str | None = None) -> QualityReport:
    with engine.connect() as connection:
        return check_quality(connection, country)


def thin(engine: Engine) -> dict[str, ThinEntry]:
    return {entry.id: entry for entry in check(engine).entries}


def test_a_full_entry_has_no_finding(store: Engine) -> None:
    bring_in(store, a_sheet(a_row()))
    report = check(store)
    assert (report.entries, report.rows, report.by_area) == ((), 1, ())


def test_every_finding_has_words_and_a_weight() -> None:
    assert set(WEIGHTS) == set(WORDS)


def test_each_thing_that_is_thin_is_found(store: Engine) -> None:
    apart = {"latitude": "", "longitude": ""}
    rows = [
        a_row(id="a", phones="", **apart),
        a_row(id="b", schedule="", **apart),
        a_row(id="c", description="Muy corta", **apart),
        a_row(id="d", service_en="", description_en="", **apart),
        a_row(id="e", latitude="13.98", longitude="-89.56"),  # Santa Ana, some 90 km away
        a_row(id="f", municipality="Villa Inventada", **apart),
        a_row(id="g", organization="Otra institución", phones="2334-0000", **apart),
        a_row(id="h", phones="", address="", source="", status="", **apart),
        a_row(id="i", schedule="", hours_note="Con cita", **apart),
        a_row(id="j", organization="Otra institución", phones="119", **apart),
        a_row(id="k", status="inactive", phones="", **apart),
    ]
    report = bring_in(store, a_sheet(*rows))
    assert report.refused == ()
    found = {key: set(entry.findings) for key, entry in thin(store).items()}
    # The number 2334-0000 is of two organizations: everybody who shares it is told.
    shared = {"same-number"}
    assert found["a"] == {"no-phone"}
    assert found["b"] == {"no-hours"} | shared
    assert found["c"] == {"short-description"} | shared
    assert found["d"] == {"one-language"} | shared
    assert found["e"] == {"outside-municipality"} | shared
    assert found["f"] == {"unknown-municipality"} | shared
    assert found["g"] == shared
    assert found["h"] == {"no-way", "no-page"}
    assert found["i"] == shared
    assert "j" not in found
    assert "k" not in found


def test_an_office_closed_every_day_is_found(store: Engine) -> None:
    bring_in(store, a_sheet(a_row()))
    with store.begin() as connection:
        (office,) = people_see(connection)
        closed = {"schedules": [
            {"exception": True, "valid_from": "2026-12-01", "valid_to": "2026-12-31"}
        ]}  # fmt: skip
        editing.change(connection, "service_at_location", office.at_id, closed, 1, AUTHOR)
    assert thin(store)["sv-oficina"].findings == ("closed-every-day",)


def test_the_worst_comes_first_and_areas_are_counted(shipped_store: Engine) -> None:
    report = check(shipped_store)
    weights = [entry.weight for entry in report.entries]
    assert weights == sorted(weights, reverse=True)
    assert sum(number for _, number in report.by_area) == len(report.entries)
    numbers = [number for _, number in report.by_area]
    assert numbers == sorted(numbers, reverse=True)
    assert report.rows == 411  # two are closed
    kinds = dict(report.by_finding)
    assert not {"outside-country", "unknown-municipality", "one-language"} & set(kinds)
    assert kinds["no-hours"] > 100
    country = check(shipped_store, "HN")
    assert country.rows == 97
    assert all(entry.area.startswith("HN") for entry in country.entries)
