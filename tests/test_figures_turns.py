"""Which cells a turn falls on; a child's turns fall on none."""

from bot.content import Content
from bot.conversation import take_turn
from bot.counting import cells_of_turn
from bot.messages import Message, Session
from knowledge.figures.catalog import content_catalog
from knowledge.figures.cells import TOTAL, Cell


def counted(content: Content, *texts: str, country: str | None = "SV") -> list[tuple[Cell, ...]]:
    session: Session | None = None
    found = []
    for text in texts:
        message = Message(text=text)
        turn = take_turn(session or Session(country=country), message, content)
        found.append(cells_of_turn(session, turn, message, "web", content))
        session = turn.session
    return found


def test_a_question_is_counted_by_topic_and_never_by_municipality(content: Content) -> None:
    (cells,) = counted(content, "como saco mi pasaporte en Soyapango")
    expected = {
        TOTAL,
        Cell("country", "SV"),
        Cell("channel", "web"),
        Cell("topic", "documents"),
        Cell("article", "documents/passport"),
        Cell("topic", "documents", "country", "SV"),
        Cell("question", "answered"),
    }
    assert expected <= set(cells)
    assert not any("Soyapango" in part for cell in cells for part in cell)
    assert len(cells) <= 14


def test_a_way_through_a_flow_is_counted_at_its_nodes(content: Content) -> None:
    opened, answered, left = counted(content, "documentos", "1", "salir")
    flow = next(cell.key for cell in opened if cell.by == "flow" and not cell.by2)
    entered = [cell.key for cell in opened if cell.by == "node"]
    assert entered == [f"{flow}/{content.flows[flow].first}"]
    assert Cell("answered", entered[0]) in answered
    assert Cell("flow", flow) not in answered
    if any(cell.by == "node" for cell in answered):
        assert sum(cell.by == "left" for cell in left) == 1


def test_every_cell_of_a_turn_is_one_that_a_release_has(content: Content) -> None:
    known = set(content_catalog().cells)
    for cells in counted(content, "hola", "1", "mi marido me pega y me quiere matar", "xyzzy",
                         "busco trabajo en La Paz", "health", "salir"):  # fmt: skip
        assert cells
        assert set(cells) <= known, set(cells) - known


def test_danger_is_counted_by_kind(content: Content) -> None:
    (cells,) = counted(content, "mi marido me pega y me quiere matar")
    assert any(cell.by == "danger" for cell in cells)


def test_a_child_is_not_counted_at_all(content: Content) -> None:
    first, second, _ = counted(content, "tengo 15 años y estoy solo", "pasaporte", "salir")
    assert first == second == ()
