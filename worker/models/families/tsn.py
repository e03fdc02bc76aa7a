"""Temporal segment networks (Wang et al., ECCV 2016): three segments of one clip, scores averaged over them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from torch import nn

from contract.catalogue import Stream
from worker.models import labels
from worker.models.families.bn_inception import CAFFE, BNInception
from worker.models.families.inception_v3 import InceptionV3, caffe_names
from worker.models.families.late_fusion import LateFusion
from worker.models.known import Known
from worker.models.sheet import Sheet

SEGMENTS, FLOWS = 3, 5
"""Segments, and flow fields of each."""

PAPER = "Wang et al.: Temporal segment networks: towards good practices for deep action recognition, ECCV 2016."


def network(backbone: Callable[..., nn.Module], classes: int = 400) -> LateFusion:
    """Both streams, weighted 1 : 1 as for the Kinetics results."""
    return LateFusion(backbone(3, classes), backbone(2, classes, frames=FLOWS, step=FLOWS), classes)


def sheet(title: str, side: int, top1: float, top5: float) -> Sheet:
    """The card of the Kinetics weights, by the authors' page."""
    size = {"height": side, "width": side, "span": 1.0, "segments": SEGMENTS}
    return Sheet(
        title=f"{title} on Kinetics-400",
        description="Three segments of a clip: a frame and five flow fields (TV-L1, +-20 pixels) of each. Accuracy of "
        "both streams 1 : 1 over 25 snippets, by the authors' page.",
        streams=(
            Stream(name="appearance", kind="clip", frames=SEGMENTS, fps=25.0 / FLOWS, order="BGR",
                   mean=(104.0, 117.0, 123.0), **size),
            Stream(name="motion", kind="motion", frames=SEGMENTS * FLOWS, mean=(0.0, 0.0), std=(1.0, 1.0), **size),
        ),
        classes=labels.find("kinetics400", folder=labels.FOLDER),
        citation=PAPER,
        licence="code: BSD-2-Clause (temporal-segment-networks); weights: not stated",
        accuracy={"acc@1": top1, "acc@5": top5},
    )  # fmt: skip


KNOWN = {
    "tsn_bn_inception": Known(
        title="TSN BN-Inception",
        build=partial(network, BNInception),
        sheet=partial(sheet, "TSN BN-Inception", 224, 0.739, 0.911),
        source="the Caffe files of yjxiong/temporal-segment-networks or its Kinetics page, RGB and flow, one file each",
        tables=(CAFFE,),
        parts=("appearance", "motion"),
    ),
    "tsn_inception_v3": Known(
        title="TSN Inception-v3",
        build=partial(network, partial(InceptionV3, first=True)),
        sheet=partial(sheet, "TSN Inception-v3", 299, 0.766, 0.924),
        source="the Caffe files of TSN's Kinetics page, RGB and flow, one file each",
        tables=(caffe_names(),),
        parts=("appearance", "motion"),
    ),
}
