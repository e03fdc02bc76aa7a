"""The client for plain programs and notebooks. `AsyncClient` has the same methods, awaited."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
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


class Client:
    """A Kinetoscope server. Every method raises Problem, in the server's words.

    url: of the server. token: where it asks for one. timeout: seconds for an answer, not for a job.
    """

    def __init__(self, url: str = DEFAULT, *, token: str | None = None, timeout: float = 30.0) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.url = url.rstrip("/")
        self.http = httpx.Client(base_url=f"{self.url}/api/v1", headers=headers, timeout=timeout)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self.http.close()

    def models(self) -> list[Model]:
        """All models, without their layers."""
        return self._send(calls.models())

    def model(self, name: str) -> Model:
        """A model with its layers and classes."""
        return self._send(calls.model(name))

    def layers(self, model: str) -> list[Layer]:
        """The layers of a model, in order."""
        return self._send(calls.layers(model))

    def units(self, model: str, layer: str, **query: Any) -> Iterator[Unit]:
        """All units of a layer, fetched as they are used. query: sort, rising, which, index, least, most, seed."""
        for offset in range(0, 1 << 40, PAGE):
            found = self._send(calls.units(model, layer, limit=PAGE, offset=offset, **query))
            yield from found
            if len(found) < PAGE:
                return

    def unit(self, model: str, layer: str, number: int, **query: Any) -> Unit:
        """One unit."""
        return self._send(calls.unit(model, layer, number, **query))

    def visualize(
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
        """The runs of units: computed if need be, unit by unit and variant by variant.

        layer: None for the classes. units: numbers, or names of classes. variants: of `slow`, `fast`, `still`; None:
        those that the model is shown in. tell: is called with the progress. parameters: chi, seed, steps, ...
        """
        layer, numbers = chosen(self.model(model), layer, units)
        runs = self._send(calls.visualize(model, layer, numbers, variants, parameters, wait=wait))
        return self.wait(runs, tell=tell) if wait else runs

    def wait(self, runs: Sequence[Run], *, tell: Tell | None = None) -> list[Run]:
        """The same runs once all have ended, however long that takes; a failed one says why in `error`."""
        following = Following(runs, tell)
        while following.open:
            self._listen(following)
        return [run if run.state in ENDED else self._send(calls.run(run.url)) for run in runs]

    def jobs(self, state: str | None = None, *, limit: int = 50) -> list[Run]:
        """The server's jobs, newest first; of one state, what is queued in the order of its turn."""
        return self._send(calls.jobs(state, limit))

    def cancel(self, run: Run) -> Run:
        """Stop a job at its next step."""
        return self._send(calls.cancel(run.id))

    def cancel_queued(self) -> int:
        """Cancel all that waits, whoever asked for it, and pause the sweeps that run; how many jobs that were."""
        return self._send(calls.cancel_queued())

    def pictures(self, runs: Sequence[Run], *, form: str = "webp", zoom: int = 1) -> Pictures:
        """The pictures of finished runs of one unit (of several: by_unit). form: webp, gif, mp4, avif, png."""
        files = {
            title: self._send(calls.file(run.id, f"{name}.{form}", zoom=zoom))
            for title, run, name in titled(of_one_unit(runs))
        }
        return Pictures(named(runs[0]) if runs else "", form, files)

    def numbers(self, run: Run) -> bytes:
        """An NPZ file: motion in px/frame, colour, the trace, the request. `numpy.load(io.BytesIO(...))` reads it."""
        return self._send(calls.file(run.id, "all.npz"))

    def figure(self, runs: Sequence[Run], *, kind: str = "strip", form: str = "pdf", **query: Any) -> bytes:
        """A figure with captions, scale and legend. kind: `strip` (one unit), `plate` (many); form: pdf, svg, png."""
        return self._send(calls.figure([run.id for run in runs], kind, form, **query))

    def bring(self, film: str | Path) -> Clip:
        """Bring a film to the server and wait until it has looked at it."""
        path = Path(film)
        clip = self._send(calls.bring(path.name, path.read_bytes()))
        while clip.state == "checking":
            time.sleep(0.2)
            clip = self._send(calls.clip(clip.id))
        return clip

    def delete(self, clip: Clip) -> None:
        """Delete a clip and all that was made of it."""
        self._send(calls.delete_clip(clip.id))

    def pyramid(
        self, model: str, clip: str, *, class_: str | int | None = None, rival: str | int | None = None, **more: Any
    ) -> Mapping[str, Any]:
        """What a class score is made of on a clip (docs/pyramids.md), computed if need be. more: rows, units."""
        body = {"clip": clip, "class": class_, "rival": rival, **more}
        (run,) = self.wait([self._send(calls.pyramid(model, body))])
        return self._send(calls.pyramid_found(model, query_of(body))) or failed(run)

    def get(self, path: str, **query: Any) -> Any:
        """Any resource of docs/api.md as JSON: `client.get("/models/demo/findings")`."""
        return self._send(calls.get(path, **query))

    def _send(self, call: Call[Answer]) -> Answer:
        try:
            return call.read(checked(self.http.request(**call.request())))
        except httpx.TransportError as reason:
            raise unreachable(self.url, reason) from reason

    def _listen(self, following: Following) -> None:
        """Hear events until all have ended, or the stream breaks off: it is told the present state when it returns."""
        query = {"ids": ",".join(sorted(following.open))}
        try:
            with self.http.stream("GET", "/events", params=query, timeout=httpx.Timeout(30, read=60)) as answer:
                if answer.status_code >= 400:
                    answer.read()
                    checked(answer)
                for line in answer.iter_lines():
                    following.hear(line)
                    if not following.open:
                        return
        except httpx.TransportError:
            self._send(calls.get("/workers"))  # says so if the server is gone
        time.sleep(AGAIN_S)
