"""The awaiting client is the plain one, awaited."""

from __future__ import annotations

import asyncio
import inspect

import pytest
from kinetoscope import AsyncClient, Client, Problem

from tests.backend.conftest import Crew
from tests.client.conftest import served


def test_both_clients_have_the_same_methods_with_the_same_parameters() -> None:
    plain = {name: part for name, part in inspect.getmembers(Client, inspect.isfunction) if not name.startswith("_")}
    waiting = {name for name, _ in inspect.getmembers(AsyncClient, inspect.isfunction) if not name.startswith("_")}
    assert plain.keys() == waiting
    for name, part in plain.items():
        other = inspect.signature(getattr(AsyncClient, name)).parameters
        assert [str(each) for each in other.values()] == [str(p) for p in inspect.signature(part).parameters.values()]


def test_a_unit_is_visualized(live: str, crew: Crew) -> None:
    async def use() -> None:
        async with AsyncClient(live) as client:
            assert [model.name for model in await client.models()] == ["tiny"]
            assert [unit.unit async for unit in client.units("tiny", "conv1")] == list(range(8))
            runs = await client.visualize("tiny", "conv1", 1)
            assert [run.state for run in runs] == ["finished", "finished"]
            with pytest.raises(Problem, match="tiny"):
                await client.model("tinny")

    served(crew, lambda: asyncio.run(use()))
