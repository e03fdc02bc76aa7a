"""Assembly of the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from redis import Redis

from backend import description, frontend, problems
from backend.body import BodyLimit
from backend.broadcast import Broadcast
from backend.compress import Compress
from backend.conditional import ConditionalJson
from backend.desk import API, Desk
from backend.filer import Filer
from backend.first_look import FirstLook
from backend.gate import Gate
from backend.headers import SecurityHeaders
from backend.hot import Hot
from backend.indexes import Indexes
from backend.limits import Quota, Streams
from backend.metrics import Metrics
from backend.notebook import Notebook
from backend.order import Order
from backend.porter import Porter
from backend.queries import only_known
from backend.resend import Resend
from backend.room import Room
from backend.routes import (
    ablations,
    analyses,
    clips,
    events,
    exports,
    findings,
    jobs,
    media,
    models,
    notes,
    probes,
    pyramids,
    service,
    sweeps,
    visualizations,
)
from backend.routes import session as sessions
from backend.sign_in import SignIn
from backend.surveyor import Surveyor
from backend.sweeper import Sweeper
from backend.sweeps import Sweeps
from backend.titles import Titles
from backend.tokens import Tokens
from backend.uploads import Uploads
from contract.coverage import Coverage
from contract.events import Events
from contract.given import Given
from contract.home import Home
from contract.post import Post
from contract.progress import ProgressBoard
from contract.queue import JobQueue
from contract.reaper import Reaper
from contract.settings import Settings
from contract.shelf import Shelf
from contract.store import Store

PICTURES = "pictures"
"""Folder of finished results inside the data folder."""


def create_app(settings: Settings, *, queue_server: Redis, picture_server: Redis) -> FastAPI:
    """The application on two connections: one for queue, events and cards, one for pictures."""
    queue, stream = JobQueue(queue_server), Events(queue_server)
    shelf, coverage = Shelf(queue_server, settings.demo_card, Given(settings.data)), Coverage(queue_server)
    store = Store(picture_server, settings.data / PICTURES)
    room = Room(settings.data, settings.reserve)
    desk = Desk(
        store=store,
        queue=queue,
        events=stream,
        board=ProgressBoard(queue_server),
        shelf=shelf,
        room=room,
        surveyed=Surveyor(settings.data, shelf, settings.clips),
    )
    uploads = Uploads(settings.data)
    chores = [uploads.expire, Home(settings.data, queue_server).settle]
    porter = Porter(settings.data, post=Post(picture_server), queue=queue)
    filer = Filer(desk, coverage=coverage, reaper=Reaper(queue, stream, shelf), porter=porter, chores=chores)
    known_sweeps = Sweeps(desk, coverage)
    first_look = FirstLook(known_sweeps, desk, settings.data) if settings.first_look else None
    sweeper, broadcast = Sweeper(known_sweeps, desk, first_look), Broadcast(stream)
    sign_in = SignIn(Tokens(settings.data, settings.token), settings.frontend)
    closing = asyncio.Event()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        filer.start()
        sweeper.start()
        broadcast.start()
        yield
        sweeper.stop()
        filer.stop()
        broadcast.stop()

    app = FastAPI(
        title="Kinetoscope",
        version=service.VERSION,
        description="What video networks have learned.",
        docs_url=None,  # the usual pages load their scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.closing = closing
    hot = Hot()
    indexes, quota = Indexes(settings.data), Quota(queue_server, settings.quota)
    for router in (
        models.routes(desk=desk, shelf=shelf, coverage=coverage, order=Order(store, indexes)),
        analyses.routes(desk=desk, shelf=shelf, clips=list(settings.clips)),
        clips.routes(desk=desk, shelf=shelf, uploads=uploads, data=settings.data),
        findings.routes(shelf=shelf, data=settings.data, indexes=indexes),
        probes.routes(desk=desk, shelf=shelf, uploads=uploads, quota=quota),
        pyramids.routes(
            desk=desk, shelf=shelf, data=settings.data, frontend=settings.frontend, uploads=uploads, quota=quota
        ),
        ablations.routes(desk=desk, shelf=shelf, data=settings.data, uploads=uploads, quota=quota),
        visualizations.routes(desk=desk, shelf=shelf, quota=quota),
        jobs.routes(desk=desk, shelf=shelf, titles=Titles(shelf, uploads, settings.data), sweeps=known_sweeps),
        sweeps.routes(sweeps=known_sweeps, shelf=shelf, quota=quota),
        events.routes(desk=desk, broadcast=broadcast, streams=Streams(settings.streams), closing=closing),
        media.routes(store=store, hot=hot),
        exports.routes(desk=desk, shelf=shelf, data=settings.data),
        sessions.routes(),
        notes.routes(notebook=Notebook(settings.data), shelf=shelf),
    ):
        app.include_router(router, prefix=API, dependencies=[Depends(only_known)])  # the page's queries are its own
    servers = {"queue": queue_server, "cache": picture_server}
    troubles = {"files": lambda: filer.trouble, "disk": room.trouble}
    metrics = Metrics(queue=queue, store=store, shelf=shelf, servers=servers)
    app.include_router(service.routes(servers=servers, troubles=troubles, metrics=metrics))
    app.include_router(sessions.forms(sign_in))
    app.include_router(frontend.routes(settings.frontend, known=list(app.routes)))
    problems.install(app)
    description.install(app)
    app.add_middleware(BodyLimit, streams=frozenset({f"{API}{clips.PREFIX}"}))
    app.add_middleware(ConditionalJson)
    app.add_middleware(Compress)
    app.add_middleware(Resend, hot=hot)
    names = settings.hosts if settings.loopback or settings.hosts else None
    app.add_middleware(Gate, sign_in=sign_in, names=names, rate=settings.rate)
    app.add_middleware(SecurityHeaders)
    return app
