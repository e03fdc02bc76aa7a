"""Ask a Kinetoscope server what a video network has learned (docs/client.md)."""

from kinetoscope.asynchronous import AsyncClient
from kinetoscope.client import Client
from kinetoscope.pictures import Pictures, by_unit
from kinetoscope.problem import Problem
from kinetoscope.shapes import Clip, Layer, Model, Progress, Run, Unit

__all__ = [
    "AsyncClient",
    "Client",
    "Clip",
    "Layer",
    "Model",
    "Pictures",
    "Problem",
    "Progress",
    "Run",
    "Unit",
    "by_unit",
]
