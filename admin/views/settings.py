"""What administrators choose and watch: what waits, other systems, jobs, what is kept."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from sqlalchemy import Connection

from admin.api.settings import sender_of
from admin.doors import desk, page_needs
from admin.views.entry_fields import label_of
from admin.views.entry_form import Posted, text_of
from admin.views.flash import Flash
from admin.views.history import KINDS
from admin.views.parts import page_part
from admin.views.render import redirect, render, words_of
from flows.marking import N_
from knowledge.directory import hooks, sensitive
from knowledge.directory.hooks import HookNotFound
from knowledge.directory.records import DirectoryError
from knowledge.directory.sensitive import CREATE, HIDE
from knowledge.retention import shipped_retention
from knowledge.staff.rights import Action, Member
from knowledge.store.database import reading
from knowledge.store.job_states import State, job_states
from locales.catalogs import SOURCE_LANGUAGE, Translator

SETTINGS = "/admin/settings"
MOST_URL = 500

router = page_part(prefix=SETTINGS)
Administrator = Annotated[Member, Depends(page_needs(Action.MANAGE_SETTINGS))]


SAVED = N_("Guardado. Vale desde ahora para los cambios nuevos.")
HOOK_REMOVED = N_("Quitado. Ya no se le avisa.")
HOOK_GONE = N_("Ese aviso ya no estaba.")
NO_URL = N_("Escriba la dirección, con https://")
TOO_MANY = N_("Ya hay {n} avisos. Quite uno primero.")
WHOLE = {CREATE: N_("Una oficina nueva"), HIDE: N_("Esconder una oficina")}
STATES = {
    State.RESTING: N_("Al día"),
    State.RUNNING: N_("En curso"),
    State.LATE: N_("Atrasada"),
    State.FAILING: N_("Falló; se intenta otra vez"),
}
JOBS = {
    "expire": N_("Borrar conversaciones y respuestas vencidas"),
    "clear": N_("Ordenar el trabajo interno"),
    "release_figures": N_("Sacar las cifras de la semana y del mes"),
    "expire_figures": N_("Borrar cuentas viejas de las cifras"),
    "expire_staff": N_("Borrar sesiones y enlaces vencidos del personal"),
    "expire_desk": N_("Borrar importaciones y avisos vencidos"),
    "expire_questions": N_("Borrar preguntas vencidas"),
    "prune_backups": N_("Borrar copias de seguridad viejas"),
    "checkpoint": N_("Borrar del disco lo ya eliminado"),
    "hooks": N_("Avisar a otros sistemas"),
}
HOOK_STATES = {
    "active": N_("Funciona"),
    "failing": N_("No contesta bien; se sigue intentando"),
    "ended": N_("Pidió que no se le avise más"),
}
_REASONS = tuple(
    (re.compile(pattern), sentence)
    for pattern, sentence in (
        (r"must begin with https", N_("Tiene que empezar con https://")),
        (r"name or a password", N_("No ponga usuario ni contraseña en la dirección.")),
        (r"private network", N_("Esa dirección es de una red privada. Use una pública.")),
        (r"name that nobody knows", N_("Ese nombre no existe en internet. Revíselo.")),
        (r"no address of a page", N_("Eso no es la dirección de una página.")),
        (r"answered (?P<n>\d+)", N_("Contestó con el código {n}.")),
        (r"no answer in (?P<n>\d+)", N_("No contestó en {n} segundos.")),
        (r"certificate", N_("Su certificado no es válido.")),
        (r"does not answer", N_("No contesta.")),
    )
)


@router.get("")
def show(request: Request, member: Administrator) -> Response:  # noqa: ARG001 - the door asks
    """Show everything that there is to choose or to watch."""
    return _page(request)


@router.post("/sensitive")
def choose_sensitive(request: Request, member: Administrator, form: Posted) -> Response:  # noqa: ARG001
    """Choose which changes of editors wait for a coordinator."""
    chosen = {name for name in form.getlist("waits") if isinstance(name, str)}
    with desk(request).engine.begin() as connection:
        unseen = sensitive.read_sensitive(connection) - _offered()
        sensitive.write_sensitive(connection, (chosen & _offered()) | unseen)
    return redirect(request, SETTINGS, Flash(words_of(request).text(SAVED)))


@router.post("/hooks")
def add_hook(request: Request, member: Administrator, form: Posted) -> Response:  # noqa: ARG001
    """Tell another system of every change from now on; its key is shown this once."""
    words, parts = words_of(request), desk(request)
    url = text_of(form, "url")
    if not url or len(url) > MOST_URL:
        return _page(request, url=url[:MOST_URL], problem=words.text(NO_URL))
    reason = sender_of(request).judge(url)
    if reason is not None:
        return _page(request, url=url, problem=_in_words(reason, words))
    try:
        with parts.engine.begin() as connection:
            known = [hook for hook in hooks.list_hooks(connection) if hook.url == url]
            hook = known[0] if known else hooks.add(connection, url, parts.clock())
    except DirectoryError:
        return _page(request, url=url, problem=words.text(TOO_MANY, n=hooks.MAX_HOOKS))
    return _page(request, key=hooks.signing_key(parts.vault, hook.id), key_of=hook.url)


@router.post("/hooks/{hook_id}/remove")
def remove_hook(request: Request, member: Administrator, hook_id: str) -> Response:  # noqa: ARG001
    """Tell another system nothing any more."""
    words = words_of(request)
    try:
        with desk(request).engine.begin() as connection:
            hooks.remove(connection, hook_id)
    except HookNotFound:
        return redirect(request, SETTINGS, Flash(words.text(HOOK_GONE), None, "trouble"))
    return redirect(request, SETTINGS, Flash(words.text(HOOK_REMOVED)))


def _page(
    request: Request, *, url: str = "", problem: str = "", key: str = "", key_of: str = ""
) -> Response:
    words = words_of(request)
    with reading(desk(request).engine).connect() as connection:
        waiting = sensitive.read_sensitive(connection)
        told = [_hook(hook, words) for hook in hooks.list_hooks(connection)]
        jobs = _jobs(connection, words)
    return render(
        request,
        "settings.html",
        422 if problem else 200,
        groups=[
            (title, [(name, label, name in waiting) for name, label in rows])
            for title, rows in _groups(words)
        ],
        hooks=told,
        jobs=jobs,
        kept=[_kept(row, words.language) for row in shipped_retention().values()],
        url=url,
        problem=problem,
        key=key,
        key_of=key_of,
    )


def _groups(words: Translator) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what can be made to wait, by what it is about; what has no name for staff is left."""
    groups = [("", [(name, words.text(label)) for name, label in WHOLE.items()])]
    for kind, title in KINDS.items():
        rows = [
            (name, words.text(label_of(kind, name.partition(".")[2])))
            for name in sorted(_offered())
            if name.partition(".")[0] == kind
        ]
        groups.append((words.text(title), sorted(rows, key=lambda row: row[1])))
    return groups


def _offered() -> frozenset[str]:
    """Return what can be chosen on the page: all that the pages have a name for."""
    named = {
        name
        for name in sensitive.allowed()
        if "." in name and label_of(*name.split(".", 1)) != name.partition(".")[2]
    }
    return frozenset(named | WHOLE.keys())


def _hook(hook: hooks.Hook, words: Translator) -> dict[str, Any]:
    return {
        "hook": hook,
        "state": words.text(HOOK_STATES.get(hook.status, hook.status)),
        "failure": _in_words(hook.last_failure, words) if hook.last_failure else "",
    }


def _jobs(connection: Connection, words: Translator) -> list[dict[str, Any]]:
    return [
        {
            "name": words.text(JOBS[job.name]) if job.name in JOBS else job.name,
            "state": words.text(STATES[job.state]),
            "is_bad": job.state in (State.LATE, State.FAILING),
            "minutes": max(0, -(-job.seconds // 60)),
        }
        for job in job_states(connection)
    ]


def _kept(row: Any, language: str) -> dict[str, str]:
    def said(texts: Mapping[str, str]) -> str:
        return texts.get(language) or texts[SOURCE_LANGUAGE]

    return {"what": said(row.what), "ends": said(row.ends), "why": said(row.why)}


def _in_words(reason: str, words: Translator) -> str:
    for pattern, sentence in _REASONS:
        if match := pattern.search(reason):
            return words.text(sentence, **match.groupdict())
    return reason
