"""A progress bar for each thing that is done, one after the other."""

from __future__ import annotations

from tqdm import tqdm


class Bar:
    """The bar of what is done now. Nothing is drawn where nobody looks at a terminal."""

    def __init__(self) -> None:
        self._what = ""
        self._bar: tqdm | None = None

    def show(self, what: str, done: int, total: int) -> None:
        """`done` of `total` of `what`; a total of 0 is not known."""
        if self._bar is None or self._what != what:
            self.close()
            self._what, self._bar = what, tqdm(total=total or None, desc=what, disable=None)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """End the line."""
        if self._bar is not None:
            self._bar.close()
