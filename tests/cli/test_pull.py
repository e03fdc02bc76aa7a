import torch

from cli.__main__ import main
from tests.worker.models.test_weights import server, small
from worker.models import zoo

__all__ = ["server", "small"]


def test_pull_import_and_their_refusals(capsys, tmp_path, server):
    data = ["--data", str(tmp_path / "data")]
    assert main(["pull", "r3d_18", *data]) == 0
    assert "r3d_18 is ready: pulled from r3d_18-" in capsys.readouterr().out
    assert main(["pull", "r3d_81", *data]) == 1
    assert "Did you mean r3d_18" in capsys.readouterr().err
    server.status = 404
    assert main(["pull", "mc3_18", *data]) == 1
    assert "answers 404" in capsys.readouterr().err
    torch.save(zoo.network("s3d", seed=3).state_dict(), tmp_path / "mine.pth")
    assert main(["import", "s3d", str(tmp_path / "mine.pth"), *data]) == 0
    assert "s3d is ready: imported from mine.pth" in capsys.readouterr().out
    assert main(["import", "s3d", str(tmp_path / "nowhere.pth"), *data]) == 1
    assert "No such file" in capsys.readouterr().err
