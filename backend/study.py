"""Asking for what is kept as a file once it is made: a pyramid, an ablation, a probe."""

from __future__ import annotations

from fastapi import Request, Response

from backend.desk import UNDER_WAY, Desk
from backend.limits import Quota
from contract.work import Study


def ask(spec: Study, *, there: bool, url: str, desk: Desk, quota: Quota, http: Request, response: Response) -> None:
    """Have it made: 202; what is `there` is not made again: 200. Only a new job counts. Raises DiskFull, QuotaSpent."""
    response.headers["Location"] = url
    if there:
        response.status_code = 200
        return
    if desk.analyses([spec])[0].state not in UNDER_WAY:
        quota.take(http, 1)
    desk.analyse(spec, priority="interactive")
