"""The directory as a spreadsheet: there and back, what changes, what is refused."""

import pytest
from directory_for_tests import AUTHOR, a_row, a_sheet, bring_in, people_see
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from knowledge.directory import editing, queries
from knowledge.directory.csv_files import read_rows, write_rows
from knowledge.directory.exchange_csv import export_csv, plan_csv, template
from knowledge.directory.importing import ImportFileError, carry_out
from knowledge.directory.records import Service
from knowledge.directory.revising import read_revisions
from knowledge.directory.sheet import COLUMNS
from knowledge.store import directory_tables as tables
from knowledge.store import entry_tables


def exported(engine: Engine, *, public: bool = False) -> bytes:
    with engine.connect() as connection:
        return export_csv(connection, public=public)


def the_service(engine: Engine) -> Service:
    with engine.connect() as connection:
        ids = connection.execute(select(tables.service_at_locations.c.id)).scalars().all()
        (service,) = queries.summaries(connection, ids)
    return service


def revisions(engine: Engine) -> int:
    with engine.connect() as connection:
        query = select(func.count()).select_from(entry_tables.revisions)
        return int(connection.execute(query).scalar_one())


def test_the_shipped_directory_comes_back_as_the_same_bytes(
    shipped_store: Engine, store: Engine
) -> None:
    first = exported(shipped_store)
    report = bring_in(store, first)
    assert (len(report.added), report.refused, report.applied) == (413, (), True)
    assert exported(store) == first
    written = revisions(store)
    again = bring_in(store, first)
    assert (again.added, again.changed, again.unchanged) == ((), (), 413)
    assert revisions(store) == written


def test_what_is_exported_for_the_public_holds_no_shelter(shipped_store: Engine) -> None:
    rows = read_rows(exported(shipped_store, public=True), "x.csv")[1]
    assert len(rows) == 310
    assert {row.cells["status"] for row in rows} == {"active"}
    hidden = [row.cells for row in rows if row.cells["confidential"]]
    assert len(hidden) == 5
    assert not any(row["address"] or row["municipality"] for row in hidden)
    full = read_rows(exported(shipped_store), "x.csv")[1]
    assert any(row.cells["address"] for row in full if row.cells["confidential"])


def test_a_row_becomes_a_service_that_people_see(store: Engine) -> None:
    bring_in(store, a_sheet(a_row(alert="Cerrado hoy", service_quc="Uwaral")))
    service = the_service(store)
    assert service.name == "Ventanilla del retornado"
    assert service.text("name", "en") == "Returnee desk"
    assert service.text("name", "quc") == "Uwaral"
    assert service.organization == "Alcaldía de Zacatecoluca"
    assert [phone.dialled for phone in service.phones] == ["+50323340000", "119"]
    assert service.schedule == "Mo-Fr 08:00-16:00"
    assert (service.latitude, service.longitude) == (13.5, -88.87)
    assert service.terms == ("documents/passport", "reception/arrival-help")
    with store.connect() as connection:
        found = people_see(connection, near=(13.5, -88.8))
        assert [s.alert for s in found] == ["Cerrado hoy"]
        assert found[0].distance_km == pytest.approx(7.57, abs=0.1)


def test_only_what_a_cell_changes_is_written(store: Engine) -> None:
    bring_in(store, a_sheet(a_row()))
    before = the_service(store)
    with store.begin() as connection:
        contact = {"contacts": [{"title": "Recepción", "email": "a@example.org"}]}
        editing.change(connection, "service", before.id, contact, 1, AUTHOR)
    report = bring_in(store, a_sheet(a_row(phones="2334-0000; 2334-0001", schedule="24/7")))
    assert [line.remark for line in report.changed] == ["phones, schedule"]
    assert report.changed[0].place == "oficinas.csv:2"
    after = the_service(store)
    assert [phone.dialled for phone in after.phones] == ["+50323340000", "+50323340001"]
    assert after.phones[0].id == before.phones[0].id
    with store.connect() as connection:
        service = editing.read(connection, "service", before.id)
        assert service.contacts[0].title == "Recepción"
        assert service.version == 2  # the phones and hours are of the service at the location
        assert len(read_revisions(connection, "service_at_location", before.at_id)) == 2
        assert len(read_revisions(connection, "location", before.location_id)) == 1


def test_a_column_that_is_missing_changes_nothing(store: Engine) -> None:
    bring_in(store, a_sheet(a_row()))
    header = "id;organization;service;country;cost"
    row = "sv-oficina;Alcaldía de Zacatecoluca;Ventanilla del retornado;SV;Gratis"
    report = bring_in(store, f"{header}\n{row}\n".encode("cp1252"))
    assert [line.remark for line in report.changed] == ["cost"]
    after = the_service(store)
    assert (after.cost, after.schedule, len(after.phones)) == ("Gratis", "Mo-Fr 08:00-16:00", 2)


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"country": "US"}, '"US" is no country of ours'),
        ({"country": ""}, "country: is empty"),
        ({"topics": "documents/passprt"}, 'no topic of ours. Did you mean "documents/passport"'),
        ({"schedule": "Mo-Fr 08:00-25:00"}, 'schedule: there is no hour "25:00"'),
        ({"schedule": "Mo-Fr 16:00-08:00"}, "closes before it opens"),
        ({"phones": "+502 2416-1900"}, "number of Guatemala, and the service is in El Salvador"),
        ({"latitude": "14.6", "longitude": "-90.5"}, "is not in El Salvador"),
        ({"latitude": "-88.87", "longitude": "13.5"}, "is not in El Salvador"),
        ({"latitude": "13.5", "longitude": ""}, "longitude: is missing"),
        ({"latitude": "norte"}, "is no number of degrees"),
        ({"service": ""}, "service: is empty"),
        ({"organization": ""}, "organization: is empty"),
        ({"id": ""}, "id: is empty"),
        ({"id": "ventanilla 1"}, "is no id"),
        ({"email": "nadie"}, "is no e-mail address"),
        ({"website": "www.example.org"}, "begin it with https://"),
        ({"assured_date": "2026-02-30"}, "is no date like"),
        ({"source_date": "ayer"}, "is no date like"),
        ({"confidence": "mucha"}, "is none of high, medium, low"),
        ({"status": "open"}, "is none of active"),
        ({"confidential": "tal vez"}, "is neither yes nor no"),
        ({"status": "active", "source": "conocido"}, "is no page address"),
        ({"status": "active", "phones": "", "address": ""}, "nobody can reach it"),
        ({"status": "active", "phones": "", "confidential": "yes"}, "nobody can reach it"),
        ({"languages": "español"}, "is no language code"),
        ({"service_id": "12"}, "is no UUID"),
        ({"description": "x" * 2001}, "is longer than 2000"),
    ],
)
def test_a_bad_row_is_refused_by_line_column_and_reason(
    store: Engine, cells: dict[str, str], says: str
) -> None:
    good = a_row(id="sv-otra")
    report = bring_in(store, a_sheet(good, a_row(**cells)))
    assert not report.applied
    assert {line.place for line in report.refused} == {"oficinas.csv:3"}
    assert any(says in line.remark for line in report.refused), report.refused
    with store.connect() as connection:
        assert queries.is_empty(connection)
    kept = bring_in(store, a_sheet(good, a_row(**cells)), keep_good=True)
    assert kept.applied
    assert len(kept.added) == 1
    assert the_service(store).name == good["service"]


def test_two_rows_with_one_id_are_both_refused(store: Engine) -> None:
    report = bring_in(
        store, a_sheet(a_row(), a_row(cost="Gratis"), a_row(id="sv-otra")), keep_good=True
    )
    assert [line.place for line in report.refused] == ["oficinas.csv:2", "oficinas.csv:3"]
    assert len(report.added) == 1


def test_a_dry_run_tells_and_writes_nothing(store: Engine) -> None:
    report = bring_in(store, a_sheet(a_row()), dry_run=True)
    assert len(report.added) == 1
    assert not report.applied
    with store.connect() as connection:
        assert queries.is_empty(connection)


def noted(engine: Engine, language: str = "en") -> list[str]:
    """The remarks of the numbers of the only service, in a language."""
    return [phone.note_in(language) for phone in the_service(engine).phones]


ABROAD = "1-888-301-1130 (desde Estados Unidos); 2334-0000"
FROM_ABROAD = "1-888-301-1130 (from the United States)"


def test_a_remark_of_a_number_has_other_languages(store: Engine) -> None:
    row = a_row(phones=ABROAD, phones_en=FROM_ABROAD, phones_quc="2334-0000 (pa ja)")
    bring_in(store, a_sheet(row))
    assert noted(store) == ["from the United States", ""]
    assert noted(store, "quc") == ["desde Estados Unidos", "pa ja"]
    assert noted(store, "es") == ["desde Estados Unidos", ""]
    (cells,) = (line.cells for line in read_rows(exported(store), "x.csv")[1])
    assert cells["phones"] == ABROAD
    assert cells["phones_en"] == f"{FROM_ABROAD}; 2334-0000"
    assert cells["phones_quc"] == "1-888-301-1130; 2334-0000 (pa ja)"
    written, first = revisions(store), exported(store)
    assert bring_in(store, a_sheet(row)).unchanged == 1
    assert bring_in(store, first).unchanged == 1
    assert (revisions(store), exported(store)) == (written, first)


def test_a_sheet_without_the_column_keeps_the_remarks_of_what_it_does_not_change(
    store: Engine,
) -> None:
    bring_in(store, a_sheet(a_row(phones=f"{ABROAD} (citas)", phones_en=FROM_ABROAD)))
    for number in ("119", "2334-0001"):
        old = a_row(phones=f"{ABROAD}; {number}")
        assert bring_in(store, write_rows(tuple(old), [old])).changed
        assert noted(store) == ["from the United States", "", ""]
    old = a_row(phones=ABROAD.replace("Unidos", "Unidos y Canadá"))
    assert bring_in(store, write_rows(tuple(old), [old])).changed
    assert noted(store) == ["desde Estados Unidos y Canadá", ""]


def test_a_number_that_changes_takes_the_remark_that_stands_in_its_row(store: Engine) -> None:
    bring_in(store, a_sheet(a_row(phones=ABROAD, phones_en=FROM_ABROAD)))
    changed = a_row(phones=ABROAD.replace(" Unidos", " Unidos y Canadá"), phones_en=FROM_ABROAD)
    assert bring_in(store, a_sheet(changed)).changed
    assert noted(store) == ["from the United States", ""]
    assert bring_in(store, a_sheet(changed)).unchanged == 1
    assert bring_in(store, a_sheet(a_row(phones=ABROAD, phones_en=""))).changed
    assert noted(store) == ["desde Estados Unidos", ""]


def test_a_number_that_is_there_twice_has_its_remarks_in_their_order(store: Engine) -> None:
    row = a_row(
        phones="2334-0000 (extensión 1); 2334-0000 (extensión 2)",
        phones_en="2334-0000; 2334-0000 (extension 2)",
        whatsapp="2334-0000 (solo mensajes)",
        whatsapp_en="2334-0000 (messages only)",
    )
    bring_in(store, a_sheet(row))
    (cells,) = (line.cells for line in read_rows(exported(store), "x.csv")[1])
    assert {name: cells[name] for name in row} == row | {"id": cells["id"]}


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2334-9999 (front desk)", 'phones_en: "2334-9999" is none of the numbers of this row.'),
        ("front desk", 'phones_en: "front desk" is no telephone number.'),
    ],
)
def test_a_remark_of_no_number_is_refused(store: Engine, cell: str, reason: str) -> None:
    report = bring_in(store, a_sheet(a_row(phones=ABROAD, phones_en=cell)))
    assert [line.remark for line in report.refused] == [reason]


def test_a_cell_that_looks_like_a_formula_is_text(store: Engine) -> None:
    formula = '=HYPERLINK("https://example.org";"vea")'
    bring_in(store, a_sheet(a_row(hours_note=formula, alert="-5 % hoy")))
    assert the_service(store).hours_note == formula
    raw = exported(store)
    assert b"'=HYPERLINK" in raw
    assert b",-88.87," in raw
    assert bring_in(store, raw).unchanged == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_spreadsheets_are_read_as_they_are_saved(
    store: Engine, encoding: str, delimiter: str, newline: str
) -> None:
    row = a_row(phones="2334-0000", topics="documents/passport")
    columns = [column for column in COLUMNS if row.get(column)]
    lines = [columns, [f'"{row[column]}"' for column in columns]]
    text = newline.join(delimiter.join(line) for line in lines) + newline
    report = bring_in(store, text.encode(encoding))
    assert len(report.added) == 1
    assert the_service(store).organization == "Alcaldía de Zacatecoluca"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"PK\x03\x04zip", "workbook or an archive"),
        (b"", "is empty"),
        (b"\x81\x8d\x8f", "neither UTF-8 nor Windows-1252"),
        (b"id,organization\n", "lacks the columns service, country"),
        (b"id,organization,service,country,telefono\n", 'no column is called "telefono"'),
        (b"id,id,organization,service,country\n", "has the column id twice"),
        (b'id,organization,service,country\n"a"b,c,d,e\n', "is no CSV"),
        (b"id,organization,service,country\na,b,c,SV,more\n", "5 cells and the header 4"),
        (b"a\x00b", "neither UTF-8 nor Windows-1252"),
    ],
)
def test_what_is_no_sheet_of_ours_is_refused_in_clear_words(
    store: Engine, raw: bytes, says: str
) -> None:
    with pytest.raises(ImportFileError, match=says):
        bring_in(store, raw)


def test_rows_share_a_service_and_have_to_agree_on_it(store: Engine) -> None:
    shared = "11111111-2222-4333-8444-555555555555"
    first = a_row(service_id=shared)
    second = a_row(
        id="sv-otra", service_id=shared, municipality="San Luis Talpa", phones="2334-9999",
        latitude="", longitude="",
    )  # fmt: skip
    report = bring_in(store, a_sheet(first, second))
    assert report.refused == ()
    with store.connect() as connection:
        found = people_see(connection)
        assert len(found) == 2
        assert {service.id for service in found} == {shared}
    raw = exported(store)
    assert bring_in(store, raw).unchanged == 2
    closed = bring_in(store, a_sheet(first, second | {"status": "inactive"}))
    assert [line.remark for line in closed.changed] == ["status"]
    with store.connect() as connection:
        assert len(people_see(connection)) == 1
    bad = bring_in(store, a_sheet(first | {"cost": "Gratis"}, second | {"cost": "Se paga"}))
    assert ["cost: oficinas.csv:2 says something else" in x.remark for x in bad.refused] == [True]


def test_an_organization_is_renamed_by_its_id(store: Engine) -> None:
    bring_in(store, a_sheet(a_row()))
    owner = the_service(store).organization_id
    bring_in(store, a_sheet(a_row(organization="Alcaldía de La Paz Este", organization_id=owner)))
    assert (the_service(store).organization, the_service(store).organization_id) == (
        "Alcaldía de La Paz Este", owner,
    )  # fmt: skip
    assert bring_in(store, exported(store)).unchanged == 1


def test_the_same_in_other_letters_is_no_change(store: Engine) -> None:
    bring_in(store, a_sheet(a_row()))
    report = bring_in(
        store,
        a_sheet(a_row(municipality="ZACATECOLUCA", country="sv", schedule=" Mo-Fr  8:00-16:00 ")),
    )
    assert (report.changed, report.unchanged) == ((), 1)


def test_the_template_is_the_header_and_the_file_of_the_docs() -> None:
    from pathlib import Path

    docs = Path(__file__).parent.parent / "docs"
    assert template() == (docs / "directory-template.csv").read_bytes()
    text = (docs / "directory.md").read_text(encoding="utf-8")
    assert [column for column in COLUMNS if f"`{column}`" not in text] == []


# A file with a NUL is no text at all; that is tried above.
_CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30
) | st.sampled_from(
    [
        "SV",
        "2231-1000",
        "24/7",
        "documents/passport",
        "13.5",
        "-88.8",
        "yes",
        "active",
        "nan",
        "1e9",
    ]
)


@settings(
    max_examples=80,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(raw=st.binary(max_size=300))
def test_any_bytes_are_a_report_or_a_clear_refusal(store: Engine, raw: bytes) -> None:
    with store.connect() as connection:
        for body in (raw, b"id,organization,service,country\n" + raw):
            try:
                plan = plan_csv(connection, body, "x.csv")
            except ImportFileError as error:
                assert "x.csv" in str(error)  # noqa: PT017 - either outcome is right
            else:
                assert all(line.place.startswith("x.csv:") for line in plan.refused)
                assert all(line.remark for line in plan.refused)


@settings(
    max_examples=80,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(changes=st.dictionaries(st.sampled_from(COLUMNS), _CELL, max_size=5))
def test_any_cells_are_taken_or_refused_and_come_back_the_same(
    store: Engine, changes: dict[str, str]
) -> None:
    with store.connect() as connection, connection.begin() as transaction:
        plan = plan_csv(connection, a_sheet(a_row(**changes)), "x.csv")
        if not plan.refused:
            carry_out(connection, plan, AUTHOR, keep_good=False, dry_run=False)
            raw = export_csv(connection)
            again = plan_csv(connection, raw, "x.csv")
            assert (again.added, again.changed, again.refused) == ([], [], [])
        transaction.rollback()
