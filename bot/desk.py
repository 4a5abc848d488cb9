"""What the staff's desk is given: the database, the words, and the card that people see."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from admin.desk import Desk
from bot.card import Card
from bot.content import Content
from bot.settings import Settings
from knowledge.directory import finding, queries
from knowledge.store.database import reading


def make_desk(settings: Settings, engine: Engine, content: Content) -> Desk:
    """Return what the staff's pages and API work with."""

    def show_card(at_id: str, language: str) -> str:
        """Return the card of a service at a location as people read it now; empty without one."""
        with reading(engine).connect() as connection:
            services = queries.summaries(connection, [at_id])
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
        public_url=settings.public_url,
        demo=settings.demo,
    )
