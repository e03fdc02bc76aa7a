import pytest
import torch

from worker.replay import Replayed


class Square:
    """An execution of which everything is known: unit k is k times the sum of squares of the first input."""

    kind = "cone"

    def __init__(self):
        self.runs = 0

    def cells(self, inputs, units):
        self.runs += 1
        return units * inputs[0].square().flatten(1).sum(1, keepdim=True)


def recorder(made):
    """Records as a graph does: the function is run with the examples, later calls do not reach it as Python."""

    def record(run, examples):
        made.append([tuple(x.shape) for x in examples])
        assert all(x.is_leaf for x in examples)
        run(*examples)
        return lambda units, *inputs: units * inputs[0].square().flatten(1).sum(1, keepdim=True)

    return record


@pytest.fixture
def x():
    return torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0)).requires_grad_()


def test_it_is_recorded_once_for_a_shape_and_gives_value_and_gradient(x):
    plain, made = Square(), []
    replayed = Replayed(plain, record=recorder(made))
    units = torch.tensor([[2], [3]])
    for _ in range(3):
        value = replayed.cells([x], units)
        (gradient,) = torch.autograd.grad(value.sum(), x)
    assert torch.equal(value, Square().cells([x], units))
    assert torch.allclose(gradient, 2 * units[:, :, None] * x)
    assert made == [[(2, 1), (2, 3, 4)]]
    assert plain.runs == 1
    replayed.cells([x[:1].detach().requires_grad_()], units[:1])
    assert len(made) == 2
    assert replayed.kind == "cone"


def test_without_a_gradient_nothing_is_recorded(x):
    made = []
    with torch.no_grad():
        Replayed(Square(), record=recorder(made)).cells([x], torch.tensor([[2], [3]]))
    assert made == []


def test_what_cannot_be_recorded_runs_as_it_is_and_says_so_once(x, caplog):
    def refuse(run, examples):
        raise RuntimeError("operation not permitted when stream is capturing\nand more")

    replayed = Replayed(Square(), record=refuse)
    for _ in range(2):
        assert torch.equal(replayed.cells([x], torch.tensor([[1], [1]])), Square().cells([x], 1))
    (record,) = caplog.records
    assert record.getMessage().endswith("operation not permitted when stream is capturing")


def test_too_little_memory_is_not_swallowed(x):
    def run_out(run, examples):
        raise torch.OutOfMemoryError("no")

    with pytest.raises(torch.OutOfMemoryError):
        Replayed(Square(), record=run_out).cells([x], torch.tensor([[1], [1]]))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_a_recorded_cone_gives_what_it_gives_unrecorded():
    from tests.worker.networks import Residual3d, ready
    from worker.cone import cone
    from worker.models import subgraph
    from worker.tape import Tape

    device = torch.device("cuda")
    x = torch.randn(2, 3, 9, 33, 37, generator=torch.Generator().manual_seed(1))
    read = subgraph.read(ready(Residual3d()).float(), [x[:1]], "last")
    tape = Tape(read, cone(read, (4, 8, 9)), dtype=torch.float32, device=device)
    units, seen = torch.tensor([[1], [2]], device=device), []
    for execution in (tape, Replayed(tape)):
        for _ in range(2):
            y = x.to(device).requires_grad_()
            value = execution.cells([y], units)
            seen.append((value.clone(), torch.autograd.grad(value.sum(), y)[0].clone()))
    for value, gradient in seen[1:]:
        assert torch.allclose(value, seen[0][0])
        assert torch.allclose(gradient, seen[0][1])
