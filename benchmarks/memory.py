"""How much memory a piece of work holds at once."""

from __future__ import annotations

from collections.abc import Callable

from torch.profiler import ProfilerActivity, profile


def peak(work: Callable[[], object]) -> int:
    """Bytes of tensors on the CPU that `work` holds at once at most, beyond what is there before it."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiled:
        work()
    assert profiled.profiler is not None
    assert profiled.profiler.kineto_results is not None
    events = (event for event in profiled.profiler.kineto_results.events() if event.name() == "[memory]")
    held = most = 0
    for event in sorted(events, key=lambda event: event.start_ns()):
        held += event.nbytes()  # type: ignore[attr-defined]
        most = max(most, held)
    return most
