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


class SettingsError(Exception):
    """A variable has a value that cannot work; the text names it and the way out."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What whoever runs the service decides."""

    data_dir: Path = Path("var")
    database_url: str | None = None
    secret_key: str | None = None
    content_dir: Path | None = None
    public_url: str | None = None
    telegram_token: str | None = None
    telegram_api_url: str | None = None
    telegram_webhook: str = "auto"
    rate_limit: bool = True
    shipped_directory: bool = True

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of the database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'ventanilla.sqlite3'}"

    @property
    def uses_webhook(self) -> bool:
        """Whether Telegram pushes updates to us instead of being asked for them."""
        if self.telegram_webhook == "1":
            return self.public_url is not None
        return self.public_url is not None and self.public_url.startswith("https://")

    def vault(self) -> "Vault":
        """Return the keys, making the secret in the data folder on first use."""
        from knowledge.store.sealing import Vault, read_or_make_secret

        if self.secret_key:
            return Vault(self.secret_key)
        self.make_data_dir()
        return Vault(read_or_make_secret(self.data_dir / "secret.key"))

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
    content = values.get("CONTENT_DIR")
    if content and not Path(content).is_dir():
        raise SettingsError(f"VENTANILLA_CONTENT_DIR: {content} is not a folder.")
    return Settings(
        data_dir=Path(values.get("DATA_DIR", "var")),
        database_url=values.get("DATABASE_URL"),
        secret_key=values.get("SECRET_KEY"),
        content_dir=Path(content) if content else None,
        public_url=public_url.rstrip("/") if public_url else None,
        telegram_token=values.get("TELEGRAM_TOKEN"),
        telegram_api_url=(values.get("TELEGRAM_API_URL") or "").rstrip("/") or None,
        telegram_webhook=webhook,
        rate_limit=_on(values, "RATE_LIMIT"),
        shipped_directory=_on(values, "SHIPPED_DIRECTORY"),
    )


def _on(values: Mapping[str, str], name: str) -> bool:
    value = values.get(name, "on").lower()
    if value not in ("on", "off"):
        raise SettingsError(f"{PREFIX}{name} is «on» or «off», not «{value}».")
    return value == "on"
