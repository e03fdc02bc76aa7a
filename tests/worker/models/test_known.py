from torch import nn

from worker.models.known import Known, Published
from worker.models.sheet import Sheet


def test_what_is_not_published_is_not_pulled():
    known = Known(title="Net", build=nn.Identity, sheet=lambda: Sheet(title="Net", streams=()), source="a repository")
    assert known.published() is None
    assert known.tables == ()
    assert (Published("u", "f").checksum, Published("u", "f").megabytes) == ("", 0.0)
