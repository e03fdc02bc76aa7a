import os
import subprocess
import sys
from pathlib import Path

import torch

from worker.analyses import survey
from worker.analyses.collection import Entry
from worker.analyses.records import Surveyed

ROOT = Path(__file__).parents[3]
UNITS, FRAMES, CLIPS = 2000, 250, 400
"""A record has a megabyte of traces, and so do all of them four hundred."""

READ_ALL = """
import resource, sys
from pathlib import Path
from worker.analyses.collection import Entry
from worker.analyses.records import Surveyed

found = Surveyed([Entry(str(i), 0, lambda _: None) for i in range(int(sys.argv[2]))], Path(sys.argv[1]), (0,))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert sum(float(each["trace/a"].sum()) for each in found.values("trace/a", "place/a")) > 0
for path in ("a", "b"):
    assert found.layer(path).stack("peak").shape[0] == len(found.entries)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def write(folder: Path, entries: list[Entry], **values: torch.Tensor) -> None:
    for entry in entries:
        survey.save(
            {key.replace("_", "/"): value for key, value in values.items()}, survey.record_path(folder, entry.id)
        )


def entries(count: int) -> list[Entry]:
    return [Entry(str(i), 0, lambda _: None) for i in range(count)]


def test_memory_does_not_grow_with_what_the_clips_left_behind(tmp_path):
    """The records together are far larger than what reading all of them takes."""
    first, *others = entries(CLIPS)
    trace = torch.ones(UNITS, FRAMES, dtype=torch.half)
    write(
        tmp_path, [first], peak_a=torch.ones(UNITS), peak_b=torch.ones(10), trace_a=trace, place_a=torch.ones(UNITS, 3)
    )
    original = survey.record_path(tmp_path, first.id)
    for other in others:
        os.link(original, survey.record_path(tmp_path, other.id))
    whole = CLIPS * original.stat().st_size // 2**20
    command = [sys.executable, "-c", READ_ALL, str(tmp_path), str(CLIPS)]
    taken = int(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    assert whole > 350
    assert taken < whole / 4


def test_a_layer_has_its_own_values_of_the_clips_that_have_them(tmp_path):
    one, two, three = entries(3)
    write(tmp_path, [one], peak_a=torch.tensor([1.0]), **{"speed:2.0_a": torch.tensor([5.0])})
    write(tmp_path, [two], peak_a=torch.tensor([2.0]), peak_b=torch.tensor([9.0]))
    write(tmp_path, [three], peak_a=torch.tensor([3.0]), **{"speed:2.0_a": torch.tensor([7.0])})
    columns = Surveyed([one, two, three], tmp_path, (0,)).layer("a")
    assert columns.stack("peak").tolist() == [[1], [2], [3]]
    assert columns.rows("speed:2.0") == [0, 2]
    assert columns.stack("speed:2.0").tolist() == [[5], [7]]
    assert columns.stack("speed:2.0", [2]).tolist() == [[7]]
    assert columns.stack("control:2.0") is None
