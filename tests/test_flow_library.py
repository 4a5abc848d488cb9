"""The shipped flows: every path, in every country and language, ends in something to do."""

from datetime import UTC, datetime

import pytest

from bot.compose import Composer
from bot.content import Content
from bot.conversation import take_turn
from bot.messages import Ask, Kind, Message, Session, ShowArticle, ShowDanger
from bot.options import MENU, answer_id
from flows.definition import COUNTRIES
from flows.walking import walk

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def test_the_menu_fits_on_a_screen(content: Content) -> None:
    positions = [flow.menu for flow in content.menu]
    assert len(positions) == len(set(positions)) <= 8
    assert all(len(flow.title) <= 30 for flow in content.menu)


def test_there_are_at_least_sixteen_flows(content: Content) -> None:
    assert len(content.flows) >= 16


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("country", COUNTRIES)
def test_every_path_ends_in_a_way_on(content: Content, country: str, language: str) -> None:
    """Taps every path through every flow as a person would; something to do must be left."""
    paths = 0
    for flow in content.flows.values():
        for path in walk(flow, country, lambda text: text, AT):
            paths += 1
            session = Session(language=language, country=country, greeted=True)
            taps = [f"f:{flow.id}"]
            taps += [answer_id(flow.id, s.node, s.option) for s in path if s.option]
            for tap in taps:
                turn = take_turn(session, Message(kind=Kind.OPTION, option=tap, at=AT), content)
                session = turn.session
            shown = [r for r in turn.replies if isinstance(r, ShowArticle | ShowDanger)]
            asked = [r for r in turn.replies if isinstance(r, Ask)]
            where = f"{flow.id}: {' → '.join(taps[1:])}"
            assert not path[-1].problem, where
            assert len(asked) == 1, where
            handed_over = session.flow != flow.id and bool(asked[0].options)
            assert shown or handed_over, where
            for article in shown:
                if isinstance(article, ShowArticle):
                    assert content.articles[article.article].section(country), where
            if shown:
                assert MENU in [option.id for option in asked[0].options], where
            assert Composer(content).compose(turn, None), where
    print(f"{country} {language}: {paths} paths of {len(content.flows)} flows end in a way on")
    assert paths > 300


def test_the_four_sides_of_coming_back_are_reached_from_the_menu(content: Content) -> None:
    """Economic, social and psychosocial reintegration, and civic life."""
    reached: set[str] = set()
    waiting = [flow.id for flow in content.menu]
    seen: set[str] = set()
    while waiting:
        flow = content.flows[waiting.pop()]
        if flow.id in seen:
            continue
        seen.add(flow.id)
        for node in flow.nodes.values():
            reached |= set(getattr(node, "articles", ()))
            waiting += list(getattr(node, "flows", ()))
    assert seen == set(content.flows)
    for article in (
        "skills/certify-experience",
        "employment/small-business",
        "education/enrol-child-without-papers",
        "health/public-health-insurance",
        "psychosocial/free-counselling",
        "legal/voting-civic-life",
        "legal/remigration-risks",
    ):
        assert article in reached, article
    missing = {a for a in content.articles if not a.startswith("assistant/")} - reached
    assert len(missing) <= 6, sorted(missing)
