"""The fields of an entry as staff see them: what each is called, and in which section it stands.

A section is one small form about one of the four entries; its fields are sent and judged together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flows.marking import N_

Input = Literal["line", "text", "lines", "url", "email", "number", "choice", "topics", "tick"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in the directory, its label, how it is filled in."""

    name: str
    label: str
    input: Input = "line"
    hint: str = ""
    translated: bool = False
    most: int = 200


@dataclass(frozen=True, slots=True)
class Section:
    """One small form: `kind` is the entry that its fields belong to."""

    id: str
    kind: str
    title: str
    action: str
    fields: tuple[Field, ...] = ()


LONG = 2000

SECTIONS: Mapping[str, Section] = {
    section.id: section
    for section in (
        Section("schedule", "service_at_location", N_("Horario"), N_("Cambiar horario")),
        Section("phones", "service_at_location", N_("Teléfonos"), N_("Cambiar teléfonos")),
        Section("service", "service", N_("Nombre y temas"), N_("Cambiar nombre y temas"), (
            Field("name", N_("Nombre"), translated=True),
            Field("description", N_("Qué hacen aquí"), "text", translated=True, most=LONG),
            Field("alert", N_("Aviso"), "line",
                  N_("Sale de primero. Por ejemplo: Hoy no atienden."), translated=True, most=LONG),
            Field("terms", N_("Temas"), "topics"),
        )),
        Section("place", "location", N_("Dirección y lugar"), N_("Cambiar dirección"), (
            Field("address_1", N_("Dirección"), "line", N_("Como la diría a quien llega a pie."),
                  most=LONG),
            Field("municipality", N_("Municipio")),
            Field("department", N_("Departamento o estado")),
            Field("transportation", N_("Cómo llegar"), "text", translated=True, most=LONG),
            Field("latitude", N_("Latitud"), "number", N_("Por ejemplo: 13.6929")),
            Field("longitude", N_("Longitud"), "number", N_("Por ejemplo: -89.2182")),
            Field("confidential", N_("La dirección es secreta"), "tick",
                  N_("Por ejemplo, un refugio. Las personas solo ven los teléfonos.")),
        )),
        Section("requirements", "service", N_("Qué llevar, costo y para quién"),
                N_("Cambiar requisitos"), (
            Field("required_documents", N_("Qué llevar"), "lines", N_("Un papel por línea."),
                  most=LONG),
            Field("fees_description", N_("Costo"), "line", N_("Si no cuesta, escriba: Gratis."),
                  translated=True, most=LONG),
            Field("eligibility_description", N_("Para quién"), "line", translated=True, most=LONG),
            Field("application_process", N_("Cómo se pide"), "text", translated=True, most=LONG),
        )),
        Section("source", "service", N_("De dónde se sabe"), N_("Cambiar fuente"), (
            Field("source_url", N_("Página"), "url", N_("La página que lo dice, con https://")),
            Field("source_date", N_("Fecha de la página"), "line",
                  N_("Año, mes o día: 2026, 2026-11 o 2026-11-22.")),
            Field("confidence", N_("Qué tan seguro es"), "choice"),
        )),
        Section("organization", "organization", N_("Institución"), N_("Cambiar institución"), (
            Field("name", N_("Nombre de la institución")),
            Field("website", N_("Página de la institución"), "url"),
            Field("email", N_("Correo de la institución"), "email"),
        )),
    )
}  # fmt: skip

CHOICES: Mapping[str, Mapping[str, str]] = {
    "confidence": {
        "high": N_("Seguro: lo dice la institución"),
        "medium": N_("Probable"),
        "low": N_("Dudoso: hay que confirmarlo"),
    },
    "status": {
        "active": N_("Se muestra a las personas"),
        "to_complete": N_("Por completar: todavía no se muestra"),
        "inactive": N_("Cerrada: no se muestra"),
        "hidden": N_("Escondida: no se muestra"),
    },
}
PHONE_TYPES: Mapping[str, str] = {
    "voice": N_("Teléfono"),
    "cell": N_("Celular"),
    "whatsapp": N_("WhatsApp"),
    "fax": N_("Fax"),
}

# Fields that the history names and no section has.
_OTHER_LABELS = {
    "accessibility": N_("Acceso"),
    "addresses": N_("Dirección"),
    "alternate_name": N_("Otro nombre"),
    "assured_date": N_("Confirmado el"),
    "contacts": N_("Contactos"),
    "cost_options": N_("Precios"),
    "description": N_("Descripción"),
    "email": N_("Correo"),
    "hours_note": N_("Nota del horario"),
    "languages": N_("Idiomas que se hablan"),
    "location_type": N_("Clase de lugar"),
    "maximum_age": N_("Edad máxima"),
    "minimum_age": N_("Edad mínima"),
    "name": N_("Nombre"),
    "organization_id": N_("Institución"),
    "phones": N_("Teléfonos"),
    "schedules": N_("Horario"),
    "service_areas": N_("Dónde se atiende"),
    "status": N_("Estado"),
    "url": N_("Página"),
}


def label_of(kind: str, field: str) -> str:
    """Return what staff call a field, in Spanish; `name@en` is called as `name`."""
    name = field.partition("@")[0]
    for section in SECTIONS.values():
        for known in section.fields:
            if section.kind == kind and known.name == name:
                return known.label
    return _OTHER_LABELS.get(name, name)


def section_of(kind: str, field: str) -> str:
    """Return the id of the section in which staff change a field."""
    name = field.partition("@")[0]
    if name in ("schedules", "hours_note"):
        return "schedule"
    if name == "phones":
        return "phones"
    if name == "addresses":
        return "place"
    for section in SECTIONS.values():
        if section.kind == kind and any(known.name == name for known in section.fields):
            return section.id
    return "status"
