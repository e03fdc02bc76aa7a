"""Cards of two models that do not exist: one of two streams, one that sees a clip. Valid under contract/."""

from __future__ import annotations

from contract.catalogue import LayerCard, ModelCard, Stream

CLASSES = (
    "applying lipstick",
    "applying eye make-up",
    "playing cello",
    "playing violin",
    "billiards shot",
    "billiards break",
    "clean and jerk",
    "bench press",
    "hula hoop",
    "jump rope",
    "nodding",
    "shaking head",
)


def two_stream() -> ModelCard:
    """Two lanes of five layers, fusion, two fc layers, classes."""
    lanes = [layer for stream in ("appearance", "motion") for layer in _lane(stream)]
    joint = [
        _layer(
            "conv5_fusion", 64, size=12, field=100, lane="joint", depth=6, inputs=("appearance.conv5", "motion.conv5")
        ),
        _layer("fc6", 4096, size=1, field=196, lane="joint", depth=7, inputs=("conv5_fusion",), kind="linear"),
        _layer("fc7", 96, size=1, field=196, lane="joint", depth=8, inputs=("fc6",), kind="linear"),
        _layer("fc8", len(CLASSES), size=1, field=None, lane="joint", depth=9, inputs=("fc7",), kind="class"),
    ]
    return ModelCard(
        name="demo",
        title="Demo two-stream fusion",
        description="A small two-stream network for drawn clips whose pairs differ only in motion or only in looks.",
        fingerprint="0123456789abcdef",
        streams=(
            Stream(name="appearance", kind="appearance", frames=1, height=112, width=112),
            Stream(name="motion", kind="motion", frames=10, height=112, width=112),
        ),
        layers=tuple(lanes + joint),
        class_layer="fc8",
        classes=CLASSES,
        parameters=1_234_567,
        calibration="600 drawn clips of the training split",
        dead={"conv5_fusion": (9,)},
        accuracy={"joint": 0.992, "appearance": 0.71, "motion": 0.74},
        licence="Apache-2.0",
    )


def two_pathways() -> ModelCard:
    """One clip seen by two lanes, the second of which feeds the first."""
    layers = (
        _layer("slow.conv1", 8, size=56, field=7, lane="slow", depth=1, inputs=("clip",)),
        _layer("fast.conv1", 4, size=56, field=7, lane="fast", depth=1, inputs=("clip",)),
        _layer("fast.lateral0", 8, size=56, field=7, lane="fast", depth=2, inputs=("fast.conv1",)),
        _layer("slow.layer1", 8, size=56, field=9, lane="slow", depth=3, inputs=("slow.conv1", "fast.lateral0")),
        _layer("fast.layer1", 4, size=56, field=9, lane="fast", depth=2, inputs=("fast.conv1",)),
        _layer("fc", 3, size=1, field=None, lane="joint", depth=4, inputs=("slow.layer1", "fast.layer1"), kind="class"),
    )
    return ModelCard(
        name="pathways",
        title="Two pathways",
        fingerprint="0123456789abcde0",
        streams=(Stream(name="clip", kind="clip", frames=8, height=112, width=112),),
        layers=layers,
        class_layer="fc",
    )


def clip_network() -> ModelCard:
    """A network that sees a clip only, and whose layers nobody has looked at yet."""
    paths = ["blocks.0.conv", "blocks.1.conv", "blocks.2.conv"]
    layers = [
        LayerCard(
            path=path,
            kind="conv",
            units=40,
            frames=8,
            height=56 >> i,
            width=56 >> i,
            stride=2 << i,
            receptive_field=11 << i,
            receptive_frames=3 + 2 * i,
            streams=("clip",),
            lane="clip",
            depth=i + 1,
            inputs=(paths[i - 1] if i else "clip",),
        )
        for i, path in enumerate(paths)
    ]
    head = LayerCard(
        path="head",
        kind="class",
        units=4,
        frames=1,
        height=1,
        width=1,
        stride=None,
        receptive_field=None,
        receptive_frames=None,
        streams=("clip",),
        lane="clip",
        depth=4,
        inputs=(paths[-1],),
        recommended=True,
    )
    return ModelCard(
        name="clip3d",
        title="A 3D network",
        fingerprint="fedcba9876543210",
        streams=(Stream(name="clip", kind="clip", frames=8, height=112, width=112, fps=12.5),),
        layers=(*layers, head),
        class_layer="head",
        classes=CLASSES[:4],
        parameters=3_100_000,
    )


def _lane(stream: str) -> list[LayerCard]:
    names = [f"{stream}.conv{i}" for i in range(1, 6)]
    sizes, fields, units = (112, 56, 28, 14, 12), (5, 14, 32, 68, 84), (16, 24, 32, 48, 48)
    return [
        _layer(
            name,
            units[i],
            size=sizes[i],
            field=fields[i],
            lane=stream,
            depth=i + 1,
            inputs=(names[i - 1] if i else stream,),
        )
        for i, name in enumerate(names)
    ]


def _layer(
    path: str,
    units: int,
    *,
    size: int,
    field: int | None,
    lane: str,
    depth: int,
    inputs: tuple[str, ...],
    kind: str = "conv",
) -> LayerCard:
    streams = ("appearance", "motion") if lane == "joint" else (lane,)
    return LayerCard(
        path=path,
        kind=kind,
        units=units,
        frames=1,
        height=size,
        width=size,
        stride=8,
        receptive_field=field,
        receptive_frames=1 if lane == "appearance" else 10,
        streams=streams,
        lane=lane,
        depth=depth,
        inputs=inputs,
        recommended=path.endswith(("conv5", "fusion", "fc8")),
    )


def deep_network() -> ModelCard:
    """A residual network of four blocks: the second, third and fourth alike; two branches join in front of each."""
    layers = [_deep("stem", inputs=("clip",), depth=1)]
    for block in range(4):
        before, name, depth = layers[-1].path, f"stages.0.{block}", 1 + 3 * block
        layers.append(_deep(f"{name}.left.1", inputs=(before,), depth=depth + 1, join="add" if block else ""))
        layers.append(_deep(f"{name}.right", inputs=(before,), depth=depth + 1, units=8 + 8 * block))
        layers.append(_deep(f"{name}.left.2", inputs=(f"{name}.left.1",), depth=depth + 2, side=14 if block else 28))
        inputs = (f"{name}.left.2", f"{name}.right")
        layers.append(_deep(f"{name}.out", inputs=inputs, depth=depth + 3, join="concat"))
    layers.append(_deep("head", inputs=(layers[-1].path,), depth=14, side=1, kind="class", units=4, join="add"))
    return ModelCard(
        name="deep",
        title="A deep network",
        fingerprint="00aa11bb22cc33dd",
        streams=(Stream(name="clip", kind="clip", frames=8, height=112, width=112, fps=12.5),),
        layers=tuple(layers),
        class_layer="head",
        classes=CLASSES[:4],
        weights="random weights, for trials",
    )


def _deep(
    path: str,
    *,
    inputs: tuple[str, ...],
    depth: int,
    units: int = 16,
    side: int = 14,
    kind: str = "conv",
    join: str = "",
) -> LayerCard:
    return LayerCard(
        path=path,
        kind=kind,
        units=units,
        frames=4,
        height=side,
        width=side,
        stride=8,
        receptive_field=7 + 4 * depth,
        receptive_frames=2 * depth + 1,
        streams=("clip",),
        lane="clip",
        depth=depth,
        inputs=inputs,
        join=join,
        recommended=kind == "class",
    )
