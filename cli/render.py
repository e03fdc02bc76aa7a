"""Optimize one unit and write its pictures to a folder; needs neither server nor Redis."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError
from tqdm import tqdm

from cli import refusal
from cli.bar import Bar
from contract import settings
from contract.catalogue import ModelCard
from contract.errors import KinetoscopeError
from contract.result import Result
from contract.spec import Parameters, VisualizationRequest, VisualizationSpec, bind

if TYPE_CHECKING:
    from worker.models.model import Model
    from worker.optimum import Optimum


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("model", help="name of a model, such as demo")
    parser.add_argument("layer", help="dotted path of a layer, such as conv5_fusion")
    parser.add_argument("unit", type=int, nargs="+", help="unit numbers, from 0; several are optimized together")
    parser.add_argument("--chi", type=float, default=10.0, help="slowness: 10 is slow (default), 0 is fast")
    parser.add_argument("--seed", type=int, default=0, help="another noise to begin with (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=None, help="steps of the ascent (default: the method's)")
    parser.add_argument("--still", action="store_true", help="one frame shown throughout (models that see clips)")
    parser.add_argument("--device", default="cpu", help="cpu, cuda:0, ...")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures, made if missing")
    parser.add_argument(
        "--data", type=Path, default=settings.read(os.environ).data, help="data folder (added models, calibrations)"
    )


def main(args: argparse.Namespace) -> int:
    """Run the command; 1 when the request is refused."""
    import torch  # imported only when it is needed

    from worker import render
    from worker.models import fault, registry

    if args.device.startswith("cuda") and not torch.cuda.is_available():
        print(f"kinetoscope render: --device {args.device}: there is no CUDA device here; take cpu.", file=sys.stderr)
        return 1
    bar = Bar()
    try:
        card = registry.card(args.model, data=args.data)
        specs = [_spec(args, unit, card) for unit in args.unit]
        model = registry.load(args.model, data=args.data, progress=bar.show)
    except (KinetoscopeError, ValueError) as problem:
        bar.close()
        said = refusal.words(problem) if isinstance(problem, ValidationError) else problem
        print(f"kinetoscope render: {said}", file=sys.stderr)
        return 1
    bar.close()
    try:
        optima = _optima(model, specs, args.device)
    except KeyboardInterrupt:
        print("Stopped before the end: nothing was written.", file=sys.stderr)
        raise
    except Exception as reason:  # the user's forward runs here
        print(f"kinetoscope render: {args.model} fails: {fault.words(reason)}.", file=sys.stderr)
        return 1
    for spec, optimum in zip(specs, optima, strict=True):
        _write(*render.finish(model, spec, optimum), folder=args.out)
    return 0


def _spec(args: argparse.Namespace, unit: int, card: ModelCard) -> VisualizationSpec:
    card.check_unit(args.layer, unit)
    parameters = Parameters.model_validate(_chosen(args))
    request = VisualizationRequest(model=args.model, layer=args.layer, unit=unit, parameters=parameters)
    return bind(request, card.fingerprint)


def _optima(model: Model, specs: list[VisualizationSpec], device: str) -> list[Optimum]:
    """Optimize with a progress bar."""
    from worker.optimize import optimize

    optima = []
    with tqdm(total=specs[0].parameters.steps, unit="step", disable=None) as bar:
        for step in optimize(model, specs, device=device):
            bar.update()
            reached = [value for value in step.activation if value is not None]
            bar.set_postfix(activation=f"{max(reached):.2f}" if reached else "dead")
            optima = step.optima
    return optima


def _chosen(args: argparse.Namespace) -> dict[str, object]:
    values = {"chi": args.chi, "seed": args.seed, "steps": args.steps, "still": args.still}
    return {name: value for name, value in values.items() if value is not None}


def _write(result: Result, media: dict[str, bytes], *, folder: Path) -> None:
    spec = result.spec
    place = folder / spec.model / spec.layer / f"{spec.unit:04d}-chi{spec.parameters.chi:g}-seed{spec.parameters.seed}"
    place.mkdir(parents=True, exist_ok=True)
    for name, data in media.items():
        (place / name).write_bytes(data)
    (place / "result.json").write_text(result.model_dump_json(indent=1))
    scale = "calibrated maximum" if result.calibration else "largest over noise (not calibrated)"
    reached = "dead" if result.normalized is None else f"{result.normalized:.2f} of the {scale}"
    print(f"{spec.layer} {spec.unit}: {reached}, {place}")
