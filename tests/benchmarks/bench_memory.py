"""Whether a server stays as small as it is: its memory over very many turns by Telegram.

Every visit is of a new person, as in a week of mass returns. What counts is the second half: what
is kept once (connections, compiled statements, offices) has been kept by then. The database grows
by a session a person, as it should; the process must not. Between the turns people write in the web
chat. Then staff open their pages again and again, and the API's description is asked for: the desk
is put together when it is first used, and is told apart.
"""

import json
import sys
import tempfile
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench_telegram import VISIT
from children import free_port, serve, settle
from rows import sized, tell
from telegram_run import a_crowd, talking_to

from admin import doors
from knowledge.staff import members, sessions
from knowledge.staff.rights import Area, Role
from knowledge.store.database import open_engine

TURNS = sized(100_000, 1_000)
TENTHS = 10
SERVE_MB = 150
# Flat: what the second half adds, against where it began.
GROWTH = 1.03
PAGES = ("/admin/", "/admin/entries", "/admin/proposals", "/admin/figures", "/admin/questions",
         "/admin/import", "/api/openapi.json", "/api/docs", "/hsds/services")  # fmt: skip
ASKED = ("hola", "perdí mi dui", "dónde saco mi partida en soyapango", "i need a passport")


def a_coordinator(folder: Path) -> str:
    """Return the cookie of somebody who is signed in."""
    engine = open_engine(f"sqlite:///{folder / 'var' / 'ventanilla.sqlite3'}")
    now = datetime.now(UTC)
    with engine.begin() as connection:
        person = members.add(connection, "c@example.org", Role.COORDINATOR, Area("SV"), now)
        secret = sessions.begin(connection, person.member, sessions.Stage.FULL, now)
    engine.dispose()
    return f"{doors.cookie_name(doors.COOKIE, secure=False)}={secret}"


def use_the_desk(url: str, cookie: str) -> None:
    """Open every page of staff."""
    for page in PAGES:
        with urllib.request.urlopen(
            urllib.request.Request(url + page, headers={"Cookie": cookie})
        ) as answer:
            answer.read()


def use_the_web_chat(url: str) -> None:
    for text in ASKED * 5:
        body = json.dumps({"conversation": None, "text": text, "country": "SV"}).encode()
        kind = {"Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(f"{url}/chat", body, kind)) as answer:
            answer.read()


def main() -> None:
    with a_crowd() as (crowd, api), tempfile.TemporaryDirectory() as folder:
        port = free_port()
        settings = talking_to(api, "webhook", f"http://127.0.0.1:{port}")
        child, url = serve(Path(folder), port=port, **settings)
        try:
            crowd.ask(do="ready")
            settle([child])
            # Whoever says goodbye leaves no session: here everybody stays.
            script = [said for said in VISIT if said != "salir"]
            counts = crowd.ask(do="probe", script=script)["counts"]
            people = TURNS // TENTHS // len(script)
            sizes, turns, seconds = [child.megabytes()], 0, 0.0
            for _ in range(TENTHS):
                use_the_web_chat(url)
                result = crowd.ask(do="rush", script=script, counts=counts, chats=people)
                turns, seconds = turns + result["turns"], seconds + result["seconds"]
                sizes.append(child.megabytes())
            told = " → ".join(f"{size:.0f}" for size in sizes)
            tell(f"memory after {turns:,} turns", sizes[-1], "MB",
                 beside=("after half of them", sizes[TENTHS // 2]), most_ratio=GROWTH,
                 note=f"each tenth: {told}; {turns / seconds:,.0f} turns/s")  # fmt: skip
            tell(f"the most memory in {turns:,} turns", max(sizes), "MB",
                 beside=("at the start", sizes[0]), most=SERVE_MB)  # fmt: skip
            cookie = a_coordinator(Path(folder))
            with_desk = []
            for _ in range(TENTHS):
                use_the_desk(url, cookie)
                crowd.ask(do="rush", script=script, counts=counts, chats=max(people // TENTHS, 1))
                with_desk.append(child.megabytes())
            tell(f"memory with the desk in use {TENTHS} times", with_desk[-1], "MB",
                 beside=("after half of them", with_desk[TENTHS // 2 - 1]), most_ratio=GROWTH,
                 note=f"before it: {sizes[-1]:.0f} MB")  # fmt: skip
        finally:
            child.stop()


if __name__ == "__main__":
    main()
