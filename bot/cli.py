"""The `ventanilla` command. Errors are one line on stderr that says what to do.

Parts are imported where they are used: a person who types `ventanilla chat` should not wait for a
web server to load.
"""

import logging
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot import (
    cli_database,
    cli_directory,
    cli_doctor,
    cli_figures,
    cli_keys,
    cli_meaning,
    cli_people,
)
from bot.settings import Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Engine

    from bot.card import Office
    from bot.compose import FindServices
    from bot.content import Content
    from bot.messages import ShowServices

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Ventanilla: información para personas que regresan y sus familias.",
)
flow_app = typer.Typer(no_args_is_help=True, help="Look at a flow as a picture or a transcript.")
app.add_typer(flow_app, name="flow")
app.add_typer(cli_database.app, name="database")
app.add_typer(cli_directory.app, name="directory")
app.add_typer(cli_figures.app, name="stats")
app.add_typer(cli_keys.app, name="keys")
app.add_typer(cli_meaning.app, name="meaning")
app.command("doctor")(cli_doctor.doctor)
app.add_typer(cli_people.users_app, name="users")
app.add_typer(cli_people.tokens_app, name="tokens")


class Language(StrEnum):
    """Languages to start a conversation in; a person can change it at any moment."""

    ES = "es"
    EN = "en"


class Country(StrEnum):
    """Countries the assistant knows."""

    SV = "SV"
    GT = "GT"
    HN = "HN"
    MX = "MX"


LanguageOption = Annotated[Language | None, typer.Option("--lang", help="es or en")]
CountryOption = Annotated[
    Country | None, typer.Option("--country", help="SV, GT, HN or MX", case_sensitive=False)
]


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    demo: Annotated[
        bool, typer.Option("--demo", help="Try the staff's pages with three made-up members")
    ] = False,
) -> None:
    """Serve everything: web chat, APIs, and Telegram when it is configured."""
    from bot import lean  # noqa: F401 - before what it makes smaller
    from bot.serving import serve as run

    run(_settings(), host, port, demo=demo)


@app.command()
def chat(lang: LanguageOption = None, country: CountryOption = None) -> None:
    """Hold a conversation in the terminal."""
    from bot.channels.console import Conversation, hold, printer

    settings = _settings()
    conversation = Conversation(_content(settings), _services_when_needed(settings), lang, country)
    lines = iter(sys.stdin.readline, "")
    if sys.stdin.isatty():
        lines = iter(_prompted, "")
    try:
        hold(conversation, lines, printer())
    except KeyboardInterrupt:
        print()


@app.command()
def ask(
    text: Annotated[str | None, typer.Argument(help="The question")] = None,
    lang: LanguageOption = None,
    country: CountryOption = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="One JSON question a line on stdin, one answer a line")
    ] = False,
    why: Annotated[
        bool, typer.Option("--why", help="Show what the question found and why, word by word")
    ] = False,
) -> None:
    """Answer one question, or many with --jsonl."""
    if jsonl:
        from bot.asking import QuestionError, answer_lines

        try:
            for line in answer_lines(sys.stdin.buffer, _content(_settings())):
                print(line, flush=True)
        except QuestionError as error:
            _stop(str(error))
        return
    if not text:
        _stop('Write the question: ventanilla ask "perdí mi DUI" --country SV', usage=True)
    if why:
        from bot.asking import why as tell

        print(tell(text, lang, country, _content(_settings())))
        return
    from bot.channels.console import Conversation, plain
    from bot.messages import Message

    settings = _settings()
    conversation = Conversation(_content(settings), _services_when_needed(settings), lang, country)
    conversation.skip_greeting()
    for message in conversation.say(Message(text=text)):
        print(plain(message))


@app.command("eval")
def evaluate(
    files: Annotated[list[Path], typer.Argument(help="YAML files of labelled questions")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table")] = False,
) -> None:
    """Measure how well labelled questions are understood."""
    from bot.evaluation import EvaluationError, table
    from bot.evaluation import evaluate as run

    try:
        figures = run(files, _content(_settings()))
    except EvaluationError as error:
        _stop(str(error))
    if as_json:
        import json

        print(json.dumps({name: found.as_json() for name, found in figures.items()}, indent=2))
    else:
        print(table(figures))


@app.command()
def check() -> None:
    """Validate flows, articles, catalogs and the shipped directory; one line a finding."""
    from bot.checking import check_and_walk
    from bot.content import SHIPPED

    findings, walked = check_and_walk(_settings().content_dir or SHIPPED)
    for finding in findings:
        print(finding)
    if findings:
        _stop(f"{len(findings)} findings. Mend the lines above and run the check again.")
    print("Todo en orden: flujos, artículos, traducciones y directorio.")
    print(f"{walked:,} caminos recorridos, de todos los flujos, países e idiomas.")


@flow_app.command("draw")
def flow_draw(
    flow: Annotated[str, typer.Argument(help="The flow's id, for example documents")],
    lang: LanguageOption = None,
    out: Annotated[Path | None, typer.Option(help="FILE.svg or FILE.mmd")] = None,
) -> None:
    """Draw a flow as SVG or Mermaid; Mermaid on the screen without --out."""
    from flows.drawing import draw_mermaid, draw_svg

    content = _content(_settings())
    found = content.flows.get(flow) or _no_flow(flow, content.flows)

    def translate(text: str) -> str:
        return content.text(lang or "es", text)

    if out is None:
        print(draw_mermaid(found, translate))
        return
    if out.suffix not in (".svg", ".mmd"):
        _stop(f"{out} must end in .svg or .mmd.", usage=True)
    drawn = (draw_svg if out.suffix == ".svg" else draw_mermaid)(found, translate)
    try:
        out.write_text(drawn, encoding="utf-8")
    except OSError as error:
        _stop(f"{out} cannot be written ({error.strerror}).")
    print(out)


@flow_app.command("walk")
def flow_walk(
    flow: Annotated[str, typer.Argument(help="The flow's id, for example documents")],
    country: Annotated[Country, typer.Option(case_sensitive=False)],
    lang: LanguageOption = None,
) -> None:
    """Print every path through a flow as a transcript."""
    from flows.walking import walk_as_text

    content = _content(_settings())
    found = content.flows.get(flow) or _no_flow(flow, content.flows)

    def translate(text: str) -> str:
        return content.text(lang or "es", text)

    for path in walk_as_text(found, country, translate, datetime.now(UTC)):
        print(path)


def _settings() -> Settings:
    return read_settings()


def _content(settings: Settings) -> "Content":
    from bot.content import content_for

    return content_for(settings)


def _services_when_needed(settings: Settings) -> "FindServices":
    """Open the database at the first question about an office: the first screen needs none."""
    engine: Engine | None = None

    def find(show: "ShowServices") -> "Sequence[Office]":
        nonlocal engine
        from bot.chat import finder
        from bot.store import open_store
        from knowledge.store.database import reading

        engine = engine or open_store(settings)
        with reading(engine).connect() as connection:
            return finder(connection)(show)

    return find


def _prompted() -> str:
    try:
        return input("> ") + "\n"
    except EOFError:
        return ""


def _no_flow(flow: str, known: "Mapping[str, object]") -> NoReturn:
    from flows.yaml_reader import did_you_mean

    hint = did_you_mean(flow, known)
    _stop(f'There is no flow "{flow}".{hint} There are: {", ".join(sorted(known))}.')


def _stop(line: str, *, usage: bool = False) -> NoReturn:
    print(line, file=sys.stderr)
    raise typer.Exit(2 if usage else 1)


def main() -> None:
    """Run the command; what the person can mend is one line, never a traceback."""
    logging.captureWarnings(capture=True)
    try:
        app()
    except SettingsError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        from bot.content import ContentError
        from knowledge.store.database import StoreError

        if not isinstance(error, ContentError | StoreError):
            raise
        print(error, file=sys.stderr)
        if isinstance(error, ContentError):
            print("The content above has to be mended first: «ventanilla check».", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
