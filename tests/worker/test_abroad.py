"""A worker in a folder of its own before a server's porter; the queue's and the pictures' servers are real."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from redis import Redis

from backend.porter import Porter
from contract import work
from contract.analysis import AnalysisSpec
from contract.archive import Archive
from contract.clip import LIMITS, CheckSpec, Clips
from contract.findings import OptimaFindings
from contract.post import PARCEL, PIECES, Letter, Post
from contract.queue import JobQueue
from contract.work import Study
from tests.backend.test_porter import CHECK, CLIP, PROBE, PYRAMID
from tests.fakes import CARD, analysis
from worker.abroad import KEPT_FOR, Abroad, NotKept, Progress, read_by

OPTIMA = AnalysisSpec(model="tiny", fingerprint=CARD.fingerprint, what="optima", units=3)
FILM = bytes(range(256)) * (2 * PARCEL // 256) + b"the end"


class Elsewhere:
    """A server's folder and a worker's."""

    def __init__(self, folder: Path, queue: JobQueue, post: Post) -> None:
        self.server, self.own, self.queue = folder / "server", folder / "worker", queue
        self.home = False
        self.abroad = Abroad(self.own, post=post, at_home=lambda: self.home)
        self.phases: list[tuple[str, int, int]] = []

    def do(self, study: Study, do: Callable[[Path, Progress], None]) -> None:
        self.queue.submit(study)
        self.queue.take()
        self.queue.connection.hset(f"rq:job:{study.id}", "status", "started")
        self.abroad(study, CARD, do, self.progress)

    def progress(self, *phase: object) -> None:
        self.phases.append(phase)  # type: ignore[arg-type]

    def left(self) -> list[str]:
        """Files on the worker's disk."""
        return sorted(path.name for path in self.own.rglob("*") if path.is_file())


@pytest.fixture
def elsewhere(tmp_path: Path, queue_server: Redis, picture_server: Redis) -> Iterator[Elsewhere]:
    made = Elsewhere(tmp_path, JobQueue(queue_server), Post(picture_server))
    place = made.server / "clips" / CLIP
    place.mkdir(parents=True)
    (place / "original").write_bytes(FILM)
    porter, done = Porter(made.server, post=Post(picture_server), queue=made.queue), threading.Event()

    def open_door() -> None:
        while not done.wait(0.01):
            porter.round()

    door = threading.Thread(target=open_door)
    door.start()
    yield made
    done.set()
    door.join()


def write(folder: Path, name: str, data: bytes = b"x") -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def test_at_home_it_is_done_in_the_folder_itself(elsewhere: Elsewhere) -> None:
    elsewhere.home = True
    seen = []
    elsewhere.do(PROBE, lambda folder, _: seen.append(folder))
    assert seen == [elsewhere.own]


def test_a_study_is_given_the_clip_and_what_it_makes_is_there_when_it_is_done(elsewhere: Elsewhere) -> None:
    seen: list[bytes] = []

    def probe(folder: Path, _: Progress) -> None:
        assert not folder.is_relative_to(elsewhere.server)
        seen.append(Clips(folder).original(CLIP).read_bytes())
        write(folder, f"clips/{CLIP}/a.webp", FILM)
        write(folder, f"clips/{CLIP}/probe.json", b"{}")

    elsewhere.do(PROBE, probe)
    assert seen == [FILM]
    place = elsewhere.server / "clips" / CLIP
    assert (place / "a.webp").read_bytes() == FILM
    assert sorted(path.name for path in place.iterdir()) == ["a.webp", "original", "probe.json"]
    assert elsewhere.left() == []
    assert [phase for phase, *_ in elsewhere.phases if phase not in ("fetching", "filing")] == []


def test_what_tells_of_other_files_comes_after_them(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    send = Post.send

    def watched(post: Post, letter: Letter, contents: Sequence[bytes]) -> None:
        sent.extend(piece.path for piece in letter.pieces)
        send(post, letter, contents)

    def study(folder: Path, _: Progress) -> None:
        for name in ("overview.json", "clips.json", "pyramids/p.json", "pyramids/p-tubes.json", "clips/c/m.webp"):
            write(folder, f"findings/{CARD.fingerprint}/{name}")

    monkeypatch.setattr(Post, "send", watched)
    elsewhere.do(analysis(), study)
    assert sent[0] == "clips/c/m.webp"
    assert sent[-1] == "overview.json"
    assert sent.index("pyramids/p-tubes.json") < sent.index("pyramids/p.json")


def test_many_files_arrive(elsewhere: Elsewhere) -> None:
    names = [f"findings/{CARD.fingerprint}/clips/{number}/clip.json" for number in range(PIECES + 2)]

    def study(folder: Path, _: Progress) -> None:
        for name in names:
            write(folder, name, name.encode())
        write(folder, f"findings/{CARD.fingerprint}/layers/empty.jsonl", b"")

    elsewhere.do(analysis(), study)
    assert all((elsewhere.server / name).read_text() == name for name in names)
    assert (elsewhere.server / "findings" / CARD.fingerprint / "layers" / "empty.jsonl").read_bytes() == b""


def test_a_survey_that_is_interrupted_goes_on_and_delivers_all_when_it_is_done(elsewhere: Elsewhere) -> None:
    place = f"findings/{CARD.fingerprint}"

    def first(folder: Path, _: Progress) -> None:
        write(folder, f"{place}/clips/one/clip.json")
        write(folder, f"{place}/records/one.safetensors")
        raise InterruptedError

    def second(folder: Path, _: Progress) -> None:
        assert (folder / place / "records" / "one.safetensors").is_file()
        write(folder, f"{place}/overview.json")

    with pytest.raises(InterruptedError):
        elsewhere.do(analysis(), first)
    assert not (elsewhere.server / place).exists()
    elsewhere.do(analysis(), second)
    kept = sorted(path.name for path in (elsewhere.server / place).rglob("*") if path.is_file())
    assert kept == ["clip.json", "overview.json"]


def test_optima_are_delivered_layer_by_layer_and_those_that_are_there_are_known(elsewhere: Elsewhere) -> None:
    def found(layer: str) -> OptimaFindings:
        return OptimaFindings(
            layer=layer, asked=3, units={}, invariance=None, control=None, likeness=None, likeness_control=None
        )

    there = Archive(elsewhere.server, CARD.fingerprint)
    there.put_optima(found("conv1"))

    def study(folder: Path, progress: Progress) -> None:
        archive = Archive(folder, CARD.fingerprint)
        assert set(archive.optima()) == {"conv1"}
        archive.put_optima(found("classes"))
        progress("optimizations", 1, 2)
        assert set(there.optima()) == {"conv1", "classes"}
        raise InterruptedError

    with pytest.raises(InterruptedError):
        elsewhere.do(OPTIMA, study)
    assert elsewhere.left() == []


def test_what_is_refused_is_said_and_leaves_nothing(elsewhere: Elsewhere) -> None:
    with pytest.raises(NotKept, match="nothing that this job makes"):
        elsewhere.do(PROBE, lambda folder, _: write(folder, f"clips/{CLIP}/code.py"))
    assert elsewhere.left() == []


def test_a_clip_that_is_gone_is_gone_here_too(elsewhere: Elsewhere) -> None:
    (elsewhere.server / "clips" / CLIP / "original").unlink()
    elsewhere.do(PROBE, lambda folder, _: write(folder, "seen", b"" if Clips(folder).read(CLIP, "original") else b"no"))
    assert elsewhere.left() == []


def test_what_a_worker_that_died_left_goes_after_its_time(elsewhere: Elsewhere) -> None:
    clip, survey = (elsewhere.own / "abroad" / name for name in ("clip", "survey"))
    write(clip, f"clips/{CLIP}/original")
    write(survey, f"findings/{CARD.fingerprint}/records/one.safetensors")

    def age(seconds: float) -> None:
        for own in filter(Path.exists, (clip, survey)):
            for path in (own, *own.rglob("*")):
                os.utime(path, (time.time(), time.time() - seconds))
        elsewhere.do(PROBE, lambda *_: None)

    age(LIMITS.kept_for - 60)
    assert (clip.exists(), survey.exists()) == (True, True)
    age(LIMITS.kept_for + 60)
    assert (clip.exists(), survey.exists()) == (False, True)
    age(KEPT_FOR + 60)
    assert not survey.exists()


@pytest.mark.parametrize(
    ("study", "names"),
    [
        (CHECK, ["original"]),
        (CheckSpec(clip=CLIP, model="demo", surveyed="drawn-1"), []),
        (PROBE, ["original"]),
        (PYRAMID, ["original", "film.json"]),
        (PYRAMID.model_copy(update={"clip": "0123456789abcdef"}), ["clips/0123456789abcdef/clip.json"]),
        (analysis(), []),
        (OPTIMA, [f"optima/{layer.path}.json" for layer in CARD.layers]),
    ],
)
def test_what_a_study_reads(study: Study, names: list[str]) -> None:
    assert read_by(study, CARD) == names
    assert work.place(study).split("/")[0] in ("clips", "findings")
