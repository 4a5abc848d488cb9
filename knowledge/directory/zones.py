"""Which clock hangs on the wall of an office: the time zone of a place, by state where it matters.

Mexico, by the law of time zones of October 2022: no summer time, but in the municipalities along
the border, which keep the clock of the United States.
"""

from functools import lru_cache
from zoneinfo import ZoneInfo

from flows.folding import fold

COUNTRY_ZONES = {
    "SV": "America/El_Salvador",
    "GT": "America/Guatemala",
    "HN": "America/Tegucigalpa",
    "MX": "America/Mexico_City",
}

_STATE_ZONES = {
    "baja california": "America/Tijuana",
    "baja california sur": "America/Mazatlan",
    "chihuahua": "America/Chihuahua",
    "nayarit": "America/Mazatlan",
    "quintana roo": "America/Cancun",
    "sinaloa": "America/Mazatlan",
    "sonora": "America/Hermosillo",
}

# Municipalities whose clock is not that of their state.
_MUNICIPALITY_ZONES: dict[str, dict[str, tuple[str, ...]]] = {
    "chihuahua": {
        "America/Ciudad_Juarez": (
            "juarez", "ciudad juarez", "ascension", "guadalupe", "janos", "praxedis g guerrero",
        ),
        "America/Ojinaga": ("ojinaga", "coyame del sotol", "manuel benavides"),
    },
    "coahuila": {
        "America/Matamoros": (
            "acuna", "ciudad acuna", "allende", "guerrero", "hidalgo", "jimenez", "morelos",
            "nava", "ocampo", "piedras negras", "villa union", "zaragoza",
        ),
    },
    "nayarit": {"America/Bahia_Banderas": ("bahia de banderas",)},
    "nuevo leon": {"America/Matamoros": ("anahuac",)},
    "tamaulipas": {
        "America/Matamoros": (
            "camargo", "guerrero", "gustavo diaz ordaz", "matamoros", "mier", "miguel aleman",
            "nuevo laredo", "reynosa", "rio bravo", "valle hermoso",
        ),
    },
}  # fmt: skip

_OTHER_NAMES = {"coahuila de zaragoza": "coahuila"}


@lru_cache(maxsize=4096)
def zone_of(
    country: str, department: str | None = None, municipality: str | None = None
) -> ZoneInfo:
    """Return the time zone of a place; of the capital for a country as a whole, else UTC.

    >>> zone_of("MX", "Baja California", "Tijuana").key
    'America/Tijuana'
    """
    if country != "MX" or not department:
        return ZoneInfo(COUNTRY_ZONES.get(country, "UTC"))
    state = fold(department)
    state = _OTHER_NAMES.get(state, state)
    town = fold(municipality or "")
    for zone, towns in _MUNICIPALITY_ZONES.get(state, {}).items():
        if town in towns:
            return ZoneInfo(zone)
    return ZoneInfo(_STATE_ZONES.get(state, COUNTRY_ZONES["MX"]))
