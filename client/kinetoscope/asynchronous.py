"""The same client for programs that await."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import httpx

from kinetoscope import calls
from kinetoscope.calls import Call
from kinetoscope.following import Following, Tell
from kinetoscope.pictures import Pictures, named, of_one_unit, titled
from kinetoscope.problem import checked, unreachable
from kinetoscope.request import AGAIN_S, DEFAULT, PAGE, chosen, failed, query_of
from kinetoscope.shapes import ENDED, Clip, Layer, Model, Run, Unit

Answer = TypeVar("Answer")


class AsyncClient:
    """A Kinetoscope server; see Client."""

    def __init__(self, url: str = DEFAULT, *, token: str | None = None, timeout: float = 30.0) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.url = url.rstrip("/")
        self.http = httpx.AsyncClient(base_url=f"{self.url}/api/v1", headers=headers, timeout=timeout)

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self.http.aclose()

    async def models(self) -> list[Model]:
        """All models, without their layers."""
        return await self._send(calls.models())

    async def model(self, name: str) -> Model:
        """A model with its layers and classes."""
        return await self._send(calls.model(name))

    async def layers(self, model: str) -> list[Layer]:
        """The layers of a model, in order."""
        return await self._send(calls.layers(model))

    async def units(self, model: str, layer: str, **query: Any) -> AsyncIterator[Unit]:
        """All units of a layer, fetched as they are used."""
        for offset in range(0, 1 << 40, PAGE):
            found = await self._send(calls.units(model, layer, limit=PAGE, offset=offset, **query))
            for each in found:
                yield each
            if len(found) < PAGE:
                return

    async def unit(self, model: str, layer: str, number: int, **query: Any) -> Unit:
        """One unit."""
        return await self._send(calls.unit(model, layer, number, **query))

    async def visualize(
        self,
        model: str,
        layer: str | None = None,
        units: int | str | Sequence[int | str] = 0,
        *,
        variants: Sequence[str] | None = None,
        wait: bool = True,
        tell: Tell | None = None,
        **parameters: Any,
    ) -> list[Run]:
        """The runs of units; see Client.visualize."""
        layer, numbers = chosen(await self.model(model), layer, units)
        runs = await self._send(calls.visualize(model, layer, numbers, variants, parameters, wait=wait))
        return await self.wait(runs, tell=tell) if wait else runs

    async def wait(self, runs: Sequence[Run], *, tell: Tell | None = None) -> list[Run]:
        """The same runs once all have ended."""
        following = Following(runs, tell)
        while following.open:
            await self._listen(following)
        return [run if run.state in ENDED else await self._send(calls.run(run.url)) for run in runs]

    async def jobs(self, state: str | None = None, *, limit: int = 50) -> list[Run]:
        """The server's jobs; see Client.jobs."""
        return await self._send(calls.jobs(state, limit))

    async def cancel(self, run: Run) -> Run:
        """Stop a job at its next step."""
        return await self._send(calls.cancel(run.id))

    async def cancel_queued(self) -> int:
        """Cancel all that waits; see Client.cancel_queued."""
        return await self._send(calls.cancel_queued())

    async def pictures(self, runs: Sequence[Run], *, form: str = "webp", zoom: int = 1) -> Pictures:
        """The pictures of finished runs of one unit."""
        files = {
            title: await self._send(calls.file(run.id, f"{name}.{form}", zoom=zoom))
            for title, run, name in titled(of_one_unit(runs))
        }
        return Pictures(named(runs[0]) if runs else "", form, files)

    async def numbers(self, run: Run) -> bytes:
        """An NPZ file; see Client.numbers."""
        return await self._send(calls.file(run.id, "all.npz"))

    async def figure(self, runs: Sequence[Run], *, kind: str = "strip", form: str = "pdf", **query: Any) -> bytes:
        """A figure; see Client.figure."""
        return await self._send(calls.figure([run.id for run in runs], kind, form, **query))

    async def bring(self, film: str | Path) -> Clip:
        """Bring a film to the server and wait until it has looked at it."""
        path = Path(film)
        clip = await self._send(calls.bring(path.name, await asyncio.to_thread(path.read_bytes)))
        while clip.state == "checking":
            await asyncio.sleep(0.2)
            clip = await self._send(calls.clip(clip.id))
        return clip

    async def delete(self, clip: Clip) -> None:
        """Delete a clip and all that was made of it."""
        await self._send(calls.delete_clip(clip.id))

    async def pyramid(
        self, model: str, clip: str, *, class_: str | int | None = None, rival: str | int | None = None, **more: Any
    ) -> Mapping[str, Any]:
        """What a class score is made of on a clip; see Client.pyramid."""
        body = {"clip": clip, "class": class_, "rival": rival, **more}
        (run,) = await self.wait([await self._send(calls.pyramid(model, body))])
        return await self._send(calls.pyramid_found(model, query_of(body))) or failed(run)

    async def get(self, path: str, **query: Any) -> Any:
        """Any resource of docs/api.md as JSON."""
        return await self._send(calls.get(path, **query))

    async def _send(self, call: Call[Answer]) -> Answer:
        try:
            return call.read(checked(await self.http.request(**call.request())))
        except httpx.TransportError as reason:
            raise unreachable(self.url, reason) from reason

    async def _listen(self, following: Following) -> None:
        query = {"ids": ",".join(sorted(following.open))}
        try:
            async with self.http.stream("GET", "/events", params=query, timeout=httpx.Timeout(30, read=60)) as answer:
                if answer.status_code >= 400:
                    await answer.aread()
                    checked(answer)
                async for line in answer.aiter_lines():
                    following.hear(line)
                    if not following.open:
                        return
        except httpx.TransportError:
            await self._send(calls.get("/workers"))
        await asyncio.sleep(AGAIN_S)
