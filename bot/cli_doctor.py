"""`ventanilla doctor`: one line a finding, and what to do about it."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.settings import SettingsError, read_settings

if TYPE_CHECKING:
    from bot.doctor import Finding


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line")] = False,
    lang: Annotated[str, typer.Option("--lang", help="es or en")] = "es",
) -> None:
    """Look at settings, database, content, disk, clock, Telegram, jobs and backups."""
    from bot.content import SHIPPED
    from bot.doctor import State, broken, examine, line
    from locales.catalogs import translator

    translate = translator(lang if lang == "en" else "es", SHIPPED / "locales").text
    try:
        findings = examine(read_settings())
    except SettingsError as error:
        findings = iter((broken(str(error)),))
    wrong = False
    for finding in findings:
        wrong |= finding.state is State.WRONG
        if as_json:
            print(json.dumps(_as_json(finding), ensure_ascii=False), flush=True)
        else:
            print(line(finding, translate), flush=True)
    if wrong:
        raise typer.Exit(1)


def _as_json(finding: "Finding") -> dict[str, str]:
    sentence = finding.sentence.format(**finding.values)
    return {"about": finding.about, "state": finding.state.value, "detail": sentence}
