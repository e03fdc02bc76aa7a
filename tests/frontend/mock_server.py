"""The API of docs/api.md on top of a `Mock`, and the front end's files under the same policy as the real server's.

`python -m tests.frontend.mock_server [PORT]` serves it for looking at the pages by hand.
"""

from __future__ import annotations

import json
import queue
import re
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import ValidationError

from backend.exports.clip import read
from backend.exports.encode import encode
from contract.errors import KinetoscopeError, UnknownVisualization
from contract.result import StreamPicture
from contract.spec import ENGINE_VERSION, Parameters, VisualizationRequest, VisualizationSpec
from tests.frontend import findings, pictures, probes, pyramids, sweeps
from tests.frontend.asked import Asked
from tests.frontend.mock import VARIANTS, Mock
from tests.frontend.static_server import listening

FRONTEND = Path(__file__).parents[2] / "frontend"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "base-uri 'none'"
)
TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
}


class Handler(BaseHTTPRequestHandler):
    """Routes of the API, and the front end for every other path."""

    protocol_version = "HTTP/1.1"
    mock: Mock

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_PUT(self) -> None:
        self._answer("PUT")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, method: str) -> None:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        body = json.loads(raw) if raw and "json" in self.headers.get("Content-Type", "") else {}
        try:
            if url.path == "/api/v1/events":
                return self._events()
            if url.path.startswith("/api/v1/"):
                parts = [unquote(part) for part in url.path.removeprefix("/api/v1/").split("/")]
                return self._api(method, parts, query, body)
            if url.path == "/version":
                return self._json({"version": "0.1.0", "engine": ENGINE_VERSION})
            if url.path == "/readyz":
                return self._json({"status": "ok", "checks": {"disk": self.mock.disk}})
            return self._file(url.path)
        except KinetoscopeError as error:
            self._problem(
                error.status, error.title, error.detail, allowed=error.allowed, did_you_mean=error.did_you_mean
            )
        except ValidationError as error:
            self._problem(422, "Invalid request", "; ".join(each["msg"] for each in error.errors()))
        except (BrokenPipeError, ConnectionResetError):
            pass

    def _api(self, method: str, parts: list[str], query: dict, body: dict) -> None:
        mock = self.mock
        if method != "GET" and parts != ["sweeps", "plan"]:  # a plan changes nothing
            mock.requests.append(("/".join(parts), body))
        match [method, *parts]:
            case ["GET", "session"]:
                self._json({"name": None, "role": "admin"})
            case ["GET", "models"]:
                self._list(mock.summaries())
            case ["GET", "models", name]:
                self._json(mock.card(name).model_dump(mode="json"))
            case ["GET", "models", name, "coverage"]:
                self._json(mock.coverage(name))
            case ["GET", "models", name, "classes"]:
                card, like = mock.card(name), query.get("like", "").lower()
                within = {number for number, each in enumerate(card.classes) if like in each.lower()}
                self._units(name, card.class_layer or "", query, within)
            case ["GET", "models", name, "layers", path, "units"]:
                self._units(name, path, query)
            case ["GET", "models", name, "layers", path, "units", number]:
                if not number.isdigit():
                    self._problem(422, "Invalid request", "unit: should be a whole number")
                else:
                    chi = float(query["chi"]) if "chi" in query else None
                    how = {key: value for key, value in query.items() if key != "chi"}
                    self._json(mock.unit(name, path, int(number), chi=chi, **how))
            case ["GET", "visualizations", "schema"]:
                self._json({"parameters": Parameters.model_json_schema()})
            case ["GET", "visualizations", identity]:
                self._json(mock.look(self._known(identity)))
            case ["POST", "visualizations"]:
                request = VisualizationRequest(**body)
                view = mock.ask(mock.spec(request.model, request.layer, request.unit, request.parameters.model_dump()))
                self._json(view, 200 if view["state"] == "finished" else 202)
            case ["POST", "visualizations", "batch"]:
                runs = [(unit, variant) for unit in body["units"] for variant in body["variants"]]
                specs = [
                    mock.spec(body["model"], body["layer"], u, {**body["parameters"], **VARIANTS[v]}) for u, v in runs
                ]
                self._list([mock.ask(spec) for spec in specs], status=202)
            case ["GET", "jobs"]:
                jobs = [mock.job(each) for each in reversed(list(mock.records)) if each not in mock.past]
                chosen = [job for job in jobs if job["state"] == query.get("state", job["state"])]
                limit = int(query.get("limit", 50))
                following = "1.0" if len(chosen) > limit else None
                self._json({"items": chosen[:limit], "total": len(chosen), "next": following})
            case ["POST", "jobs", "cancel"]:
                waiting = [each for each in mock.records if mock.job(each)["state"] == "queued"]
                for each in waiting:
                    mock.cancel(each)
                self._json({"canceled": len(waiting), "paused": 0})
            case ["POST", "jobs", identity, "cancel"]:
                mock.cancel(identity)
                self._json(mock.job(identity))
            case ["POST", "jobs", identity, "retry"]:
                mock.ask(self._known(identity))
                self._json(mock.job(identity))
            case ["GET", "notes"]:
                self._list(list(mock.notes.values()))
            case ["PUT", "notes", name, path, number]:
                mock.card(name).check_unit(path, int(number))
                mock.notes[name, path, number] = {"model": name, "layer": path, "unit": int(number), **body}
                self._json(mock.notes[name, path, number])
            case ["GET", "workers"]:
                self._list(mock.workers)
            case ["POST", "workers", name, ("drain" | "resume") as what]:
                news = {"draining": what == "drain"}
                mock.workers = [{**each, **(news if each["name"] == name else {})} for each in mock.workers]
                mock.tell("workers", "")
                self._list(mock.workers)
            case ["GET", "visualizations", identity, "files", file]:
                spec = self._known(identity)
                name = file.rpartition(".")[0]
                streams = mock.look(spec)["result"]["streams"]
                picture = StreamPicture(**next(each for each in streams if each["name"] == name))
                clip = read(picture, pictures.optimum(spec, f"{name}.webp"))
                shown = clip.shown(colouring=query.get("colouring", "uvm"), reach=float(query.get("reach", 4)))
                self._send(encode([shown[int(query.get("frame", 0))]], "png"), "image/png")
            case ["GET", "jobs", identity]:
                if identity not in mock.analyses:
                    self._known(identity)
                self._json(mock.job(identity))
            case ["GET", "models", name, "findings", "analyses"]:
                mock.analyses |= {each.id: each for each in findings.analyses(mock.card(name))}
                own = [each for each in mock.analyses.values() if each.spec.model == name]
                self._list([mock.analysis(each.id) for each in own])
            case ["POST", "models", name, "findings", "analyses"]:
                asked = next(
                    each for each in mock.analyses.values() if (each.spec.model, each.spec.what) == (name, body["what"])
                )
                self._json(mock.analyse(asked.id), 202)
            case ["GET", "clips", identity, file]:
                mock.brought.find(identity)
                self._send(probes.drawn(file), "image/webp")
            case ["GET", "models", _, "findings", "clips", _, file]:
                self._send(pictures.optimum(mock.spec("demo", "conv5_fusion", 3, {}), file), "image/webp")
            case ["GET", "media", identity, file]:
                self._media(self._known(identity), file)
            case _:
                asked = Asked(method, parts, query, body)
                for part in (probes, pyramids, findings, sweeps):
                    found = part.answer(mock, asked)
                    if found:
                        return self._json(*found)
                self._problem(404, "Not Found", "There is nothing at this address.")

    def _known(self, identity: str) -> VisualizationSpec:
        if identity not in self.mock.specs:
            raise UnknownVisualization(identity)
        return self.mock.specs[identity]

    def _units(self, model: str, path: str, query: dict, within: set[int] | None = None) -> None:
        offset, limit = int(query.get("offset", 0)), int(query.get("limit", 48))
        seed = int(query.get("seed", 0))
        sort, index = query.get("sort", "unit"), query.get("index")
        numbers = self.mock.order(model, path, sort=sort, which=query.get("which", "all"), seed=seed)
        if index:
            least, most = float(query.get("least", "-inf")), float(query.get("most", "inf"))
            numbers = [number for number in numbers if least <= findings.figure(number) <= most]
        if within is not None:
            numbers = [number for number in numbers if number in within]
        if query.get("rising") == "true":
            numbers = numbers[::-1]
        units = [self.mock.unit(model, path, number, seed=seed) for number in numbers[offset : offset + limit]]
        if index or sort in findings.INDEXES:
            units = [{**unit, "figure": findings.figure(unit["unit"])} for unit in units]
        self._json({"items": units, "total": len(numbers), "next": None})

    def _list(self, items: list, *, status: int = 200) -> None:
        self._json({"items": items, "total": len(items), "next": None}, status)

    def _media(self, spec: VisualizationSpec, file: str) -> None:
        if file.startswith("preview"):
            return self._send(pictures.preview(), "image/webp")
        self._send(pictures.optimum(spec, file), "image/webp", cache="public, max-age=31536000, immutable")

    def _events(self) -> None:
        mine: queue.Queue = queue.Queue()
        self.mock.listeners.append(mine)
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            self.wfile.write(b": hello\n\n")
            while True:
                try:
                    event, data = mine.get(timeout=5)
                    self.wfile.write(f"event: {event}\ndata: {json.dumps(data)}\n\n".encode())
                except queue.Empty:
                    self.wfile.write(b": ping\n\n")
                self.wfile.flush()
        finally:
            self.mock.listeners.remove(mine)

    def _file(self, path: str) -> None:
        found = (FRONTEND / path.lstrip("/")).resolve()
        if not (found.is_file() and found.is_relative_to(FRONTEND)):
            if re.search(r"\.(js|mjs|css|svg)$", path):
                return self._problem(404, "Not Found", "There is no such file.")
            found = FRONTEND / "index.html"
        self._send(found.read_bytes(), TYPES.get(found.suffix, "text/plain"))

    def _json(self, value: object, status: int = 200) -> None:
        self._send(b"" if value is None else json.dumps(value).encode(), "application/json", status)

    def _problem(self, status: int, title: str, detail: str, **extra: object) -> None:
        body = {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": detail,
            "instance": self.path,
            **extra,
        }
        self._send(json.dumps(body).encode(), "application/problem+json", status)

    def _send(self, body: bytes, kind: str, status: int = 200, cache: str = "no-cache") -> None:
        self.send_response(HTTPStatus(status))
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", cache)
        self.send_header("Content-Security-Policy", CSP)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(body)


def handler(mock: Mock) -> type[Handler]:
    """What answers requests from what `mock` knows."""
    return type("Bound", (Handler,), {"mock": mock})


if __name__ == "__main__":
    with listening(handler(Mock()), int(sys.argv[1]) if len(sys.argv) > 1 else 8123) as address:
        print(address)
        threading.Event().wait()
