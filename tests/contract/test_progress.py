from redis import Redis

from contract.progress import KEY, Progress, ProgressBoard


def test_progress_is_seen_until_it_is_cleared(queue_server: Redis) -> None:
    board = ProgressBoard(queue_server)
    state = Progress(step=3, steps=10, activation=0.5, eta_s=1.5, worker="w")
    board.report({"a": state})
    assert board.look(["a", "b"]) == {"a": state}
    assert queue_server.ttl(KEY + "a") > 0
    board.clear(["a"])
    assert board.look(["a"]) == {}
    assert board.look([]) == {}
