"""The addresses for administrators: which changes wait, and which systems are told of changes."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from admin.api.parameters import answers
from admin.api.parts import api_part
from admin.api.problems import refused
from admin.api.shapes import HookAnswer, HooksAnswer, JobsAnswer, NewHook, Settings
from admin.api.work import Administrator, Working, answer
from admin.hook_sending import HookSender
from admin.paging import as_id
from knowledge.directory import hooks, sensitive
from knowledge.directory.hooks import Hook, HookNotFound
from knowledge.directory.records import DirectoryError
from knowledge.store.job_states import job_states


def settings_router() -> APIRouter:
    """Return the routes of settings and hooks."""
    router = api_part()

    @router.get("/settings", tags=["settings"], name="get_settings", responses=answers(ok=Settings))
    def get_settings(work: Working, member: Administrator) -> Response:  # noqa: ARG001 - the door
        """Say which changes of editors wait for a coordinator."""
        with work.read() as connection:
            return answer({"sensitive_fields": sorted(sensitive.read_sensitive(connection))})

    @router.patch(
        "/settings", tags=["settings"], name="change_settings", responses=answers(ok=Settings)
    )
    def change_settings(work: Working, member: Administrator, body: Settings) -> Response:
        """Choose which changes of editors wait: `create`, `hide`, or fields as `service.terms`."""

        def act(connection: Connection) -> Response:
            try:
                chosen = sensitive.write_sensitive(connection, body.sensitive_fields)
            except DirectoryError as error:
                raise refused("sensitive_fields", str(error)) from error
            return answer({"sensitive_fields": sorted(chosen)})

        return work.write(member, act)

    @router.get("/settings/jobs", tags=["settings"], name="list_jobs",
                responses=answers(ok=JobsAnswer))  # fmt: skip
    def list_jobs(work: Working, member: Administrator) -> Response:  # noqa: ARG001 - the door
        """Say how the regular jobs fare, those in trouble first; `seconds` until one is due."""
        with work.read() as connection:
            return answer({"contents": [asdict(job) for job in job_states(connection)]})

    @router.get("/hooks", tags=["hooks"], name="list_hooks", responses=answers(ok=HooksAnswer))
    def list_hooks(work: Working, member: Administrator) -> Response:  # noqa: ARG001 - the door
        """List the systems that are told of changes, and how the telling goes."""
        with work.read() as connection:
            return answer({"contents": [_told(hook) for hook in hooks.list_hooks(connection)]})

    @router.post(
        "/hooks", tags=["hooks"], name="add_hook", status_code=201,
        responses=answers(ok=HookAnswer, status=201),
    )  # fmt: skip
    def add_hook(request: Request, work: Working, member: Administrator, body: NewHook) -> Response:
        """Tell an https address of every change from now on; `key` is told this once."""
        reason = sender_of(request).judge(body.url)
        if reason is not None:
            raise refused("url", f"{reason}.")

        def act(connection: Connection) -> Response:
            hook = hooks.add(connection, body.url, work.now)
            key = hooks.signing_key(work.desk.vault, hook.id)
            headers = {"Location": f"/api/v1/hooks/{hook.id}"}
            return answer(_told(hook) | {"key": key}, 201, headers)

        return work.write(member, act)

    @router.delete(
        "/hooks/{hook_id}", tags=["hooks"], name="remove_hook", status_code=204,
        response_class=Response, responses=answers(404) | {204: {"description": "It is gone."}},
    )  # fmt: skip
    def remove_hook(work: Working, member: Administrator, hook_id: str) -> Response:
        """Tell a system nothing any more."""

        def act(connection: Connection) -> Response:
            key = as_id(hook_id)
            if key is None:
                raise HookNotFound("No hook has this id.")
            hooks.remove(connection, key)
            return Response(status_code=204)

        return work.write(member, act)

    return router


def sender_of(request: Request) -> HookSender:
    """Return who judges addresses: that of the application, else the strict one."""
    found: HookSender = getattr(request.app.state, "hook_sender", None) or HookSender()
    return found


def _told(hook: Hook) -> dict[str, Any]:
    return asdict(hook) | {"key": None}
