"""The directory as an HSDS data package: there and back, from other systems, what is refused."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from directory_for_tests import AUTHOR, a_row, a_sheet, bring_in, people_see
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from knowledge.directory import editing, queries
from knowledge.directory.exchange_csv import export_csv
from knowledge.directory.exchange_hsds import export_hsds, read_package, write_package
from knowledge.directory.hsds_import import plan_hsds
from knowledge.directory.importing import ImportFileError, Report, carry_out, load_all

ORG, SERVICE = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"
PLACE, PAIR = "aaaaaaaa-0000-4000-8000-000000000003", "aaaaaaaa-0000-4000-8000-000000000004"
HOURS = "id,service_id,byday,opens_at,closes_at\n"
TERMS = "id,link_id,link_entity,taxonomy_term_id\n"
# What another system may send: no column of ours.
FOREIGN = {
    "organizations.csv": f"id,name,description\n{ORG},Casa del Migrante,Una casa\n",
    "services.csv": (
        "id,organization_id,name,status,email,wait_time\n"
        f"{SERVICE},{ORG},Albergue,active,casa@example.org,none\n"
    ),
    "locations.csv": f"id,location_type,latitude,longitude\n{PLACE},physical,14.63,-90.51\n",
    "service_at_locations.csv": f"id,service_id,location_id\n{PAIR},{SERVICE},{PLACE}\n",
    "addresses.csv": (
        "id,location_id,address_1,city,state_province,postal_code,country,address_type\n"
        f"aaaaaaaa-0000-4000-8000-000000000005,{PLACE},6a calle,Guatemala,Guatemala,,GT,physical\n"
    ),
    "phones.csv": (
        "id,service_id,number,extension,type\n"
        f"aaaaaaaa-0000-4000-8000-000000000006,{SERVICE},2416-1900,14,voice\n"
    ),
    "schedules.csv": (
        "id,service_at_location_id,freq,byday,opens_at,closes_at\n"
        f'aaaaaaaa-0000-4000-8000-000000000007,{PAIR},WEEKLY,"MO,TU",08:00-06:00,16:00:00\n'
    ),
}


def package(**changed: str) -> dict[str, bytes]:
    files = FOREIGN | {f"{name}.csv": text for name, text in changed.items()}
    return {name: text.encode() for name, text in files.items()}


def bring(engine: Engine, files: dict[str, bytes], *, keep_good: bool = False) -> Report:
    with engine.begin() as connection:
        plan = plan_hsds(connection, files)
        return carry_out(connection, plan, AUTHOR, keep_good=keep_good, dry_run=False)


def exported(engine: Engine, *, public: bool = False) -> dict[str, bytes]:
    with engine.connect() as connection:
        return export_hsds(connection, public=public)


def rows(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode())))


def test_the_shipped_directory_comes_back_as_the_same_bytes(
    shipped_store: Engine, store: Engine, tmp_path: Path
) -> None:
    first = exported(shipped_store)
    for name in ("package.zip", "folder"):
        write_package(first, tmp_path / name)
        read = read_package(tmp_path / name)
        assert read == {k: v for k, v in first.items() if k != "datapackage.json"}
    write_package(first, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "package.zip").read_bytes()
    report = bring(store, read_package(tmp_path / "package.zip"))
    assert report.applied
    assert len(report.added) > 413 * 3
    assert exported(store) == first
    again = bring(store, first)
    assert (again.added, again.changed, again.refused) == ((), (), ())
    with store.connect() as one, shipped_store.connect() as other:
        assert export_csv(one) == export_csv(other)


def test_a_package_says_what_its_files_hold(shipped_store: Engine) -> None:
    files = exported(shipped_store)
    about = json.loads(files["datapackage.json"])
    named = {resource["path"]: resource["schema"]["fields"] for resource in about["resources"]}
    assert set(named) == set(files) - {"datapackage.json"}
    for path, fields in named.items():
        header = files[path].decode().split("\n", 1)[0].split(",")
        assert header == [field["name"] for field in fields]
    for row in rows(files["services.csv"]):
        assert row["status"] in ("active", "inactive")
        assert (row["status"] == "active") == (row["entry_status"] == "active")
    uuid = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    for path in set(files) - {"datapackage.json", "texts.csv"}:
        ids = [row["id"] for row in rows(files[path])]
        assert len(set(ids)) == len(ids)
        assert all(uuid.fullmatch(one) for one in ids)
    for row in rows(files["schedules.csv"]):
        assert re.fullmatch(r"\d\d:\d\d", row["opens_at"])


def test_every_detail_of_an_entry_survives(store: Engine, tmp_path: Path) -> None:
    from bot.settings import Settings
    from bot.store import open_store

    bring_in(store, a_sheet(a_row()))
    with store.begin() as connection:
        (service,) = people_see(connection)
        editing.change(
            connection,
            "service",
            service.id,
            {
                "contacts": [{"title": "Recepción", "phones": [
                    {"number": "2334-0009", "note": "en la mañana", "notes": {"en": "mornings"}},
                ]}],
                "cost_options": [{"amount": 10.5, "currency": "USD", "option": "adultos"}],
                "required_documents": [{"document": "DUI; o pasaporte", "uri": "https://x.org/a"}],
                "minimum_age": 18,
                "application_process": "Primera línea\nSegunda línea",
                "phones": [
                    {"number": "2334-0010", "note": "extensión 5", "type": "fax",
                     "notes": {"en": "extension 5", "quc": "pa ja"}},
                ],
            },
            1,
            AUTHOR,
        )  # fmt: skip
        editing.change(
            connection,
            "service_at_location",
            service.at_id,
            {
                "schedules": [
                    {"byday": ["MO"], "opens_at": "08:00", "closes_at": "12:00",
                     "valid_from": "2026-12-01", "valid_to": "2026-12-31"},
                    {"exception": True, "valid_from": "2026-12-24", "valid_to": "2026-12-25",
                     "description": "Navidad"},
                    {"freq": "MONTHLY", "byday": ["2MO"], "opens_at": "09:00",
                     "closes_at": "10:00"},
                ]
            },
            1,
            AUTHOR,
        )  # fmt: skip
    first = exported(store)
    noted = [(row["link_entity"], row["field"], row["language"], row["text"])
             for row in rows(first["texts.csv"]) if row["link_entity"] == "phone"]  # fmt: skip
    assert sorted(noted) == [
        ("phone", "description", "en", "extension 5"),
        ("phone", "description", "en", "mornings"),
        ("phone", "description", "quc", "pa ja"),
    ]
    other = open_store(
        Settings(data_dir=tmp_path / "other", secret_key="x" * 40, shipped_directory=False)
    )
    assert bring(other, first).refused == ()
    assert exported(other) == first
    other.dispose()


def test_a_package_of_another_system_is_taken_as_far_as_it_says(store: Engine) -> None:
    report = bring(store, package())
    assert (report.refused, len(report.added)) == ((), 4)
    with store.connect() as connection:
        (service,) = queries.summaries(connection, [PAIR])
        entries = load_all(connection)
    assert service.status == "to_complete"  # nobody says where it comes from
    assert (service.country, service.department, service.municipality) == (
        "GT", "Guatemala", "Guatemala",
    )  # fmt: skip
    assert (service.phones[0].e164, service.phones[0].extension) == ("+50224161900", 14)
    assert service.schedule == "Mo-Tu 08:00-16:00"
    assert entries[ORG].country == "GT"  # type: ignore[union-attr]
    again = bring(store, package())
    assert (again.added, again.changed) == ((), ())


def test_what_a_package_does_not_say_stays(store: Engine) -> None:
    bring(store, package())
    renamed = f"id,organization_id,name\n{SERVICE},{ORG},Albergue San José\n"
    kept = {"organizations.csv": FOREIGN["organizations.csv"].encode(),
            "services.csv": renamed.encode()}  # fmt: skip
    report = bring(store, kept)
    assert [line.remark for line in report.changed] == ["name"]
    with store.connect() as connection:
        (service,) = queries.summaries(connection, [PAIR])
    assert (service.name, service.email, len(service.phones)) == (
        "Albergue San José", "casa@example.org", 1,
    )  # fmt: skip


def test_numbers_without_texts_keep_the_remarks_of_what_they_do_not_change(store: Engine) -> None:
    bring(store, package())
    with store.begin() as connection:
        phones = [{"number": "2416-1000", "note": "citas", "notes": {"en": "appointments"}},
                  {"number": "2416-2000", "note": "noches", "notes": {"en": "nights"}}]  # fmt: skip
        editing.change(connection, "service_at_location", PAIR, {"phones": phones}, 1, AUTHOR)
    whole = exported(store)
    numbers = whole["phones.csv"].replace(b"noches", b"tardes")
    pairs = {name: whole[name] for name in ("organizations.csv", "services.csv", "locations.csv",
                                            "service_at_locations.csv")}  # fmt: skip
    report = bring(store, pairs | {"phones.csv": numbers})
    assert [line.remark for line in report.changed] == ["phones"]
    with store.connect() as connection:
        pair: Any = editing.read(connection, "service_at_location", PAIR)
    assert [phone.note_in("en") for phone in pair.phones] == ["appointments", "tardes"]


@pytest.mark.parametrize(
    ("changed", "place", "says"),
    [
        ({"services": f"id,organization_id,name\nx,{ORG},A\n"}, "services.csv:2", "is no UUID"),
        ({"services": f"id,organization_id,name\n{SERVICE},{PLACE},A\n"}, "services.csv:2",
         "organization_id: is no organization"),
        ({"services": f"id,organization_id,name\n{SERVICE},{ORG},\n"}, "services.csv:2",
         "name: is missing"),
        ({"locations": f"id,latitude,longitude\n{PLACE},13.7,-89.2\n"}, "locations.csv:2",
         "is not in Guatemala"),
        ({"locations": f"id,latitude,longitude\n{PLACE},x,1\n"}, "locations.csv:2", "is no number"),
        ({"phones": f"id,service_id,number\n{PAIR},{SERVICE},2231-10\n"}, "services.csv:2",
         "is no number of Guatemala"),
        ({"schedules": f"{HOURS}{PAIR},{SERVICE},MO,08:00,25:00\n"},
         "services.csv:2", 'no hour "25:00"'),
        ({"schedules": f"{HOURS}{PAIR},{SERVICE},MO,16:00,08:00\n"},
         "services.csv:2", "closes before it opens"),
        ({"schedules": f"{HOURS}{PAIR},{SERVICE},MO,8h,9h\n"},
         "schedules.csv:2", "is no local hour"),
        ({"attributes": f"{TERMS}{PAIR},{SERVICE},service,food\n"},
         "services.csv:2", "no topic of ours"),
    ],
)  # fmt: skip
def test_a_bad_row_is_refused_with_what_hangs_on_it(
    store: Engine, changed: dict[str, str], place: str, says: str
) -> None:
    report = bring(store, package(**changed))
    assert not report.applied
    assert any(line.place == place and says in line.remark for line in report.refused)
    assert any(line.place.startswith("service_at_locations") for line in report.refused)
    with store.connect() as connection:
        assert queries.is_empty(connection)
    assert bring(store, package(**changed), keep_good=True).applied


def test_two_rows_with_one_id_are_refused(store: Engine) -> None:
    twice = FOREIGN["organizations.csv"] + FOREIGN["organizations.csv"].split("\n")[1] + "\n"
    report = bring(store, package(organizations=twice))
    assert sum("rows have the same id" in line.remark for line in report.refused) == 2


def test_the_public_package_holds_no_shelter(shipped_store: Engine) -> None:
    full, public = exported(shipped_store), exported(shipped_store, public=True)
    secret = [row for row in rows(full["locations.csv"]) if row["confidential"]]
    assert len(secret) == 10
    for row in rows(public["locations.csv"]):
        assert not row["confidential"] or not (row["municipality"] or row["latitude"])
    addresses = {row["location_id"] for row in rows(public["addresses.csv"])}
    assert not addresses & {row["id"] for row in secret}
    assert all(row["status"] == "active" for row in rows(public["services.csv"]))


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04" + b"\x00" * 40])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(ImportFileError, match="is no zip"):
        read_package(tmp_path / "a.zip")


def test_a_zip_without_services_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../etc/organizations.csv", "id\n")
    with pytest.raises(ImportFileError, match=r"it lacks services\.csv"):
        read_package(tmp_path / "a.zip")


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    name=st.sampled_from([*FOREIGN, "attributes.csv", "texts.csv", "taxonomy_terms.csv"]),
    raw=st.binary(max_size=120),
    text=st.text(max_size=80),
)
def test_any_bytes_in_a_table_are_a_report_or_a_clear_refusal(
    store: Engine, name: str, raw: bytes, text: str
) -> None:
    header = FOREIGN.get(name, "id,link_id,text,code\n").split("\n")[0].encode() + b"\n"
    with store.connect() as connection:
        for body in (raw, header + raw, header + text.encode("utf-8", "replace")):
            try:
                plan = plan_hsds(connection, package() | {name: body})
            except ImportFileError as error:
                assert name in str(error)  # noqa: PT017 - either outcome is right
            else:
                assert all(line.remark for line in plan.refused)
