from backend.hot import Hot


def test_the_least_recently_used_goes_first() -> None:
    hot = Hot(100)
    for name in "abcd":
        hot.put("x", name, bytes(25))
    assert hot.get("x", "a") == bytes(25)
    hot.put("x", "e", bytes(25))
    assert [name for name in "abcde" if hot.get("x", name) is not None] == list("acde")


def test_what_is_too_large_is_not_kept() -> None:
    hot = Hot(100)
    hot.put("x", "a", bytes(26))
    assert hot.get("x", "a") is None


def test_room_is_counted_right() -> None:
    hot = Hot(100)
    for turn in range(50):
        hot.put("x", str(turn % 7), bytes(20))
        assert hot._size == sum(len(data) for data in hot._held.values()) <= 100
