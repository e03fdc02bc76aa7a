import errno
from pathlib import Path

import pytest
from redis import Redis

from backend import porter as module
from backend.porter import Porter
from contract import work
from contract.archive import Archive
from contract.clip import LIMITS, CheckSpec
from contract.post import PARCEL, Answer, Letter, Piece, Post
from contract.probe import ProbeSpec
from contract.pyramid import Pyramid, PyramidSpec, Tubes
from contract.queue import JobQueue
from contract.work import Study, Work
from tests.fakes import CARD, analysis, spec

CLIP = "ab" * 16
CHECK = CheckSpec(clip=CLIP)
PROBE = ProbeSpec(clip=CLIP, model="tiny", fingerprint=CARD.fingerprint, start=0, end=1, at=None, ablate=())
PYRAMID = PyramidSpec(
    clip=f"{CLIP}-500", label=None, rival=None, rows=None, units=3, model="tiny", fingerprint=CARD.fingerprint
)


def pyramid(clip: str) -> Pyramid:
    ends = {"label": 0, "predicted": 0, "rival": None, "score": 1.0, "bias": 0.0, "rows": (), "edges": (), "biases": ()}
    return Pyramid(model="tiny", fingerprint=CARD.fingerprint, clip=clip, **ends)


class Door:
    """A server's folder, and a worker's way to it."""

    def __init__(self, data: Path, queue: JobQueue, post: Post) -> None:
        self.data, self.queue, self.post = data, queue, post
        self.porter = Porter(data, post=post, queue=queue)

    def begin(self, study: Work) -> None:
        self.queue.submit(study)
        self.queue.take()
        self.queue.connection.hset(f"rq:job:{study.id}", "status", "started")

    def ask(self, study: Study, what: str, *pieces: Piece, contents: list[bytes] | None = None) -> tuple[Answer, bytes]:
        letter = Letter(id="cd" * 16, job=study.id, what=what, pieces=pieces)  # type: ignore[arg-type]
        self.post.send(letter, contents or [])
        assert self.porter.round()
        return self.post.ask(letter, wait=self.fail)

    def keep(self, study: Study, path: str, data: bytes = b"x", *, offset: int = 0, size: int | None = None) -> str:
        """What was wrong with it."""
        piece = Piece(path=path, offset=offset, size=len(data) if size is None else size)
        return self.ask(study, "keep", piece, contents=[data])[0].problem

    def fail(self) -> None:
        raise AssertionError("it is answered already")


@pytest.fixture
def door(tmp_path: Path, queue_server: Redis, picture_server: Redis) -> Door:
    made = Door(tmp_path / "data", JobQueue(queue_server), Post(picture_server))
    (made.data / "clips" / CLIP).mkdir(parents=True)
    return made


@pytest.mark.parametrize(
    ("study", "path", "place"),
    [
        (CHECK, "film.json", f"clips/{CLIP}/film.json"),
        (PROBE, f"probe-{PROBE.id}.json", f"clips/{CLIP}/probe-{PROBE.id}.json"),
        (PYRAMID, f"{CARD.fingerprint}/pyramids/p.json", f"clips/{CLIP}/{CARD.fingerprint}/pyramids/p.json"),
        (analysis(), "clips/c/motion.webp", f"findings/{CARD.fingerprint}/clips/c/motion.webp"),
        (analysis(), "layers/motion.conv3_1.jsonl", f"findings/{CARD.fingerprint}/layers/motion.conv3_1.jsonl"),
    ],
)
def test_what_a_study_makes_is_kept_where_it_belongs(door: Door, study: Study, path: str, place: str) -> None:
    door.begin(study)
    assert door.keep(study, path, b"made") == ""
    assert (door.data / place).read_bytes() == b"made"
    assert not list(door.data.rglob("*.part"))


def test_what_was_made_of_the_clips_of_a_class_is_forgotten_with_new_findings(door: Door) -> None:
    archive = Archive(door.data, CARD.fingerprint)
    for identity, clip in (("a" * 32, "class-1"), ("b" * 32, "drawn-1")):
        archive.put_pyramid(identity, pyramid(clip), Tubes(tubes=()))
    study = analysis()
    door.begin(study)
    assert door.keep(study, "clips.json", b"[]") == ""
    assert archive.pyramid_ids() == ["a" * 32, "b" * 32], "the findings are not there yet"
    assert door.keep(study, "overview.json", b"{}") == ""
    assert archive.pyramid_ids() == ["b" * 32]


@pytest.mark.parametrize(
    "path",
    [
        "../film.json",
        "a/../../film.json",
        "/etc/film.json",
        "",
        ".hidden.json",
        "a//b.json",
        "a\\b.json",
        "a/b/c/d/e.json",
        "link/film.json",
        "link.json",
        "upload.json",
        "original",
        "code.py",
        "x\0.json",
    ],
)
def test_other_paths_are_refused_and_nothing_is_written(door: Door, path: str) -> None:
    place = door.data / "clips" / CLIP
    elsewhere = door.data / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.json").write_text("secret")
    (place / "link").symlink_to(elsewhere)
    (place / "link.json").symlink_to(elsewhere / "secret.json")
    before = {each: each.stat().st_mtime_ns for each in door.data.rglob("*")}
    door.begin(CHECK)
    assert door.keep(CHECK, path)
    assert before == {each: each.stat().st_mtime_ns for each in door.data.rglob("*")}
    assert (elsewhere / "secret.json").read_text() == "secret"


@pytest.mark.parametrize("path", ["../../tokens.json", "link.json", "/etc/hostname", "link/secret.json"])
def test_nothing_else_can_be_fetched(door: Door, path: str) -> None:
    place = door.data / "clips" / CLIP
    (door.data / "tokens.json").write_text("secret")
    (place / "link.json").symlink_to(door.data / "tokens.json")
    (place / "link").symlink_to(door.data)
    door.begin(PROBE)
    answer, data = door.ask(PROBE, "fetch", Piece(path=path))
    assert "no path" in answer.problem
    assert data == b""


def test_a_folder_of_clips_may_lie_on_another_disk(door: Door, tmp_path: Path) -> None:
    (door.data / "clips").rename(tmp_path / "disk")
    (door.data / "clips").symlink_to(tmp_path / "disk")
    door.begin(CHECK)
    assert door.keep(CHECK, "film.json") == ""
    assert (tmp_path / "disk" / CLIP / "film.json").read_bytes() == b"x"


def test_one_letter_with_a_wrong_path_keeps_nothing_of_it(door: Door) -> None:
    door.begin(PROBE)
    pieces = [Piece(path="a.webp", size=1), Piece(path="../b.webp", size=1)]
    assert door.ask(PROBE, "keep", *pieces, contents=[b"x", b"y"])[0].problem
    assert list((door.data / "clips" / CLIP).iterdir()) == []


def test_only_jobs_that_are_being_done_reach_the_folder(door: Door) -> None:
    assert "this job" in door.keep(PROBE, "a.json")
    door.queue.submit(PROBE)
    assert "this job" in door.keep(PROBE, "a.json")
    door.begin(spec(1))
    assert "this job" in door.keep(spec(1), "a.json")  # type: ignore[arg-type]
    assert list((door.data / "clips" / CLIP).iterdir()) == []


def test_a_large_file_comes_and_goes_in_parts(door: Door) -> None:
    film = bytes(range(256)) * (PARCEL // 256) + b"the rest"
    fetched = CheckSpec(clip=CLIP, model="tiny", surveyed="0123456789abcdef")
    door.begin(fetched)
    assert door.keep(fetched, "original", film[:PARCEL], size=len(film)) == ""
    assert not (door.data / "clips" / CLIP / "original").exists()
    assert door.keep(fetched, "original", film[PARCEL:], offset=PARCEL, size=len(film)) == ""
    assert (door.data / "clips" / CLIP / "original").read_bytes() == film
    answer, first = door.ask(fetched, "fetch", Piece(path="original"))
    _, second = door.ask(fetched, "fetch", Piece(path="original", offset=PARCEL))
    assert (answer.size, first + second) == (len(film), film)


def test_a_part_that_comes_twice_does_no_harm_and_one_that_is_missing_is_noticed(door: Door) -> None:
    door.begin(PROBE)
    path = door.data / "clips" / CLIP / "a.webp"
    for offset, data in ((0, b"one"), (0, b"one"), (3, b"two"), (3, b"two")):
        assert door.keep(PROBE, "a.webp", data, offset=offset, size=6) == ""
    assert path.read_bytes() == b"onetwo"
    assert "missing" in door.keep(PROBE, "b.webp", b"two", offset=3, size=6)
    door.keep(PROBE, "b.webp", b"o", size=6)
    assert "missing" in door.keep(PROBE, "b.webp", b"two", offset=3, size=6)


def test_what_is_too_large_is_refused(door: Door) -> None:
    door.begin(PROBE)
    assert f"at most {LIMITS.bytes}" in door.keep(PROBE, "a.webp", size=LIMITS.bytes + 1)
    assert list((door.data / "clips" / CLIP).iterdir()) == []


def test_a_clip_that_was_deleted_stays_deleted(door: Door) -> None:
    door.begin(PROBE)
    (door.data / "clips" / CLIP).rmdir()
    assert "deleted" in door.keep(PROBE, "a.webp")
    assert list((door.data / "clips").iterdir()) == []


def test_a_file_that_is_not_there_is_no_problem(door: Door) -> None:
    door.begin(PROBE)
    assert door.ask(PROBE, "fetch", Piece(path="original")) == (Answer(), b"")


def test_a_full_disk_is_waited_for_and_any_other_trouble_is_said(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.begin(PROBE)
    letter = Letter(id="ef" * 16, job=PROBE.id, what="keep", pieces=(Piece(path="a.webp", size=1),))
    door.post.send(letter, [b"x"])
    write = module._keep

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "_keep", full)
    with pytest.raises(OSError, match="No space left"):
        door.porter.round()
    assert door.post.letters() == [letter]
    monkeypatch.setattr(module, "_keep", write)
    door.porter.round()
    assert (door.data / "clips" / CLIP / "a.webp").read_bytes() == b"x"
    (door.data / "clips" / CLIP / "b.webp").mkdir()
    assert "Is a directory" in door.keep(PROBE, "b.webp")


def test_a_letter_whose_contents_were_lost_is_dropped_so_that_it_is_sent_again(door: Door) -> None:
    door.begin(PROBE)
    door.post.send(Letter(id="ef" * 16, job=PROBE.id, what="keep", pieces=(Piece(path="a.webp", size=1),)))
    door.porter.round()
    assert door.post.letters() == []
    assert list((door.data / work.place(PROBE)).iterdir()) == []
