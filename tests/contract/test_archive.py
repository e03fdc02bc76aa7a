import pytest

from contract.ablation import Ablation, AblationSpec, Outcome
from contract.archive import Archive
from contract.errors import NoFindings
from contract.findings import ClassMap, OptimaFindings, Overview, SurveyedClip, Tuning, UnitFindings
from contract.pyramid import Pyramid, Tubes

TUNING = Tuning(speeds=(0.0, 10.0), response=(1.0, 0.5), invariance=0.75)
CARD = "0123456789abcdef"


def unit(number: int, maximum: float = 1.0) -> UnitFindings:
    return UnitFindings(unit=number, maximum=maximum, selectivity=0.5, profile=(1.0,), contribution=(0.1,))


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path, CARD)


def test_nothing_was_found_before_anybody_looked(archive):
    assert archive.overview() is None
    for ask in (archive.clips, archive.maps, archive.pairs, lambda: archive.units("conv1"), lambda: archive.clip("a")):
        with pytest.raises(NoFindings, match="kinetoscope analyse"):
            ask()
    assert archive.media("a", "b.webp") is None


def test_what_was_put_is_found_again(archive):
    clip = SurveyedClip(id="a1", name="a.mp4", label=None, predicted=2)
    archive.put_clip(clip, {"clip.webp": b"picture"})
    archive.put_clips([clip])
    archive.put_layer("motion.conv3_1", [unit(0), unit(1, 7.0)])
    archive.put_maps([ClassMap(label=1, energy=((1.0,),), saliency=((0.5,),))])
    overview = Overview(
        fingerprint="f", source="s", present=(), clips=(), total=1, right=0, labelled=0, layers=(), classes=()
    )
    archive.put_overview(overview)
    assert archive.clip("a1") == clip
    assert archive.clips() == {"a1": clip}
    assert archive.media("a1", "clip.webp") == b"picture"
    assert archive.unit("motion.conv3_1", 1).maximum == 7
    assert [each.unit for each in archive.units("motion.conv3_1")] == [0, 1]
    assert archive.maps()[0].label == 1
    assert archive.overview() == overview
    assert archive.optima() == {}
    figures = {"invariance": 0.5, "control": None, "likeness": None, "likeness_control": None}
    optima = OptimaFindings(layer="motion.conv3_1", units={4: TUNING}, **figures)
    archive.put_optima(optima)
    assert archive.optima() == {"motion.conv3_1": optima}


def test_a_layer_that_is_analysed_again_is_read_again(archive):
    import os

    archive.put_layer("fc6", [unit(0, 1.0)])
    assert archive.unit("fc6", 0).maximum == 1
    archive.put_layer("fc6", [unit(0, 2.0)])
    os.utime(archive.folder / "layers" / "fc6.jsonl", (1, 1))
    assert archive.unit("fc6", 0).maximum == 2


@pytest.mark.parametrize("name", ["..", "../secret", "a/b", "", ".hidden"])
def test_no_name_leads_out_of_the_folder(archive, name):
    (archive.folder.parent / "secret").parent.mkdir(parents=True, exist_ok=True)
    (archive.folder.parent / "secret").write_bytes(b"x")
    archive.put_clips([])
    assert archive.media(name, "clips.json") is None
    assert archive.media("..", name) is None
    with pytest.raises(NoFindings):
        archive.units(name)


def test_findings_of_another_version_count_as_none(archive):
    archive.put_clips([])
    for name in ("overview.json", "maps.json", "pairs.json"):
        (archive.folder / name).write_text('[{"a": 1}]')
    assert archive.overview() is None
    for ask in (archive.maps, archive.pairs):
        with pytest.raises(NoFindings):
            ask()


def test_pyramids_are_listed_and_a_file_is_copied(tmp_path):
    archive = Archive(tmp_path, "ab" * 8)
    assert archive.pyramid_ids() == []
    archive.put_file(f"pyramids/{'c' * 32}.json", b"{}")
    archive.put_file(f"pyramids/{'c' * 32}-tubes.json", b"{}")
    assert archive.pyramid_ids() == ["c" * 32]


def pyramid(clip):
    ends = {"label": 0, "predicted": 0, "rival": None, "score": 1.0, "bias": 0.0, "rows": (), "edges": (), "biases": ()}
    return Pyramid(model="tiny", fingerprint=CARD, clip=clip, **ends)


def ablation(clip):
    said = Outcome(scores=(1.0,), probabilities=(1.0,))
    spec = AblationSpec(clip=clip, silent=(), model="tiny", fingerprint=CARD)
    return Ablation(spec=spec, intact=said, without=said, random=None, draws=0)


def test_what_was_made_of_all_clips_of_a_class_is_forgotten_and_nothing_else(archive):
    names = {"a" * 32: "class-3", "b" * 32: "drawn-3", "c" * 32: "0123456789abcdef", "d" * 32: "class-12"}
    for identity, clip in names.items():
        archive.put_pyramid(identity, pyramid(clip), Tubes(tubes=()))
        archive.put_ablation(identity, ablation(clip))
    archive.put_file(f"pyramids/{'e' * 32}.json", b"{}")
    archive.forget_classes()
    kept = ["b" * 32, "c" * 32]
    assert archive.pyramid_ids() == [*kept, "e" * 32]
    assert [identity for identity in names if archive.ablation(identity)] == kept
    assert sorted(path.name for path in (archive.folder / "pyramids").glob("*-tubes.json")) == [
        f"{identity}-tubes.json" for identity in kept
    ]


def test_what_is_made_of_a_brought_clip_lies_beside_it(tmp_path):
    clip, known = "ab" * 16, "0123456789abcdef"
    assert Archive.of("drawn-3", tmp_path, known).folder == Archive(tmp_path, known).folder
    for name in (clip, f"{clip}-1500"):
        assert Archive.of(name, tmp_path, known).folder == tmp_path / "clips" / clip / known
