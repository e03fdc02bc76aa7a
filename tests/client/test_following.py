from kinetoscope.following import Following
from kinetoscope.shapes import Run


def test_jobs_are_followed_to_their_ends() -> None:
    told = []
    runs = [Run("a", "", "queued"), Run("b", "", "running"), Run("c", "", "finished")]
    following = Following(runs, lambda identity, progress: told.append((identity, progress.step, progress.phase)))
    assert following.open == {"a", "b"}
    stream = [
        ": ping", "",
        "event: progress", "id: 5-1", 'data: {"id": "a", "step": 3, "steps": 9, "phase": "", "activation": 0.5}', "",
        "event: progress", 'data: {"id": "a", "step": 3, "steps": 9, "phase": "", "eta_s": 1.5}', "",
        "event: progress", 'data: {"id": "a", "step": 0, "steps": 0}', "",
        "event: progress", 'data: {"id": "other", "step": 1, "steps": 9}', "",
        "event: workers", "data: {}", "",
        "event: finished", 'data: {"id": "a"}', "",
        "event: progress", 'data: {"id": "a", "step": 4, "steps": 9}', "",
    ]  # fmt: skip
    for line in stream:
        following.hear(line)
    assert following.open == {"b"}
    assert told == [("a", 3, "")]
    for line in ("event: failed", 'data: {"id": "b", "error": "no"}', ""):
        following.hear(line)
    assert not following.open
