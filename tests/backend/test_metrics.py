import re

from fastapi.testclient import TestClient

from backend.metrics import Metric
from contract.shelf import WorkerCard
from tests.backend.conftest import Crew
from tests.fakes import spec

ASK = "/api/v1/visualizations"


def figures(client: TestClient) -> dict[str, float]:
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r'kinetoscope_\w+(\{\w+="[^"]*"\})? -?[\d.e+]+', line) for line in lines)
    return {name.removeprefix("kinetoscope_"): float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def ask(client: TestClient, unit: int) -> None:
    client.post(ASK, json={"model": "tiny", "layer": "conv1", "unit": unit})


def test_jobs_are_counted_by_state(client: TestClient, crew: Crew) -> None:
    for unit in range(3):
        ask(client, unit)
    client.post(f"/api/v1/jobs/{spec(2).id}/cancel")
    before = figures(client)
    assert before['jobs{state="queued"}'] == 2
    assert before['jobs_ended_total{state="canceled"}'] == 1
    assert before['queue_age_seconds{priority="interactive"}'] >= 0
    crew.work()
    after = figures(client)
    assert (after['jobs{state="queued"}'], after['jobs{state="running"}']) == (0, 0)
    assert after['jobs_ended_total{state="finished"}'] == 2
    assert after["unit_seconds_count"] == 2
    assert round(after["unit_seconds_sum"], 6) == 0.2  # as the fake engine's results say
    assert after['queue_age_seconds{priority="interactive"}'] == 0


def test_where_pictures_were_found(client: TestClient, crew: Crew) -> None:
    ask(client, 1)
    crew.work()
    media = f"/api/v1/media/{spec(1).id}"
    client.get(f"{media}/motion.webp")
    client.get(f"{media}/nothing.webp")
    found = figures(client)
    assert found['media_reads_total{place="cache"}'] == 1
    assert found['media_reads_total{place="nowhere"}'] == 1


def test_workers_and_the_memory_of_their_devices(client: TestClient, crew: Crew) -> None:
    crew.shelf.check_in(WorkerCard(name="one", device="cuda:0", state="busy", memory=100, memory_used=40))
    found = figures(client)
    assert found['workers{state="busy"}'] == 1
    assert found['worker_memory_used_bytes{worker="one"}'] == 40
    assert found['worker_memory_bytes{worker="one"}'] == 100
    assert found['redis_used_bytes{server="queue"}'] > 0
    assert found["disk_free_bytes"] > 0


def test_labels_are_escaped() -> None:
    text = Metric("a", "gauge", "A.", "name", {'x"\n\\': 1.0}).text()
    assert text.endswith('kinetoscope_a{name="x\\"\\n\\\\"} 1\n')
