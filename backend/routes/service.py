"""Whether the service is well, and what version it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from redis import Redis
from redis.exceptions import RedisError

from backend.answers import Health, Version
from backend.metrics import MEDIA_TYPE, Metrics
from contract.spec import ENGINE_VERSION

VERSION = "0.1.0"


def routes(*, servers: Mapping[str, Redis], troubles: Mapping[str, Callable[[], str]], metrics: Metrics) -> APIRouter:
    """The router. `servers`: what must be reachable. `troubles`: each says what is wrong, if anything is."""
    router = APIRouter(tags=["service"])

    @router.get("/healthz")
    def alive() -> Health:
        """The process is alive."""
        return Health(status="ok")

    @router.get("/readyz", responses={503: {"model": Health}})
    def ready(response: Response) -> Health:
        """Queue and cache can be reached, results can be written, and there is room for more."""
        checks = {name: _ping(server) for name, server in servers.items()}
        checks |= {name: trouble() or "ok" for name, trouble in troubles.items()}
        well = all(state == "ok" for state in checks.values())
        response.status_code = 200 if well else 503
        return Health(status="ok" if well else "failing", checks=checks)

    @router.get("/metrics", response_class=PlainTextResponse)
    def measured() -> Response:
        """Jobs, workers, memory and hits, in Prometheus' text format."""
        return Response(metrics.text(), media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})

    @router.get("/version")
    def version() -> Version:
        """Versions of the product and of the engine."""
        return Version(version=VERSION, engine=ENGINE_VERSION)

    return router


def _ping(server: Redis) -> str:
    try:
        server.ping()
    except RedisError as error:
        return str(error)
    return "ok"
