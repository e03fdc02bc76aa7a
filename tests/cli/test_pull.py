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
    tuned = zoo.network("s3d", seed=3)
    tuned[-1] = torch.nn.Linear(4, 2)
    torch.save(tuned.state_dict(), tmp_path / "tuned.pth")
    (tmp_path / "names.txt").write_text("yes\nno\n")
    assert main(["import", "s3d", str(tmp_path / "tuned.pth"), *data]) == 0
    assert "--labels" in capsys.readouterr().out
    assert main(["import", "s3d", str(tmp_path / "tuned.pth"), "--labels", str(tmp_path / "names.txt"), *data]) == 0
    assert capsys.readouterr().out.endswith("fine-tuned, 2 classes.\n")
    assert main(["import", "s3d", str(tmp_path / "tuned.pth"), "--labels", "ucf10", *data]) == 1
    assert "Did you mean ucf101" in capsys.readouterr().err
    assert main(["import", "s3d", str(tmp_path / "nowhere.pth"), *data]) == 1
    assert "No such file" in capsys.readouterr().err
