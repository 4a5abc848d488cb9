"""What the staff's desk is given: the database, the words, and the card that people see."""

from datetime import UTC, datetime

from sqlalchemy import Connection, Engine

from admin.desk import Desk
from bot.card import Card
from bot.content import Content
from bot.settings import Settings
from knowledge.directory import finding, queries
from knowledge.questions.teaching import School
from knowledge.store.database import reading
from locales.catalogs import SOURCE_LANGUAGE


def make_desk(settings: Settings, engine: Engine, content: Content) -> Desk:
    """Return what the staff's pages and API work with."""

    def show_card(at_id: str, language: str, connection: Connection | None = None) -> str:
        """Return the card of a service at a location as people read it now; empty without one."""
        if connection is not None:
            services = queries.summaries(connection, [at_id])
        else:
            with reading(engine).connect() as own:
                services = queries.summaries(own, [at_id])
        if not services:
            return ""
        found = finding.describe(services[0], datetime.now(UTC))
        return "\n".join(Card.of(found, content, language).lines())

    return Desk(
        engine=engine,
        vault=settings.vault(),
        show_card=show_card,
        translators=content.translators,
        flows=content.flows,
        article_titles={name: article.title for name, article in content.articles.items()},
        questions=_school(settings, content) if settings.unanswered else None,
        public_url=settings.public_url,
        demo=settings.demo,
    )


def _school(settings: Settings, content: Content) -> School:
    settings.make_data_dir()
    return School(
        articles=content.articles,
        index=content.index,
        translations={n: t.text for n, t in content.translators.items() if n != SOURCE_LANGUAGE},
        lexicon=content.index.reader.lexicon,
        file=settings.data_dir / "taught.yaml",
    )
