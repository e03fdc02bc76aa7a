import torch

from worker.demo.augmentation import FAINTEST, Noise, augment, fade, shake


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_a_mirrored_clip_moves_the_other_way_and_an_unmirrored_one_does_not():
    appearance = torch.zeros(2, 3, 16, 16)
    motion = torch.zeros(2, 20, 16, 16)
    motion[:, 0::2] = 1.0
    motion[:, 1::2] = 2.0
    _, changed = augment(appearance, motion, generator())
    assert (changed[0, 0::2] == -1).all()
    assert (changed[1, 0::2] == 1).all()
    assert (changed[:, 1::2] == 2).all()


def test_appearance_and_motion_are_shifted_together():
    appearance = torch.zeros(2, 3, 32, 32)
    motion = torch.zeros(2, 20, 32, 32)
    appearance[:, :, 16, 10] = 1.0
    motion[:, 1, 16, 10] = 1.0
    a, m = augment(appearance, motion, generator(3))
    assert torch.equal(torch.nonzero(a[:, 0])[:, 1:], torch.nonzero(m[:, 1])[:, 1:])
    assert not torch.equal(torch.nonzero(a[1, 0])[0], torch.tensor([16, 10]))


def test_fading_multiplies_by_the_factor_it_reports():
    x = torch.ones(64, 3, 4, 4)
    faint, factor = fade(x, generator())
    assert torch.allclose(faint[:, 0, 0, 0], factor)
    assert factor.min() >= FAINTEST
    assert factor.max() <= 1
    assert factor.min() < 0.3


def test_a_shaken_camera_moves_every_pixel_alike_and_half_of_the_clips_stand_still():
    motion = torch.randn(40, 20, 6, 6, generator=generator(5))
    moved, strength = shake(motion, generator())
    added = moved - motion
    assert torch.allclose(added, added[:, :, :1, :1].expand_as(added), atol=1e-5)
    still = strength == 0
    assert 8 < still.sum() < 32
    assert (added[still] == 0).all()
    assert (added[~still].flatten(1).abs().amax(1) > 0).all()


def test_noise_keeps_to_its_strength_and_differs_between_calls():
    drawn = generator()
    noise = Noise(torch.Size((8, 3, 64, 64)), 0.5, drawn)
    x = torch.zeros(8, 3, 64, 64, dtype=torch.bfloat16)
    factor = torch.linspace(0, 1, 8)
    one, other = (noise.add(x, factor, drawn).float() for _ in range(2))
    assert one[0].abs().max() == 0
    assert one.flatten(1).std(1).max() < 0.55
    assert not torch.equal(one, other)
