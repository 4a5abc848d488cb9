"""Settings from the environment (`VENTANILLA_*`); every variable is described in the README."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.store.sealing import Vault

PREFIX = "VENTANILLA_"
MIN_SECRET_CHARS = 32
MAX_PROCESSES = 1000
# The name is said in the first message, which stays short; the contact in the privacy notice.
MAX_OPERATOR_CHARS = {"OPERATOR_NAME": 80, "OPERATOR_CONTACT": 200}
LOCAL_PROXY = "127.0.0.1,::1"  # whose word on where a request came from is believed
# Each of these may also be a file, named by the variable with `_FILE` behind it.
SECRETS = (
    "SECRET_KEY",
    "DATABASE_URL",
    "TELEGRAM_TOKEN",
    "WHATSAPP_TOKEN",
    "WHATSAPP_APP_SECRET",
    "WHATSAPP_VERIFY_TOKEN",
)


class SettingsError(Exception):
    """A variable has a value that cannot work; the text names it and the way out."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What whoever runs the service decides."""

    data_dir: Path = Path("var")
    database_url: str | None = None
    secret_key: str | None = None
    secret_file: Path | None = None  # where it was read from, if that was a file
    content_dir: Path | None = None
    public_url: str | None = None
    telegram_token: str | None = None
    telegram_api_url: str | None = None
    telegram_webhook: str = "auto"
    rate_limit: bool = True
    shipped_directory: bool = True
    unanswered: bool = False
    operator_name: str | None = None
    operator_contact: str | None = None
    meaning: str = "off"
    noise_epsilon: float | None = None  # noise in released figures; none without it
    demo: bool = False
    processes: int = 1
    trusted_proxies: str = LOCAL_PROXY

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of the database."""
        if self.demo:  # a database of its own, whatever else is set
            return f"sqlite:///{self.data_dir / 'demo.sqlite3'}"
        return self.database_url or f"sqlite:///{self.data_dir / 'ventanilla.sqlite3'}"

    @property
    def uses_webhook(self) -> bool:
        """Whether Telegram pushes updates to us instead of being asked for them."""
        if self.telegram_webhook == "1":
            return self.public_url is not None
        return self.public_url is not None and self.public_url.startswith("https://")

    @property
    def meaning_path(self) -> Path:
        """Where the vectors of our phrasings are kept, for search by meaning."""
        return self.data_dir / "meaning.npz"

    @property
    def backup_dir(self) -> Path:
        """Where backups without a name of their own are kept, for 30 days at most."""
        return self.data_dir / "backups"

    def vault(self) -> "Vault":
        """Return the keys, making the secret in the data folder on first use."""
        from knowledge.store.sealing import Vault

        return Vault(self.secret())

    def secret(self) -> str:
        """Return the secret that keys are derived from, made in the data folder on first use."""
        from knowledge.store.sealing import read_or_make_secret

        if self.secret_key:
            return self.secret_key
        self.make_data_dir()
        return read_or_make_secret(self.data_dir / "secret.key")

    def make_data_dir(self) -> None:
        """Create the data folder, readable by this user alone; raises `SettingsError`."""
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"The data folder {self.data_dir} cannot be made ({error.strerror}). "
                "Set VENTANILLA_DATA_DIR to a folder you may write to."
            ) from error


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; empty variables count as absent. Raises `SettingsError`."""
    values = {
        name.removeprefix(PREFIX): value.strip()
        for name, value in environment.items()
        if name.startswith(PREFIX) and value.strip()
    }
    values |= _from_files(values)
    public_url = values.get("PUBLIC_URL")
    if public_url and not public_url.startswith(("https://", "http://")):
        raise SettingsError("VENTANILLA_PUBLIC_URL must begin with https:// (or http:// in tests).")
    webhook = values.get("TELEGRAM_WEBHOOK", "auto")
    if webhook not in ("auto", "0", "1"):
        raise SettingsError("VENTANILLA_TELEGRAM_WEBHOOK is «auto» or «1».")
    if webhook == "1" and not public_url:
        raise SettingsError(
            "VENTANILLA_TELEGRAM_WEBHOOK=1 needs VENTANILLA_PUBLIC_URL, the address of this server."
        )
    if len(values.get("SECRET_KEY", "x" * MIN_SECRET_CHARS)) < MIN_SECRET_CHARS:
        raise SettingsError(
            f"VENTANILLA_SECRET_KEY must have at least {MIN_SECRET_CHARS} characters. "
            "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    meaning = values.get("MEANING", "off").lower()
    if meaning not in ("off", "on", "auto"):
        raise SettingsError(f"VENTANILLA_MEANING is «off», «on» or «auto», not «{meaning}».")
    content = values.get("CONTENT_DIR")
    if content and not Path(content).is_dir():
        raise SettingsError(f"VENTANILLA_CONTENT_DIR: {content} is not a folder.")
    return Settings(
        data_dir=Path(values.get("DATA_DIR", "var")),
        database_url=values.get("DATABASE_URL"),
        secret_key=values.get("SECRET_KEY"),
        secret_file=Path(values["SECRET_KEY_FILE"]) if "SECRET_KEY_FILE" in values else None,
        content_dir=Path(content) if content else None,
        public_url=public_url.rstrip("/") if public_url else None,
        telegram_token=values.get("TELEGRAM_TOKEN"),
        telegram_api_url=(values.get("TELEGRAM_API_URL") or "").rstrip("/") or None,
        telegram_webhook=webhook,
        rate_limit=_on(values, "RATE_LIMIT"),
        meaning=meaning,
        noise_epsilon=_epsilon(values),
        shipped_directory=_on(values, "SHIPPED_DIRECTORY"),
        unanswered=_on(values, "UNANSWERED", usual="off"),
        operator_name=_line(values, "OPERATOR_NAME"),
        operator_contact=_line(values, "OPERATOR_CONTACT"),
        processes=_count(values, "PROCESSES"),
        trusted_proxies=values.get("TRUSTED_PROXIES", LOCAL_PROXY),
    )


def _from_files(values: Mapping[str, str]) -> dict[str, str]:
    """Return the secrets that are given as files; an error never repeats what is in one."""
    found = {}
    for name in SECRETS:
        path = values.get(f"{name}_FILE")
        if path is None:
            continue
        if name in values:
            raise SettingsError(f"Set {PREFIX}{name} or {PREFIX}{name}_FILE, not both.")
        try:
            found[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not text"
            raise SettingsError(f"{PREFIX}{name}_FILE: {path} cannot be read ({why}).") from error
        if not found[name]:
            raise SettingsError(f"{PREFIX}{name}_FILE: {path} is empty.")
    return found


def _line(values: Mapping[str, str], name: str) -> str | None:
    """Return a text for people: one short line, without anything that cannot be seen."""
    value = values.get(name)
    if value is not None and not value.isprintable():
        raise SettingsError(f"{PREFIX}{name} must be one line of plain text.")
    if value is not None and len(value) > MAX_OPERATOR_CHARS[name]:
        raise SettingsError(
            f"{PREFIX}{name} has {len(value)} characters; {MAX_OPERATOR_CHARS[name]} fit."
        )
    return value


def _count(values: Mapping[str, str], name: str) -> int:
    value = values.get(name, "1")
    if not value.isdecimal() or not 1 <= int(value) <= MAX_PROCESSES:
        raise SettingsError(f"{PREFIX}{name} is a number from 1 to {MAX_PROCESSES}.")
    return int(value)


def _epsilon(values: Mapping[str, str]) -> float | None:
    if "NOISE_EPSILON" not in values:
        return None
    from knowledge.figures.noise import read_epsilon
    from knowledge.figures.periods import FiguresError

    try:
        return read_epsilon(values["NOISE_EPSILON"])
    except FiguresError as error:
        raise SettingsError(f"{PREFIX}NOISE_EPSILON {error}") from error


def _on(values: Mapping[str, str], name: str, usual: str = "on") -> bool:
    value = values.get(name, usual).lower()
    if value not in ("on", "off"):
        raise SettingsError(f"{PREFIX}{name} is «on» or «off», not «{value}».")
    return value == "on"
