from __future__ import annotations

import io

import numpy as np
from PIL import Image
from redis import Redis

from backend.app import PICTURES
from benchmarks.large_layer import LAYER, plant
from contract.catalogue import ModelCard
from contract.spec import Parameters, VisualizationRequest, bind
from contract.store import Store
from contract.variants import apply


def test_every_unit_is_computed_and_its_pictures_read(tmp_path, picture_server: Redis):
    card = ModelCard.model_validate_json(plant(tmp_path, units=30).read_text())
    assert card.layer(LAYER).units == 30
    store = Store(picture_server, tmp_path / PICTURES)
    assert len(store.filed()) == 60
    for unit, variant in ((0, "slow"), (29, "fast")):
        parameters = apply(variant, Parameters())
        request = VisualizationRequest(model=card.name, layer=LAYER, unit=unit, parameters=parameters)
        result = store.results([bind(request, card.fingerprint).id])[bind(request, card.fingerprint).id]
        for picture in result.streams:
            strip = np.asarray(Image.open(io.BytesIO(store.media(result.id, picture.strip) or b"")))
            assert strip.shape == (picture.height, picture.frames * picture.width, 3)
            assert strip.std() > 1
