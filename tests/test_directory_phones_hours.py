"""Numbers as people write them, and weekly hours as one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.directory.phones import PhoneError, read_phone, write_phone
from knowledge.directory.records import DAYS, Schedule
from knowledge.directory.weekly import HoursError, read_hours, write_hours


@pytest.mark.parametrize(
    ("text", "country", "dialled"),
    [
        ("2231-1000", "SV", "+50322311000"),
        ("(503) 2231 1000".replace("(503) ", ""), "SV", "+50322311000"),
        ("+503 2231-1000", "SV", "+50322311000"),
        ("2416-1900", "GT", "+50224161900"),
        ("3148-8679", "HN", "+50431488679"),
        ("55 5259 8121", "MX", "+525552598121"),
        ("800 911 2000", "MX", "+528009112000"),
        ("01-800-747-6117 (desde México)", "SV", "+528007476117"),
        ("1-888-301-1130 (desde Estados Unidos y Canadá)", "SV", "+18883011130"),
        ("+1 470-751-9077 (Estados Unidos)", "HN", "+14707519077"),
        ("119", "SV", "119"),
        ("*0311", "MX", "*0311"),
        ("079 (marque la opción 1)", "MX", "079"),
    ],
)
def test_a_number_is_read_in_its_country(text: str, country: str, dialled: str) -> None:
    phone = read_phone(text, country)
    assert phone.dialled == dialled
    assert (phone.e164 is None) == (not dialled.startswith("+"))
    assert read_phone(write_phone(phone), country) == phone


def test_an_extension_in_a_remark_is_known() -> None:
    assert read_phone("2414-8787 (extensión 2014)", "GT").extension == 2014


@pytest.mark.parametrize(
    ("text", "country", "says"),
    [
        ("+502 2416-1900", "SV", "number of Guatemala, and the service is in El Salvador"),
        ("+1 470-751-9077", "HN", "number of Estados Unidos"),
        ("2231-10", "SV", "no number of El Salvador"),
        ("5511 3293", "MX", "no number of México"),
        ("llame al 119", "SV", "is no telephone number"),
        ("=cmd|' /C calc'!A0", "SV", "is no telephone number"),
        ("", "SV", "is no telephone number"),
    ],
)
def test_what_cannot_be_dialled_is_refused(text: str, country: str, says: str) -> None:
    with pytest.raises(PhoneError, match=says):
        read_phone(text, country)


@given(st.text(max_size=40), st.sampled_from(["SV", "GT", "HN", "MX"]))
def test_any_text_is_a_number_or_a_reason(text: str, country: str) -> None:
    try:
        phone = read_phone(text, country)
    except PhoneError as error:
        assert str(error).endswith(".")  # noqa: PT017 - either outcome is right
    else:
        assert phone.dialled


@pytest.mark.parametrize(
    "text",
    [
        "24/7",
        "Mo-Fr 08:00-16:00",
        "Mo-Fr 08:00-12:00,13:00-16:00; Sa 08:00-12:00",
        "Mo,We,Fr 09:00-12:00; Tu 14:00-24:00",
        "Mo-We,Sa 07:30-15:30",
    ],
)
def test_hours_are_written_as_they_were_read(text: str) -> None:
    assert write_hours(read_hours(text)) == text


def test_hours_are_rows_of_hsds() -> None:
    assert read_hours("Mo-Tu 8:00-12:00; Sa 09:00-10:30") == (
        Schedule(("MO", "TU"), "08:00", "12:00"),
        Schedule(("SA",), "09:00", "10:30"),
    )
    assert read_hours("24/7") == (Schedule(DAYS, "00:00", "24:00"),)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Mo-Fr 08:00-25:00", 'no hour "25:00"'),
        ("Mo-Fr 08:60-12:00", 'no hour "08:60"'),
        ("Mo-Fr 16:00-08:00", "closes before it opens"),
        ("Mo-Fr 08:00-08:00", "closes before it opens"),
        ("Lu-Vi 08:00-16:00", "is no day"),
        ("Fr-Mo 08:00-16:00", "runs backwards"),
        ("Mo,Mo 08:00-16:00", "twice"),
        ("Mo 08:00-12:00,11:00-13:00", "overlap"),
        ("de lunes a viernes", "is no day"),
        ("Mo-Fr", "is no weekly hours"),
        ("Mo 08:00", "is no interval"),
    ],
)
def test_hours_that_cannot_be_are_refused(text: str, says: str) -> None:
    with pytest.raises(HoursError, match=says):
        read_hours(text)


@given(st.text(alphabet="MoTuWeThFrSaSu0123456789:-,; /", max_size=40))
def test_any_line_is_hours_that_come_back_or_a_reason(text: str) -> None:
    try:
        rows = read_hours(text)
    except HoursError:
        return
    assert read_hours(write_hours(rows)) == rows or len(rows) > 1
