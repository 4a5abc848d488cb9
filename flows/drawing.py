"""Draws a flow: as a Mermaid text for a page that renders it, or as an SVG that stands alone.

The SVG holds no style sheet and no script, only presentation attributes: pages that forbid inline
styles show it as it is, and it prints black on white.
"""

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from flows.definition import COUNTRIES, Flow, Node, Outcome, Question
from flows.graph import layers_of, ways_in
from flows.layout import Arrow, Layout, Point, lay_out
from flows.links import Link, Translate, links_of

BOX_WIDTH = 300.0
LINE_HEIGHT = 17.0
PADDING = 12.0
LETTERS_IN_A_LINE = 32  # of the bold text, in the wider of the usual fonts
FONT_SIZE = 13
INK = "#1f2933"
QUESTION_LINE = "#1d4ed8"
OUTCOME_LINE = "#166534"
OUTCOME_FILL = "#f0fdf4"
CUT = 14.0  # the corners that an outcome's box lacks

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def draw_mermaid(flow: Flow, translate: Translate) -> str:
    """Give the flow as a Mermaid flowchart."""
    # Node ids such as "end" mean something to Mermaid, so the nodes are numbered.
    names = {node_id: f"n{number}" for number, node_id in enumerate(flow.nodes)}
    lines = ["flowchart LR"]
    for node in flow.nodes.values():
        text = _mermaid_text("\n".join([translate(node.text), *_leads_to(node)]))
        opening, closing = ("(", ")") if isinstance(node, Question) else ("([", "])")
        lines.append(f'  {names[node.id]}{opening}"{text}"{closing}')
    for link in links_of(flow, translate):
        label = f'|"{_mermaid_text(link.label)}"|' if link.label else ""
        lines.append(f"  {names[link.source]} -->{label} {names[link.target]}")
    return "\n".join(lines) + "\n"


def draw_svg(flow: Flow, translate: Translate, marks: Mapping[str, str] | None = None) -> str:
    """Give the flow as an SVG document.

    `marks` puts a short text, such as a number of people, at the nodes that it names.
    """
    links = links_of(flow, translate)
    boxes = {node.id: _box(node, links, translate) for node in flow.nodes.values()}
    layers = _layers(flow)
    arrows = [
        Arrow(link.source, link.target, boxes[link.source].row_middle(row))
        for link, row in _numbered(links)
    ]
    heights = {node_id: box.height for node_id, box in boxes.items()}
    layout = lay_out(layers, heights, arrows, BOX_WIDTH)
    title, description = translate(flow.title), _describe(flow, links, translate)
    name = _xml(flow.id)
    size = f"{layout.width:.0f} {layout.height:.0f}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" role="img"',
        f'  aria-labelledby="{name}-title {name}-desc"',
        f'  font-family="system-ui, sans-serif" font-size="{FONT_SIZE}" fill="{INK}">',
        f'<title id="{name}-title">{_xml(title)}</title>',
        f'<desc id="{name}-desc">{_xml(description)}</desc>',
        f'<rect width="{layout.width:.0f}" height="{layout.height:.0f}" fill="#ffffff"/>',
        *(_svg_route(route) for route in layout.routes),
        *_svg_boxes(flow, boxes, layout, marks or {}),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


@dataclass(frozen=True, slots=True)
class _Box:
    """The lines of a node's box; a question has one more row for each arrow that leaves it."""

    lines: Sequence[str]
    small: Sequence[str]
    rows: Sequence[Sequence[str]]

    @property
    def text_height(self) -> float:
        return PADDING * 2 + LINE_HEIGHT * (len(self.lines) + len(self.small))

    @property
    def height(self) -> float:
        return self.row_top(len(self.rows))

    def row_top(self, row: int) -> float:
        taken = sum(len(lines) * LINE_HEIGHT + PADDING for lines in self.rows[:row])
        return self.text_height + taken

    def row_middle(self, row: int) -> float:
        return (self.row_top(row) + self.row_top(row + 1)) / 2


def _box(node: Node, links: Sequence[Link], translate: Translate) -> _Box:
    rows = [_wrap(link.label) for link in links if link.source == node.id]
    return _Box(_wrap(translate(node.text)), [s for t in _leads_to(node) for s in _wrap(t)], rows)


def _leads_to(node: Node) -> list[str]:
    """Give what an outcome shows, by id."""
    if not isinstance(node, Outcome):
        return []
    leads = [*node.articles, *(f"→ {flow}" for flow in node.flows)]
    if node.services is not None:
        leads.append(f"{node.services.taxonomy_term} ({node.services.near})")
    return leads


def _layers(flow: Flow) -> dict[str, int]:
    """Give the column of every node; the ones that nobody reaches stand in the first."""
    ways = [ways_in(flow, country) for country in COUNTRIES]
    everywhere = {
        node_id: tuple({id(rule): rule for way in ways for rule in way[node_id]}.values())
        for node_id in ways[0]
    }
    found = layers_of(flow, everywhere)
    return {node_id: found.get(node_id, 0) for node_id in flow.nodes}


def _numbered(links: Sequence[Link]) -> list[tuple[Link, int]]:
    """Give each link with the row of its source's box where it starts."""
    used: dict[str, int] = {}
    numbered = []
    for link in links:
        row = used.get(link.source, 0)
        used[link.source] = row + 1
        numbered.append((link, row))
    return numbered


def _describe(flow: Flow, links: Sequence[Link], translate: Translate) -> str:
    """Give the diagram in words, for people who hear it."""
    sentences = []
    for node in flow.nodes.values():
        text = translate(node.text)
        ways = [
            f"{link.label or '·'} → {translate(flow.nodes[link.target].text)}"
            for link in links
            if link.source == node.id
        ]
        sentences.append(f"{text} {'; '.join(ways)}".strip())
    return "\n".join(sentences)


def _svg_boxes(
    flow: Flow, boxes: Mapping[str, _Box], layout: Layout, marks: Mapping[str, str]
) -> list[str]:
    parts = []
    for node_id, node in flow.nodes.items():
        corner, box = layout.corners[node_id], boxes[node_id]
        kind = "question" if isinstance(node, Question) else "outcome"
        parts.append(f'<g id="{_xml(flow.id)}-{_xml(node_id)}" class="{kind}">')
        parts.append(_svg_shape(node, corner, box.height))
        y = corner.y + PADDING
        for line in box.lines:
            parts.append(_svg_text(corner.x + PADDING, y, line, ' font-weight="600"'))
            y += LINE_HEIGHT
        for line in box.small:
            parts.append(_svg_text(corner.x + PADDING, y, line, ' font-size="11"'))
            y += LINE_HEIGHT
        for row, lines in enumerate(box.rows):
            parts += _svg_row(corner, corner.y + box.row_top(row), lines)
        if node_id in marks:
            parts += _svg_mark(corner, marks[node_id])
        parts.append("</g>")
    return parts


def _svg_shape(node: Node, corner: Point, height: float) -> str:
    left, top = corner.x, corner.y
    right, bottom = left + BOX_WIDTH, top + height
    if isinstance(node, Question):
        return (
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{BOX_WIDTH:.1f}" height="{height:.1f}" '
            f'rx="{PADDING:.0f}" fill="#ffffff" stroke="{QUESTION_LINE}" stroke-width="1.5"/>'
        )
    corners = [
        *((left + CUT, top), (right - CUT, top), (right, top + CUT), (right, bottom - CUT)),
        *((right - CUT, bottom), (left + CUT, bottom), (left, bottom - CUT), (left, top + CUT)),
    ]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return (
        f'<polygon points="{points}" fill="{OUTCOME_FILL}" stroke="{OUTCOME_LINE}" '
        'stroke-width="1.5"/>'
    )


def _svg_row(corner: Point, top: float, lines: Sequence[str]) -> list[str]:
    right = corner.x + BOX_WIDTH
    ends = f'x1="{corner.x:.1f}" y1="{top:.1f}" x2="{right:.1f}" y2="{top:.1f}"'
    parts = [f'<line {ends} stroke="#9aa5b1"/>']
    for number, line in enumerate(lines):
        y = top + PADDING / 2 + number * LINE_HEIGHT
        parts.append(_svg_text(right - PADDING, y, line, ' text-anchor="end"'))
    return parts


def _svg_mark(corner: Point, mark: str) -> list[str]:
    text = textwrap.shorten(mark, 12, placeholder="…")
    width = 16 + 7.5 * len(text)
    left = corner.x + BOX_WIDTH - width - PADDING
    place = f'x="{left:.1f}" y="{corner.y - 10:.1f}"'
    return [
        f'<rect {place} width="{width:.1f}" height="20" rx="10" fill="{INK}"/>',
        _svg_text(left + width / 2, corner.y - 9, text, ' text-anchor="middle" fill="#ffffff"'),
    ]


def _svg_text(x: float, top: float, text: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{top + LINE_HEIGHT * 0.76:.1f}"{more}>{_xml(text)}</text>'


def _svg_route(points: Sequence[Point]) -> str:
    """Draw an arrow that leaves and arrives level, with its head at the last point."""
    start, end = points[0], points[-1]
    path = f"M{start.x:.1f} {start.y:.1f}"
    for here, there in pairwise(points):
        bend = max(abs(there.x - here.x) / 2, 30.0)
        path += (
            f" C{here.x + bend:.1f} {here.y:.1f} {there.x - bend:.1f} {there.y:.1f} "
            f"{there.x:.1f} {there.y:.1f}"
        )
    head = f"M{end.x - 8:.1f} {end.y - 4:.1f} L{end.x:.1f} {end.y:.1f} L{end.x - 8:.1f}"
    return f'<path d="{path} {head} {end.y + 4:.1f}" fill="none" stroke="{INK}"/>'


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(text, LETTERS_IN_A_LINE) or [""]


def _xml(text: str) -> str:
    return escape(_NOT_XML.sub("", text))


def _mermaid_text(text: str) -> str:
    # Mermaid has entities of its own, written with "#"; a line break is the one tag we let it see.
    plain = _NOT_XML.sub("", text).replace("#", "#35;").replace("&", "#amp;")
    plain = plain.replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
    return "<br/>".join(plain.split("\n"))
