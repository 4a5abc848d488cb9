"""What this feed does differently from HSDS 3.1, told to machines and people at `/hsds/profile`."""

from typing import Any

VERSION = "3.1"


def profile() -> dict[str, Any]:
    """Return the profile: each departure with its reason."""
    return {
        "name": "Ventanilla",
        "based_on": "Human Services Data Specification 3.1",
        "specification": "https://docs.openreferral.org/en/latest/hsds/overview.html",
        "departures": {
            "address.postal_code": "Required by HSDS and seldom used in Central America. Empty "
            "text means that it is not known; city and state_province may be empty too.",
            "schedule": "Hours are local, with the offset from UTC that holds today; timezone is "
            "the same offset in hours. HSDS has no closed day: a regular interval ends before it "
            "and another begins after it. 23:59 stands for the end of the day; closes_at before "
            "opens_at is on the next day.",
            "service.status": "Only active services are given.",
            "service.last_modified": "The newest change of the service, its organization, its "
            "locations, or any of their parts.",
            "location": "The place of a confidential service (a shelter) has neither address nor "
            "coordinates.",
            "metadata": "Not given, and neither is assurer_email: no member of staff is named.",
            "phone.number": "In E.164, or a short code that works in the country alone.",
        },
        "parameters": {
            "taxonomy_term_id": "The id of a topic or its code (documents/passport); a group "
            "(documents) stands for all its topics.",
            "latitude, longitude": "With proximity in meters (25,000 if none), nearest first.",
            "postcode": "Only where an address here has it.",
            "minimal": "Gives id and modified_date of everything in one page.",
            "format": "json, or ndjson: every entry in a line of its own, without pages.",
            "full_service": "Organizations with whole services, not only their id and name.",
        },
        "languages": "One language an answer, by Accept-Language; Spanish where a text has no "
        "translation. Content-Language says which.",
    }
