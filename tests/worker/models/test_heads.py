"""Heads are told from whatever else a linear map may read, and are what silencing a head's values says they are."""

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional

from contract.catalogue import Stream
from worker import calibrate
from worker.models import facts, heads, subgraph
from worker.models.fingerprint import fingerprint
from worker.models.until import Until

CLIP = Stream(name="clip", kind="clip", frames=4, height=4, width=4)
COUNT, WIDTH = 3, 4


class Attention(nn.Module):
    """Frames are tokens. how: in which way the attention is written down."""

    def __init__(self, how):
        super().__init__()
        torch.manual_seed(0)
        self.how, self.embed = how, nn.Conv3d(3, COUNT * WIDTH, (1, 4, 4))
        self.qkv, self.proj = (nn.Linear(COUNT * WIDTH, n * COUNT * WIDTH, bias=False) for n in (3, 1))
        self.after = nn.Linear(COUNT * WIDTH, 2)

    def forward(self, clip):
        x = self.embed(clip).flatten(2).transpose(1, 2)
        n, tokens, _ = x.shape
        q, k, v = self.qkv(x).view(n, tokens, 3, COUNT, WIDTH).permute(2, 0, 3, 1, 4)
        return self.after(getattr(self, self.how)(q, k, v, n, tokens))

    def plain(self, q, k, v, n, tokens):
        weights = functional.dropout((q @ k.transpose(-2, -1)).softmax(-1), 0.1, self.training)
        return self.proj((weights @ v).transpose(1, 2).reshape(n, tokens, -1))

    def fused(self, q, k, v, n, tokens):
        mixed = functional.scaled_dot_product_attention(q, k, v)
        mixed = mixed + 0.1 * q  # as MViT's pooled shortcut
        return self.proj(mixed.transpose(1, 2).contiguous().view(n, tokens, -1))

    def folded(self, q, k, v, n, tokens):
        q, k, v = (part.flatten(0, 1) for part in (q, k, v))
        mixed = torch.bmm(torch.bmm(q, k.transpose(1, 2)).softmax(-1), v)
        return self.proj(mixed.view(n, COUNT, tokens, WIDTH).transpose(1, 2).flatten(2))

    def borrowed(self, q, k, v, n, tokens):
        mixed = (q @ k.transpose(-2, -1)).softmax(-1) @ v
        return functional.linear(mixed.transpose(1, 2).flatten(2), self.proj.weight)

    def interleaved(self, q, k, v, n, tokens):
        mixed = (q @ k.transpose(-2, -1)).softmax(-1) @ v
        return self.proj(mixed.permute(0, 2, 3, 1).flatten(2))

    def no_attention(self, q, k, v, n, tokens):
        return self.proj((q @ k.transpose(-2, -1) @ v).transpose(1, 2).flatten(2))


WRITTEN = ["plain", "fused", "folded", "borrowed"]


def listed(how):
    module = Attention(how).eval().requires_grad_(False)
    cards, _ = facts.layers(module, (CLIP,))
    return module, cards


@pytest.mark.parametrize("how", WRITTEN)
def test_heads_are_listed_before_the_map_that_reads_them(how):
    _, cards = listed(how)
    by_path = {card.path: card for card in cards}
    found = by_path["proj.heads"]
    assert (found.kind, found.units, found.frames, found.inputs) == ("heads", COUNT, 4, ("qkv",))
    assert ("proj" in by_path) == (how != "borrowed")
    assert by_path["after"].inputs == (("proj.heads",) if how == "borrowed" else ("proj",))
    assert not found.recommended


@pytest.mark.parametrize("how", ["interleaved", "no_attention"])
def test_what_is_not_slices_of_heads_is_not_listed(how):
    assert [card.kind for card in listed(how)[1]] == ["conv", "linear", "linear", "class"]


def test_attention_that_cannot_be_watched_is_not_listed():
    class Closed(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed, self.attention = nn.Conv3d(3, 8, (1, 4, 4)), nn.MultiheadAttention(8, 2, batch_first=True)

        def forward(self, clip):
            x = self.embed(clip).flatten(2).transpose(1, 2)
            return self.attention(x, x, x)[0]

    assert [card.path for card in facts.layers(Closed().eval(), (CLIP,))[0]] == ["embed"]


@pytest.mark.parametrize("how", WRITTEN)
def test_a_head_whose_values_are_zero_is_silent_and_the_others_do_not_change(how):
    module, cards = listed(how)
    if how == "fused":  # whose heads read the query, too
        module.fused = lambda q, k, v, n, tokens: Attention.fused(module, q, k, v, n, tokens)
    clip = torch.randn(2, 3, 4, 4, 4)
    heads.attach(module, cards)
    before = Until(module, "proj.heads")(clip)
    part = slice(2 * COUNT * WIDTH + WIDTH, 2 * COUNT * WIDTH + 2 * WIDTH)
    if how == "fused":
        module.qkv.weight[WIDTH : 2 * WIDTH] = 0
    module.qkv.weight[part] = 0
    after = Until(module, "proj.heads")(clip)
    assert before.shape == (2, 4, COUNT)
    assert (before > 1e-3).all()
    assert (after[..., 1] < 1e-5).all()
    assert torch.allclose(after[..., [0, 2]], before[..., [0, 2]])


@pytest.mark.parametrize("how", WRITTEN)
def test_the_network_is_the_same_and_heads_follow_its_copies(how):
    module, cards = listed(how)
    clip = torch.randn(1, 3, 4, 4, 4)
    output, identity = module(clip), fingerprint(module, (CLIP,))
    heads.attach(module, cards)
    heads.attach(module, cards)
    assert fingerprint(module, (CLIP,)) == identity
    twin = copy.deepcopy(module)
    twin.qkv.weight.mul_(2)
    with calibrate.capture(twin, ["proj.heads", "after"]) as ours, calibrate.capture(module, ["proj.heads"]) as theirs:
        twin(clip)
        assert "proj.heads" not in theirs
        assert torch.equal(module(clip), output)
    assert not torch.allclose(ours["proj.heads"], theirs["proj.heads"])
    ours.clear()
    twin(clip)
    assert not ours
    x = clip.clone().requires_grad_()
    (slope,) = torch.autograd.grad(Until(module, "proj.heads")(x)[0, 2, 1], x)
    assert slope.any()
    assert subgraph.read(module, [clip], "proj.heads") is None, "a norm is no call that a cone ends with"


def test_a_forward_pass_that_fails_leaves_nobody_listening():
    module, cards = listed("plain")
    heads.attach(module, cards)
    with calibrate.capture(module, ["proj.heads"]) as outputs:
        with pytest.raises(RuntimeError):
            module(torch.randn(1, 3, 4, 9, 4, 4))
        outputs.clear()
        functional.linear(torch.ones(1, COUNT * WIDTH), module.proj.weight)
    assert not outputs
