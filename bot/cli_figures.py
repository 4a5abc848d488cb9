"""`ventanilla stats`: the figures that a coordinator may see."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.settings import read_settings

app = typer.Typer(
    no_args_is_help=True, help="Figures of complete weeks and months, nobody in them."
)
Day = Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day")]
LastDay = Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day")]


@app.callback()
def stats() -> None:
    """Figures of complete weeks and months, nobody in them."""


@app.command("export")
def export(
    first: Day,
    last: LastDay,
    out: Annotated[Path | None, typer.Option(help="FILE.csv; on the screen without it")] = None,
) -> None:
    """Write every released week and month that lies wholly between two days."""
    from bot.store import open_store
    from knowledge.figures.export import export_csv, notes
    from knowledge.figures.periods import FiguresError
    from knowledge.store.database import reading

    engine = open_store(read_settings())
    try:
        with reading(engine).connect() as connection:
            text = export_csv(connection, first.date(), last.date())
            told = notes(connection, first.date(), last.date())
    except FiguresError as error:
        _stop(str(error))
    finally:
        engine.dispose()
    for note in told:
        print(note, file=sys.stderr)
    if out is None:
        sys.stdout.write(text)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        _stop(f"{out} cannot be written ({error.strerror}).")
    print(out)


@app.command("budget")
def budget() -> None:
    """List the epsilon of the noise of every release, and its sum for each year."""
    from bot.store import open_store
    from knowledge.figures import budget
    from knowledge.store.database import reading

    engine = open_store(read_settings())
    try:
        with reading(engine).connect() as connection:
            sys.stdout.write(budget.told(connection))
    finally:
        engine.dispose()


def _stop(line: str) -> NoReturn:
    print(line, file=sys.stderr)
    raise typer.Exit(1)
