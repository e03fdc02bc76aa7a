"""Workers of several hosts, and jobs that none of them can do."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def two_hosts(visit):
    (one,) = visit.mock.workers
    far = {**one, "name": "cellar-cuda0", "host": "cellar", "device": "cuda:0", "state": "idle", "job": None}
    one |= {"units": 24, "unit_seconds": 120.0, "memory": 2**34, "memory_used": 2**33}
    visit.mock.workers = [one, {**far, "models": ["resnet3d"], "fingerprints": {"resnet3d": "f" * 16}}]
    return visit


def test_workers_are_listed_by_host_with_what_they_do(two_hosts):
    page = two_hosts.open("/jobs")
    expect(page.get_by_role("heading", name="cellar")).to_be_visible()
    expect(page.get_by_role("heading", name="studio")).to_be_visible()
    row = page.get_by_role("listitem").filter(has_text="worker-1")
    expect(row).to_contain_text("24 pictures, 12.0 a minute")
    expect(row).to_contain_text("8.00 of 16.0 GB")


def test_a_worker_is_asked_to_take_no_more(two_hosts):
    page = two_hosts.open("/jobs")
    page.get_by_role("button", name="Drain worker-1").click()
    expect(page.get_by_role("listitem").filter(has_text="worker-1")).to_contain_text("busy, takes no more")
    expect(page.get_by_role("button", name="Drain worker-1")).to_have_count(0)
    expect(page.get_by_role("button", name="Drain cellar-cuda0")).to_be_visible()
    page.get_by_role("button", name="Resume worker-1").click()
    expect(page.get_by_role("button", name="Drain worker-1")).to_be_visible()


def test_what_no_worker_can_do_says_why(two_hosts):
    two_hosts.mock.workers = two_hosts.mock.workers[1:]
    page = two_hosts.open("/models/demo/layers/conv5_fusion/units/30")
    page.get_by_role("button", name="Visualize").first.click()
    expect(page.get_by_text("No running worker has the model 'demo'.").first).to_be_visible()
    page = two_hosts.open("/jobs")
    expect(page.get_by_text("Waits for a worker").first).to_be_visible()
    expect(page.get_by_text("No running worker has the model 'demo'.").first).to_be_visible()
