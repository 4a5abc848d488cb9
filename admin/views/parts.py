"""Routers of pages whose routes are complete as they stand, as those of `admin.api.parts`."""

from fastapi import APIRouter, Depends

from admin import forms


def page_part(prefix: str = "") -> APIRouter:
    """Return a router for pages under `prefix`, with the guard of forms before all else."""
    return APIRouter(prefix=prefix, include_in_schema=False, dependencies=[Depends(forms.guard)])
