from torch import nn

from worker.models.known import Known, Published
from worker.models.sheet import Sheet


def test_what_is_not_published_is_not_pulled():
    known = Known(title="Net", build=nn.Identity, sheet=lambda: Sheet(title="Net", streams=()), source="a repository")
    assert known.published() is None
    assert known.tables == ()
    made = nn.Conv3d(4, 8, 3)
    before = made.weight.clone()
    known.start(made)
    assert not made.weight.equal(before), "random weights for a trial"
    assert (Published("u", "f").checksum, Published("u", "f").megabytes) == ("", 0.0)
