import threading
import uuid
from collections.abc import Callable

import pytest
from redis import Redis

from contract import post as module
from contract.post import ANSWER, CONTENTS, KEPT_FOR, LETTERS, PARCEL, Answer, Letter, Piece, Post
from tests.conftest import wait_for

JOB = "ab" * 16


@pytest.fixture
def post(picture_server: Redis) -> Post:
    return Post(picture_server)


def letter(*paths: str, what: str = "keep") -> Letter:
    pieces = tuple(Piece(path=path) for path in paths or ("a.json",))
    return Letter(id=uuid.uuid4().hex, job=JOB, what=what, pieces=pieces)  # type: ignore[arg-type]


def asking(post: Post, about: Letter, contents: list[bytes], wait: Callable[[], object] = lambda: None) -> list:
    """The answer, once there is one."""
    answers: list = []
    ask = threading.Thread(target=lambda: answers.append(post.ask(about, contents, wait=wait, every=0.01)), daemon=True)
    ask.start()
    return answers


def test_a_letter_arrives_and_is_answered(post: Post, picture_server: Redis) -> None:
    about = letter("a.json", "b.webp")
    answers = asking(post, about, [b"one", b"two"])
    assert wait_for(post.letters) == [about]
    assert post.contents(about) == [b"one", b"two"]
    post.answer(about, Answer(size=7), b"three")
    assert wait_for(lambda: answers) == [(Answer(size=7), b"three")]
    wait_for(lambda: picture_server.keys("*") == [])


def test_nothing_of_it_lasts_and_the_cache_may_drop_all_of_it(post: Post, picture_server: Redis) -> None:
    about = letter()
    post.send(about, [b"one"])
    post.answer(letter(), Answer())
    assert 0 < picture_server.ttl(LETTERS) <= KEPT_FOR
    assert 0 < picture_server.ttl(CONTENTS + about.id) <= KEPT_FOR
    (answer,) = picture_server.keys(ANSWER + "*")
    assert 0 < picture_server.ttl(answer) <= KEPT_FOR


@pytest.mark.parametrize("lost", [LETTERS, CONTENTS, None])
def test_what_is_lost_on_the_way_is_sent_again(
    post: Post, picture_server: Redis, monkeypatch: pytest.MonkeyPatch, lost: str | None
) -> None:
    monkeypatch.setattr(module, "AGAIN_AFTER", 0.02)
    about = letter()
    answers = asking(post, about, [b"one"])
    wait_for(post.letters)
    if lost is None:
        picture_server.flushall()
    else:
        picture_server.delete(lost if lost == LETTERS else lost + about.id)
    wait_for(lambda: post.letters() == [about] and post.contents(about) == [b"one"])
    post.answer(about, Answer())
    assert wait_for(lambda: answers)


def test_a_wait_can_be_ended_and_takes_the_letter_back(post: Post, picture_server: Redis) -> None:
    def enough() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        post.ask(letter(), [b"one"], wait=enough)
    assert picture_server.keys("*") == []


def test_a_server_that_is_full_or_gone_is_waited_for(post: Post, picture_server: Redis) -> None:
    picture_server.config_set("maxmemory", 1)
    waited = threading.Event()
    try:
        answers = asking(post, letter(), [b"one"], wait=waited.set)
        assert waited.wait(30)
    finally:
        picture_server.config_set("maxmemory", "64mb")
    (about,) = wait_for(post.letters)
    post.answer(about, Answer())
    assert wait_for(lambda: answers)


def test_what_is_no_letter_is_thrown_away(post: Post, picture_server: Redis) -> None:
    about = letter()
    post.send(about, [b"one"])
    picture_server.hset(LETTERS, "x", "{")
    picture_server.hset(LETTERS, "ab" * 16, about.model_dump_json())
    assert post.letters() == [about]
    assert picture_server.hlen(LETTERS) == 1


def test_contents_that_are_too_large_are_not_read(post: Post) -> None:
    about = letter("a.json", "b.json")
    post.send(about, [bytes(PARCEL), b"."])
    assert post.contents(about) is None
    post.send(about, [bytes(PARCEL), b""])
    assert post.contents(about) == [bytes(PARCEL), b""]
