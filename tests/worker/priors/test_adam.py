"""Adam against torch's own, and slots that do not know each other."""

import torch

from worker.priors.adam import Adam


def gradients(count=6):
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(2, 3, generator=generator) for _ in range(count)]


def test_the_steps_are_those_of_torch():
    ours, theirs = torch.zeros(2, 3), torch.zeros(2, 3, requires_grad=True)
    adam, reference = Adam(ours, rate=0.1), torch.optim.Adam([theirs], lr=0.1, maximize=True)
    for gradient in gradients():
        ours = ours + adam.step(gradient, torch.ones(2))
        theirs.grad = gradient.clone()
        reference.step()
    assert torch.allclose(ours, theirs, atol=1e-6)


def test_a_slot_that_begins_anew_takes_its_first_step_again():
    adam = Adam(torch.zeros(2, 3), rate=0.1)
    steps = [adam.step(gradient, torch.ones(2)) for gradient in gradients(3)]
    adam.begin(1)
    again = adam.step(gradients(1)[0], torch.ones(2))
    assert torch.allclose(again[1], steps[0][1])
    assert not torch.allclose(again[0], steps[0][0])


def test_looking_ahead_gives_the_newest_gradient_more_weight():
    plain, ahead = Adam(torch.zeros(1, 1), rate=1.0), Adam(torch.zeros(1, 1), rate=1.0, nesterov=True)
    for value in (1.0, 1.0, -1.0):
        steps = [adam.step(torch.full((1, 1), value), torch.ones(1)) for adam in (plain, ahead)]
    assert float(steps[1]) < float(steps[0])


def test_a_rate_of_nothing_moves_nothing():
    adam = Adam(torch.zeros(2, 3), rate=0.1)
    assert not adam.step(gradients(1)[0], torch.tensor([0.0, 1.0]))[0].any()
