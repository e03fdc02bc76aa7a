import pytest
from fastapi.testclient import TestClient

from contract.archive import Archive
from contract.findings import (
    ClassFindings,
    ClassMap,
    Contrast,
    Example,
    LayerSummary,
    OptimaFindings,
    Overview,
    PairFindings,
    SurveyedClip,
    UnitFindings,
)
from contract.settings import Settings
from tests.backend.conftest import Crew
from tests.backend.exports.conftest import MEDIA, result
from tests.fakes import CARD

URL = "/api/v1/models/tiny/findings"


def unit(number: int, given: float = 0.0) -> UnitFindings:
    example = Example(clip="a1", group="top", activation=2.0, box=None, moment=0.5, trace=(1.0, 2.0))
    return UnitFindings(
        unit=number, maximum=2, selectivity=0.4, profile=(1.0, 2.0), contribution=(given, 0.0), examples=(example,)
    )


@pytest.fixture
def archive(settings: Settings) -> Archive:
    archive = Archive(settings.data, CARD.fingerprint)
    clip = SurveyedClip(id="a1", name="cello.mp4", label=0, predicted=2)
    archive.put_clip(clip, {"motion.webp": b"strip"})
    archive.put_clips([clip])
    for layer in CARD.layers:
        archive.put_layer(layer.path, [unit(number, given=float(number % 3 - 1)) for number in range(layer.units)])
    given = {"margin": 0.5, "layer": "motion.conv3_1", "all_first": 1.0, "all_second": 0.5, "rest": 0.0}
    archive.put_contrasts([Contrast(clip="a1", first=2, second=0, for_first=(), for_second=(), **given)])
    map = ClassMap(label=0, energy=((1.0,),), saliency=((1.0,),))
    archive.put_maps([map])
    shape = {"shared": (), "for_first": (), "for_second": ()}
    archive.put_pairs([PairFindings(first=0, second=2, confused=3, clips=4, layer="motion.conv3_1", **shape)])
    archive.put_overview(
        Overview(
            fingerprint=CARD.fingerprint,
            source="a folder",
            present=(0, 2),
            clips=(1, 1),
            total=2,
            right=1,
            labelled=2,
            layers=(LayerSummary(path="conv1", depth=1, lane="joint"),),
            classes=(
                ClassFindings(label=0, clips=1, right=0, confused=((2, 1),)),
                ClassFindings(label=2, clips=1, right=1),
            ),
        )
    )
    return archive


def test_a_model_that_was_not_analysed_says_so(client: TestClient) -> None:
    assert client.get(URL).json() == {"overview": None}
    assert client.get(f"{URL}/clips").json()["items"] == []
    for path in ("/layers/conv1", "/layers/conv1/units/0", "/classes/0", "/pairs/0/1"):
        answer = client.get(URL + path)
        assert answer.status_code == 404
        assert answer.json()["title"] == "Not analysed"
        assert "kinetoscope analyse" in answer.json()["detail"]


@pytest.mark.usefixtures("archive")
def test_a_unit_comes_with_the_clips_that_it_names(client: TestClient) -> None:
    assert client.get(URL).json()["overview"]["source"] == "a folder"
    body = client.get(f"{URL}/layers/conv1/units/3").json()
    assert body["findings"]["unit"] == 3
    assert body["clips"]["a1"]["name"] == "cello.mp4"
    assert body["present"] == [0, 2]
    assert client.get(f"{URL}/clips").json()["total"] == 1


@pytest.mark.usefixtures("archive")
def test_a_clip_says_why_it_is_taken_for_what_it_is(client: TestClient) -> None:
    body = client.get(f"{URL}/clips/a1").json()
    assert (body["clip"]["name"], body["contrast"]["first"], body["contrast"]["second"]) == ("cello.mp4", 2, 0)
    for path in ("0/2", "2/0"):
        assert client.get(f"{URL}/pairs/{path}/clips").json()["items"] == [body]
    assert client.get(f"{URL}/pairs/0/1/clips").json() == {"items": [], "total": 0, "next": None}
    unknown = client.get(f"{URL}/clips/b2")
    assert (unknown.status_code, unknown.json()["title"]) == (404, "Unknown clip")
    assert client.get(f"{URL}/pairs/0/9/clips").status_code == 404


def test_what_optima_say_is_listed_by_layer(client: TestClient, archive: Archive) -> None:
    assert client.get(f"{URL}/optima").json()["items"] == []
    figures = {"invariance": 0.5, "control": 0.3, "likeness": None, "likeness_control": None}
    archive.put_optima(OptimaFindings(layer="conv1", units={}, **figures))
    assert client.get(f"{URL}/optima").json()["items"][0]["control"] == 0.3


@pytest.mark.usefixtures("archive")
def test_a_layer_is_listed_in_short(client: TestClient) -> None:
    body = client.get(f"{URL}/layers/motion.conv3_1").json()
    assert body["total"] == 64
    assert body["items"][5]["selectivity"] == 0.4
    assert body["items"][5]["examples"] == []


@pytest.mark.usefixtures("archive")
def test_a_class_has_its_units_by_share(client: TestClient) -> None:
    body = client.get(f"{URL}/classes/0").json()
    assert body["findings"]["confused"] == [[2, 1]]
    assert body["map"]["label"] == 0
    assert all(each["unit"] % 3 == 2 for each in body["units"]), "only what gives something"
    assert body["units"][0]["layer"] == "motion.conv3_1", "the last layer before the classes"
    assert body["units"][0]["weight"] == pytest.approx(1 / 21)
    nothing = client.get(f"{URL}/classes/1").json()
    assert (nothing["findings"], nothing["map"], nothing["units"]) == (None, None, [])


@pytest.mark.usefixtures("archive")
def test_a_pair_is_found_either_way_round(client: TestClient) -> None:
    for path in ("0/2", "2/0"):
        assert client.get(f"{URL}/pairs/{path}").json()["findings"]["confused"] == 3
    assert client.get(f"{URL}/pairs/2/0").json()["second"]["label"] == 0
    assert client.get(f"{URL}/pairs/0/1").json()["findings"] is None


def test_two_classes_that_were_not_looked_into_are_compared_by_their_units(
    client: TestClient, archive: Archive
) -> None:
    archive.put_pairs([])
    found = client.get(f"{URL}/pairs/2/0").json()["findings"]
    assert (found["first"], found["second"], found["confused"], found["clips"]) == (2, 0, 1, 2)
    assert found["ablations"] == []
    assert all(each["unit"] % 3 == 2 for each in found["for_second"]), "what gives to the second and not to the first"
    assert all(each["unit"] % 3 == 0 for each in found["for_first"])
    assert len(found["for_first"]) == len(found["for_second"]) == 8
    assert found["shared"] == []


@pytest.mark.usefixtures("archive")
def test_pictures_of_clips(client: TestClient) -> None:
    answer = client.get(f"{URL}/clips/a1/motion.webp")
    assert (answer.content, answer.headers["content-type"]) == (b"strip", "image/webp")
    for path in ("a1/nothing.webp", "a1/clip.json", "b2/motion.webp", "..%2Fa1/motion.webp"):
        assert client.get(f"{URL}/clips/{path}").status_code == 404


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/layers/conv2", "Did you mean conv1"),
        ("/layers/conv1/units/8", "numbered 0 to 7"),
        ("/classes/3", "numbered 0 to 2"),
        ("/pairs/0/9", "numbered 0 to 2"),
    ],
)
def test_mistakes_are_answered_in_words(client: TestClient, path: str, words: str) -> None:
    answer = client.get(URL + path)
    assert answer.status_code == 404
    assert words in answer.json()["detail"]


def test_all_of_it_is_one_pdf(client: TestClient, archive: Archive, crew: Crew) -> None:
    answer = client.get(f"{URL}/summary.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="tiny-findings.pdf"'
    assert answer.content.count(b"/Type /Page /Parent") == 3
    made = result(1, chi=10.0)
    crew.services.store.put(made, MEDIA)
    assert client.get(f"{URL}/summary.pdf").content.count(b"/Type /Page /Parent") == 4, "and pictures, where there are"


def test_without_findings_there_is_no_pdf(client: TestClient) -> None:
    assert client.get(f"{URL}/summary.pdf").status_code == 404
