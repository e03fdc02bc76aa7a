import numpy as np
import pytest

from worker.demo.faces import grooming
from worker.demo.palette import backdrop
from worker.demo.sheet import Placement, Sheet

STILL = 5


def frames(care, *, hard=False, freeze=False, seed=2):
    scene = grooming(np.random.default_rng(seed), care, hard=hard, still_frame=STILL)
    masks, pictures = {}, []
    for frame in range(11):
        sheet = Sheet(backdrop(np.random.default_rng(0), 96), Placement(40, 0.0, 48, 48), masks)
        scene.draw(sheet, frame, freeze_eyes=freeze)
        pictures.append(sheet.frame().astype(int))
    return np.stack(pictures), masks


def changes(pictures):
    """Where anything ever changes, (height, width)."""
    return np.abs(np.diff(pictures, axis=0)).max((0, 3)) > 8


def test_only_the_eyes_tell_lipstick_from_eye_make_up():
    lipstick, masks = frames("lipstick")
    make_up, _ = frames("eye make-up")
    assert np.array_equal(lipstick[STILL], make_up[STILL])
    differs = np.abs(lipstick - make_up).max((0, 3)) > 8
    assert differs.any()
    rows, columns = np.nonzero(differs)
    eyes = np.argwhere(masks["eyes"])
    assert rows.min() >= eyes[:, 0].min() - 1
    assert rows.max() <= eyes[:, 0].max() + 1
    assert columns.min() >= eyes[:, 1].min() - 1
    assert columns.max() <= eyes[:, 1].max() + 1


def test_with_frozen_eyes_nothing_tells_them_apart():
    assert np.array_equal(frames("lipstick", freeze=True)[0], frames("eye make-up")[0])


def test_brush_and_razor_move_alike_and_look_different():
    scenes = [grooming(np.random.default_rng(3), care, hard=False, still_frame=STILL) for care in ("brush", "shave")]
    assert scenes[0].hand == scenes[1].hand
    assert scenes[0].tip == scenes[1].tip
    assert not np.array_equal(frames("brush")[0][STILL], frames("shave")[0][STILL])


def test_in_the_hard_split_tools_lie_between_brush_and_razor():
    easy, hard = (
        np.abs(frames("brush", hard=hard)[0][STILL] - frames("shave", hard=hard)[0][STILL]).mean()
        for hard in (False, True)
    )
    assert hard < 0.8 * easy


@pytest.mark.parametrize("care", ["brush", "shave", "eye make-up", "lipstick"])
def test_hair_and_ears_never_move(care):
    pictures, masks = frames(care)
    still = masks["ears"] & ~masks["hand"] & ~masks["tool"]
    assert not (changes(pictures) & still).any()
