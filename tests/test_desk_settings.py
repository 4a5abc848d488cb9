"""What administrators choose for everybody, and see of the program itself."""

import re
from collections.abc import Iterator

import pytest
from entry_for_tests import EntryDesk, Person, a_desk, flash_of, words_of

from admin.hook_sending import HookSender
from knowledge.directory import hooks, sensitive
from knowledge.staff.rights import Role
from knowledge.store import job_states
from knowledge.store.database import reading
from knowledge.store.work_tables import leases

SETTINGS = "/admin/settings"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EntryDesk]:
    with a_desk(tmp_path_factory.mktemp("settings")) as opened:
        opened.service.app.state.hook_sender = HookSender(allow_loopback=True)
        yield opened.with_office()


@pytest.fixture
def person(desk: EntryDesk) -> Person:
    return desk.someone(Role.ADMINISTRATOR, "*")


def known_hooks(desk: EntryDesk) -> list[str]:
    with reading(desk.engine).connect() as connection:
        return [hook.url for hook in hooks.list_hooks(connection)]


def test_what_waits_is_chosen_and_what_is_not_shown_stays(desk: EntryDesk, person: Person) -> None:
    page = person.browser.get(SETTINGS).text
    assert 'value="service.terms" checked' in page
    fields = {
        "csrf_token": person.browser.token(SETTINGS),
        "waits": ["create", "service.name", "x"],
    }
    person.browser.post(f"{SETTINGS}/sensitive", fields)  # type: ignore[arg-type]  # a list is fine
    with reading(desk.engine).connect() as connection:
        chosen = sensitive.read_sensitive(connection)
    assert {"create", "service.name"} <= chosen
    assert chosen.isdisjoint({"hide", "service.terms", "x"})
    assert "service_at_location.location_id" in chosen  # the page has no name for it
    editor = desk.someone(Role.EDITOR, "SV/La Paz")
    answer = editor.send("/service", {"name": "Otro", "terms": ["health/pregnancy"]})
    assert "Enviado a revisión: nombre." in flash_of(answer)
    assert desk.office().service.terms == ("health/pregnancy",)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "Escriba la dirección"),
        ("x" * 600, "Escriba la dirección"),
        ("http://93.184.215.14/", "Tiene que empezar con https://"),
        ("https://10.0.0.1/", "es de una red privada"),
        ("https://a:b@example.org/", "No ponga usuario ni contraseña"),
        ("javascript:alert(1)", "no es la dirección de una página"),
    ],
)
def test_an_address_that_may_not_be_told_is_refused_in_words(
    desk: EntryDesk, person: Person, url: str, words: str
) -> None:
    answer = person.browser.send(f"{SETTINGS}/hooks", SETTINGS, url=url)
    assert (answer.status_code, words in words_of(answer.text)) == (422, True)
    assert known_hooks(desk) == []


def test_another_system_is_added_once_with_its_key_and_removed(
    desk: EntryDesk, person: Person
) -> None:
    url = "http://127.0.0.1:9/aviso"
    first, second = (
        person.browser.send(f"{SETTINGS}/hooks", SETTINGS, url=url).text for _ in range(2)
    )
    assert known_hooks(desk) == [url]
    keys = [re.findall(r"<code>([0-9a-f]{64})</code>", page) for page in (first, second)]
    assert keys[0] == keys[1] != []
    page = person.browser.get(SETTINGS).text
    assert keys[0][0] not in page
    address = re.search(r'action="(/admin/settings/hooks/[^"]+/remove)"', page)
    assert address
    for words in ("Quitado", "ya no estaba"):
        answer = person.browser.send(address[1], SETTINGS)
        assert words in flash_of(person.browser.get(answer.headers["location"]))
    assert known_hooks(desk) == []


def test_a_job_that_failed_is_seen(desk: EntryDesk, person: Person) -> None:
    assert "Todavía no ha corrido ninguna" in person.browser.get(SETTINGS).text
    with desk.engine.begin() as connection:
        lease = leases.insert()
        row = {"name": "job:expire_desk", "owner": "", "fence": 1, "expires": 9e9}
        connection.execute(lease, row)
        job_states.note_failure(connection, "expire_desk")
    text = words_of(person.browser.get(SETTINGS).text)
    assert "Borrar importaciones y avisos vencidos Falló; se intenta otra vez" in text


def test_what_is_kept_is_told_in_the_language_of_the_reader(person: Person) -> None:
    assert "para seguir un trámite en varios días" in person.browser.get(SETTINGS).text
    assert "to go on with a procedure" in person.browser.get(f"{SETTINGS}?lang=en").text
