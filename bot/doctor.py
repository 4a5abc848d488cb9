"""`ventanilla doctor`: looks at everything that a serving machine needs, and says what to do.

Only looks: it makes no folder, no database and no change at Telegram. Every finding is one line.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from bot.content import SHIPPED, ContentError, load_content
from bot.doctor_telegram import Telegram, ask_telegram
from bot.phrases import N_
from bot.settings import Settings
from bot.store import connect
from knowledge.store import backup_folder, health, schema
from knowledge.store.database import StoreError, explain, sqlite_path

LITTLE_SPACE = 1_000_000_000
NO_SPACE = 100_000_000
CLOCK_OFF = timedelta(seconds=5)
CLOCK_WRONG = timedelta(seconds=60)
BACKUP_OLD = timedelta(days=2)
OUTBOX_HOURS = 2
PENDING_UPDATES = 1000


class State(StrEnum):
    """How serious a finding is; only `WRONG` makes the command fail."""

    GOOD = "good"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, and what to do, in Spanish with parameters."""

    about: str
    state: State
    sentence: str
    values: Mapping[str, Any] = field(default_factory=dict)


def examine(settings: Settings, now: datetime | None = None) -> Iterator[Finding]:
    """Yield what is found, one thing after the other; never raises for what is only broken."""
    now = now or datetime.now(UTC)
    yield _settings(settings)
    yield _operator(settings)
    database = sqlite_path_or_none(settings)
    if database is not None and not database.exists():
        sentence = N_("Todavía no hay base de datos. «ventanilla serve» la crea.")
        yield Finding("database", State.WARNING, sentence)
    else:
        yield from _database(settings, now)
    yield _content(settings)
    yield _disk(settings)
    telegram = ask_telegram(settings) if settings.telegram_token else None
    if telegram is not None and telegram.ahead is not None:
        yield _clock(telegram.ahead, "Telegram")
    yield from _telegram(telegram)
    yield _backups(settings, now)


def broken(reason: str) -> Finding:
    """Return the finding on settings that cannot be read."""
    return Finding("settings", State.WRONG, "{reason}", {"reason": reason})


def sqlite_path_or_none(settings: Settings) -> Path | None:
    """Return the file of the settings' database, or None when there is none to look for."""
    try:
        return sqlite_path(settings.url)
    except Exception:  # noqa: BLE001 - a URL nobody can read is told by `connect`
        return None


def _settings(settings: Settings) -> Finding:
    if sqlite_path_or_none(settings) is None and settings.secret_key is None:
        sentence = N_(
            "VENTANILLA_SECRET_KEY falta. Póngala igual en todos los procesos: "
            "si no, cada uno hace la suya y no se entienden."
        )
        return Finding("settings", State.WARNING, sentence)
    if settings.telegram_token and not settings.public_url:
        sentence = N_("Se leen bien. Telegram va por consulta: falta VENTANILLA_PUBLIC_URL.")
        return Finding("settings", State.GOOD, sentence)
    if not settings.rate_limit:
        sentence = N_("VENTANILLA_RATE_LIMIT está en «off»: quítela fuera de las pruebas.")
        return Finding("settings", State.WARNING, sentence)
    return Finding("settings", State.GOOD, N_("Se leen bien."))


def _operator(settings: Settings) -> Finding:
    if settings.operator_name is None:
        sentence = N_(
            "VENTANILLA_OPERATOR_NAME falta: el aviso de privacidad no dice quién responde."
        )
        return Finding("operator", State.WARNING, sentence)
    if settings.operator_contact is None:
        sentence = N_(
            "VENTANILLA_OPERATOR_CONTACT falta (correo, teléfono, horario): "
            "nadie sabe dónde reclamar fuera del chat."
        )
        return Finding("operator", State.WARNING, sentence)
    return Finding("operator", State.GOOD, "{reason}", {"reason": settings.operator_name})


def _database(settings: Settings, now: datetime) -> Iterator[Finding]:
    engine = None
    try:
        engine = connect(settings)
        yield from _look_into(engine, now)
    except StoreError as error:
        yield Finding("database", State.WRONG, "{reason}", {"reason": str(error)})
    except DBAPIError as error:
        yield Finding("database", State.WRONG, "{reason}", {"reason": explain(error, settings.url)})
    finally:
        if engine is not None:
            engine.dispose()


def _look_into(engine: Engine, now: datetime) -> Iterator[Finding]:
    health.ping(engine)
    damage = health.damage(engine)
    if damage:
        sentence = N_(
            "El archivo está dañado. Pare el servicio y restaure una copia: "
            "«ventanilla database restore ARCHIVO --replace»."
        )
        yield Finding("database", State.WRONG, sentence)
        return
    if not schema.is_current(engine):
        sentence = N_("El esquema es de otra versión. Ejecute «ventanilla database upgrade».")
        yield Finding("database", State.WRONG, sentence)
        return
    values = {"engine": engine.dialect.name, "schema": schema.newest()}
    yield Finding("database", State.GOOD, N_("Responde ({engine}, esquema {schema})."), values)
    yield _outbox(engine, now)
    yield _jobs(engine)
    ahead = health.clock_difference(engine, now)
    if ahead is not None:
        yield _clock(timedelta(seconds=ahead), "PostgreSQL")


def _outbox(engine: Engine, now: datetime) -> Finding:
    state = health.outbox_state(engine, now)
    count = sum(waiting for waiting, _ in state.values())
    hours = max((oldest for _, oldest in state.values()), default=0)
    if hours >= OUTBOX_HOURS:
        sentence = N_(
            "{count} respuestas esperan; la más vieja, {hours} horas. "
            "Vea si el servicio corre y si Telegram responde."
        )
        return Finding("outbox", State.WARNING, sentence, {"count": count, "hours": hours})
    return Finding("outbox", State.GOOD, N_("{count} respuestas por salir."), {"count": count})


def _jobs(engine: Engine) -> Finding:
    late = health.late_jobs(engine)
    if late:
        sentence = N_("Atrasadas: {jobs}. Vea si el servicio corre y qué dice su registro.")
        return Finding("jobs", State.WARNING, sentence, {"jobs": ", ".join(late)})
    return Finding("jobs", State.GOOD, N_("Ninguna está atrasada."))


def _content(settings: Settings) -> Finding:
    try:
        content = load_content(settings.content_dir or SHIPPED)
    except ContentError as error:
        sentence = N_("Tiene {count} errores. «ventanilla check» los muestra línea por línea.")
        count = len(str(error).splitlines())
        return Finding("content", State.WRONG, sentence, {"count": count})
    values = {"flows": len(content.flows), "articles": len(content.articles)}
    if not all(values.values()):
        sentence = N_("No hay flujos o artículos. Revise VENTANILLA_CONTENT_DIR.")
        return Finding("content", State.WRONG, sentence)
    return Finding("content", State.GOOD, N_("{flows} flujos y {articles} artículos."), values)


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir.resolve()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    values = {"megabytes": free // 1_000_000}
    if free >= LITTLE_SPACE:
        return Finding("disk", State.GOOD, N_("{megabytes} MB libres."), values)
    sentence = N_("Solo quedan {megabytes} MB. Libere espacio: sin él no se guarda nada.")
    return Finding("disk", State.WRONG if free < NO_SPACE else State.WARNING, sentence, values)


def _clock(ahead: timedelta, than: str) -> Finding:
    seconds = round(abs(ahead).total_seconds())
    values = {"seconds": seconds, "other": than}
    if abs(ahead) < CLOCK_OFF:
        return Finding("clock", State.GOOD, N_("Coincide con {other}."), values)
    sentence = N_(
        "Difiere {seconds} segundos de {other}. Active la hora por red (timedatectl set-ntp true)."
    )
    return Finding(
        "clock", State.WRONG if abs(ahead) > CLOCK_WRONG else State.WARNING, sentence, values
    )


def _telegram(telegram: Telegram | None) -> Iterator[Finding]:
    if telegram is None:
        sentence = N_("Apagado. Para usarlo, pida un token a @BotFather.")
        yield Finding("telegram", State.GOOD, sentence)
        return
    for matter, (state, sentence) in TELEGRAM.items():
        if telegram.matter == matter:
            values = {"reason": telegram.reason, "pending": telegram.pending}
            yield Finding("telegram", state, sentence, values)
    if telegram.pending >= PENDING_UPDATES:
        sentence = N_("{pending} mensajes esperan en Telegram. Vea si el servicio corre.")
        yield Finding("telegram", State.WARNING, sentence, {"pending": telegram.pending})


def _backups(settings: Settings, now: datetime) -> Finding:
    newest = backup_folder.newest(settings.backup_dir)
    oldest = backup_folder.oldest(settings.backup_dir)
    if newest is None:
        sentence = N_("No hay copias en {folder}. Haga una: «ventanilla database backup».")
        return Finding("backups", State.WARNING, sentence, {"folder": settings.backup_dir})
    if oldest is not None and now - oldest > timedelta(days=backup_folder.KEEP_DAYS + 1):
        sentence = N_(
            "Hay copias de más de {days} días: guardan lo que ya se borró. "
            "«ventanilla database backup» quita las viejas."
        )
        return Finding("backups", State.WRONG, sentence, {"days": backup_folder.KEEP_DAYS})
    if now - newest > BACKUP_OLD:
        sentence = N_("La última copia tiene {days} días. Programe una diaria.")
        return Finding("backups", State.WARNING, sentence, {"days": (now - newest).days})
    sentence = N_("La última es de hace {hours} horas.")
    hours = int((now - newest).total_seconds() // 3600)
    return Finding("backups", State.GOOD, sentence, {"hours": max(0, hours)})


TELEGRAM: Mapping[str, tuple[State, str]] = {
    "ok": (State.GOOD, N_("Responde y acepta el token.")),
    "unreachable": (
        State.WRONG,
        N_("No se alcanza ({reason}). Revise la red y VENTANILLA_TELEGRAM_API_URL."),
    ),
    "token": (State.WRONG, N_("No acepta el token. Pida uno nuevo a @BotFather.")),
    "webhook-missing": (
        State.WRONG,
        N_("El webhook no apunta a VENTANILLA_PUBLIC_URL. Reinicie el servicio."),
    ),
    "webhook-left": (
        State.WRONG,
        N_("Hay un webhook puesto y este servicio consulta. Reinicie el servicio."),
    ),
    "webhook-failing": (
        State.WRONG,
        N_("No pudo entregar mensajes hace poco: {reason}. Revise el proxy y el certificado."),
    ),
}
ABOUT: Mapping[str, str] = {
    "settings": N_("Variables"),
    "operator": N_("Quién opera"),
    "database": N_("Base de datos"),
    "outbox": N_("Por enviar"),
    "jobs": N_("Tareas"),
    "content": N_("Contenido"),
    "disk": N_("Disco"),
    "clock": N_("Hora"),
    "telegram": N_("Telegram"),
    "backups": N_("Copias"),
}
STATES: Mapping[State, str] = {
    State.GOOD: N_("bien"),
    State.WARNING: N_("aviso"),
    State.WRONG: N_("mal"),
}


def line(finding: Finding, translate: Callable[..., str]) -> str:
    """Return a finding as a line for people."""
    state, about = translate(STATES[finding.state]), translate(ABOUT[finding.about])
    told = finding.sentence.format(**finding.values)
    if finding.sentence != "{reason}":
        told = translate(finding.sentence, **finding.values)
    return f"{state:<6} {about:<14} {told}"
