from kinetoscope import shapes


def test_what_a_newer_server_says_more_is_kept_and_does_no_harm() -> None:
    raw = {"id": "a", "url": "/x", "state": "running", "tomorrow": 1,
           "progress": {"step": 2, "steps": 8, "activation": None, "eta_s": 1.5, "preview": "/p"}}  # fmt: skip
    run = shapes.run(raw)
    assert run.raw["tomorrow"] == 1
    assert (run.progress.step, run.progress.eta_s, run.result, run.inputs) == (2, 1.5, None, ())


def test_lists_become_tuples_so_that_shapes_can_be_kept_in_sets() -> None:
    model = shapes.model({"name": "m", "title": "M", "fingerprint": "f", "classes": ["a"], "layers": [
        {"path": "l", "kind": "conv", "units": 2, "frames": 1, "height": 1, "width": 1,
         "streams": ["s"]}]})  # fmt: skip
    assert len({model, model}) == 1
    assert model.layers[0].streams == ("s",)
