"""`ventanilla meaning`: prepare search by meaning, an optional part (docs/search.md)."""

import sys

import typer

from bot.settings import read_settings

app = typer.Typer(no_args_is_help=True, help="Prepare search by meaning, an optional part.")


@app.callback()
def meaning() -> None:
    """Prepare search by meaning, an optional part."""


@app.command("build")
def build() -> None:
    """Compute the vectors of all phrasings; after an edit, of those that changed."""
    from bot.content import SHIPPED, load_content, said_in
    from knowledge.search import meaning_vectors

    settings = read_settings()
    said = said_in(load_content(settings.content_dir or SHIPPED))
    settings.make_data_dir()
    done = 0
    try:
        encode = meaning_vectors.load_model()
        for left in meaning_vectors.build(settings.meaning_path, said, encode):
            done = done or left
            if sys.stderr.isatty():
                print(f"\r{left} phrasings left ", end="", file=sys.stderr, flush=True)
    except meaning_vectors.MeaningError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    total = sum(map(len, said.values()))
    print(f"{settings.meaning_path}: {total} phrasings, {done} of them new.")
