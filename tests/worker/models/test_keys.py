import pytest
import torch

from contract.errors import ModelProblem
from worker.models import keys

WANTED = {
    "patch_embed.proj.weight": torch.zeros(8, 3, 2, 4, 4),
    "features.0.1.attn.qkv.weight": torch.zeros(24, 8),
    "features.0.1.mlp.0.weight": torch.zeros(32, 8),
    "features.0.1.mlp.3.weight": torch.zeros(8, 32),
    "features.0.1.attn.relative_position_index": torch.zeros(4, 4, dtype=torch.long),
    "features.3.reduction.weight": torch.zeros(16, 32),
    "head.weight": torch.zeros(5, 8),
}


def like(names):
    return {theirs: torch.randn(WANTED[ours].shape) for theirs, ours in names.items()}


@pytest.mark.parametrize("prefix", ["", "module.", "module.model."])
def test_prefixes_of_wrappers_are_taken_off(prefix):
    found = like({prefix + name: name for name in WANTED})
    fitted = keys.fit(found, WANTED)
    assert fitted.keys() == WANTED.keys()
    assert torch.equal(fitted["head.weight"], found[prefix + "head.weight"])


def test_the_names_of_the_authors_of_video_swin():
    found = like(
        {
            "backbone.patch_embed.proj.weight": "patch_embed.proj.weight",
            "backbone.layers.0.blocks.1.attn.qkv.weight": "features.0.1.attn.qkv.weight",
            "backbone.layers.0.blocks.1.mlp.fc1.weight": "features.0.1.mlp.0.weight",
            "backbone.layers.0.blocks.1.mlp.fc2.weight": "features.0.1.mlp.3.weight",
            "backbone.layers.1.downsample.reduction.weight": "features.3.reduction.weight",
            "cls_head.fc_cls.weight": "head.weight",
        }
    )
    fitted = keys.fit(found, WANTED, [keys.CONVNEXT, keys.VIDEO_SWIN])
    assert torch.equal(fitted["features.3.reduction.weight"], found["backbone.layers.1.downsample.reduction.weight"])
    assert torch.equal(fitted["head.weight"], found["cls_head.fc_cls.weight"])


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        (
            "convnext_tiny",
            {
                "downsample_layers.0.0.weight": "features.0.0.weight",
                "downsample_layers.2.1.weight": "features.4.1.weight",
                "stages.2.7.dwconv.weight": "features.5.7.block.0.weight",
                "stages.2.7.norm.bias": "features.5.7.block.2.bias",
                "stages.0.1.pwconv2.weight": "features.1.1.block.5.weight",
                "stages.0.1.gamma": "features.1.1.layer_scale",
                "norm.weight": "classifier.0.weight",
                "head.bias": "classifier.2.bias",
            },
        ),
        (
            "vit_b_16",
            {
                "patch_embed.proj.weight": "conv_proj.weight",
                "cls_token": "class_token",
                "pos_embed": "encoder.pos_embedding",
                "blocks.11.attn.qkv.weight": "encoder.layers.encoder_layer_11.self_attention.in_proj_weight",
                "blocks.3.attn.proj.bias": "encoder.layers.encoder_layer_3.self_attention.out_proj.bias",
                "blocks.3.mlp.fc2.weight": "encoder.layers.encoder_layer_3.mlp.3.weight",
                "blocks.3.norm2.weight": "encoder.layers.encoder_layer_3.ln_2.weight",
                "norm.weight": "encoder.ln.weight",
                "head.weight": "heads.head.weight",
            },
        ),
    ],
)
def test_the_tables_lead_to_names_of_the_network(name, theirs):
    from worker.models import zoo

    wanted = zoo.network(name).state_dict()
    table = {"convnext_tiny": keys.CONVNEXT, "vit_b_16": keys.VIT}[name]
    renamed = keys._renamed({key: torch.zeros(()) for key in theirs}, table)
    assert list(renamed) == list(theirs.values())
    assert renamed.keys() <= wanted.keys()


def test_unknown_missing_and_misshapen_weights_are_named():
    found = like({name: name for name in WANTED})
    with pytest.raises(ModelProblem, match=r"'heat.weight'; the nearest of the network is 'head.weight'"):
        keys.fit({**{k: v for k, v in found.items() if k != "head.weight"}, "heat.weight": torch.zeros(5, 8)}, WANTED)
    with pytest.raises(ModelProblem, match=r"not in the file, the first 'head.weight'"):
        keys.fit({k: v for k, v in found.items() if k != "head.weight"}, WANTED)
    with pytest.raises(ModelProblem, match=r"head.weight has shape \(101, 8\).*network's is \(5, 8\)"):
        keys.fit({**found, "head.weight": torch.zeros(101, 8)}, WANTED)
