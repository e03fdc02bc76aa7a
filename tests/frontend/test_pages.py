"""Every page in every state: accessible, within the window, without a complaint of the browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.frontend.mock import Mock

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
UNIT = "/models/demo/layers/conv5_fusion/units/"
PAGES = {
    "models": "/",
    "architecture": "/models/demo",
    "architecture of a clip network": "/models/clip3d",
    "layer": "/models/demo/layers/conv5_fusion",
    "layer, appearance": "/models/demo/layers/appearance.conv2?view=appearance",
    "unit": UNIT + "2?frame=3",
    "unit with another chi": UNIT + "2?chi=5",
    "unit, the opposite": UNIT + "2?negative=true",
    "architecture, folded": "/models/deep",
    "layer, chosen by an index": "/models/demo/layers/conv5_fusion?sort=selectivity&index=invariance&least=0.1",
    "unit of one stream": "/models/demo/layers/motion.conv3/units/1",
    "unit of a clip network": "/models/clip3d/layers/head/units/1",
    "running": UNIT + "6",
    "queued": UNIT + "7",
    "failed": UNIT + "8",
    "dead": UNIT + "9",
    "not computed": UNIT + "20",
    "of other weights": UNIT + "2?set=" + ",".join(Mock().outdated),
    "class": "/models/demo/classes/2",
    "classes": "/models/demo/classes",
    "walk": "/models/demo/walk",
    "layer, sorted and chosen from": "/models/demo/layers/fc6?sort=slow&which=missing",
    "layer without dead units": "/models/demo/layers/motion.conv3?which=dead",
    "comparison": "/compare?u=demo:conv5_fusion:1&u=demo:conv5_fusion:2&mode=difference",
    "comparison of every state": "/compare?" + "&".join(f"u=demo:conv5_fusion:{unit}" for unit in (6, 7, 8, 9, 20)),
    "walk, other units": "/models/demo/walk?from=6",
    "comparison of nothing": "/compare",
    "comparison of three": "/compare?u=demo:conv5_fusion:1&u=demo:motion.conv3:2&u=clip3d:head:0",
    "notes": "/notes",
    "findings": "/models/demo/findings",
    "findings, none": "/models/clip3d/findings",
    "pair": "/models/demo/classes/0/against/1",
    "pair, not looked into": "/models/demo/classes/0/against/2",
    "pyramid": "/models/demo/pyramid?clip=c0&node=conv5_fusion:0&ablate=fc7:0",
    "pyramid, not made": "/models/demo/pyramid?clip=c1",
    "pyramid of a class": "/models/demo/pyramid?clip=class-0",
    "pyramids": "/pyramids?p=demo:c0:0&p=demo:c0:3",
    "pyramid, no clips": "/models/clip3d/pyramid",
    "probe": "/models/demo/probe?clip=" + "ab" * 16 + "&frame=3",
    "probe, a unit's places": "/models/demo/probe?layer=conv5_fusion&glow=conv5_fusion:1&clip=" + "ab" * 16,
    "probe, no clip": "/models/demo/probe",
    "probe, not asked": "/models/demo/probe?start=1&clip=" + "ab" * 16,
    "probe, clip is checked": "/models/demo/probe?clip=" + "cd" * 16,
    "probe, clip was refused": "/models/demo/probe?clip=" + "ef" * 16,
    "probe, clip has expired": "/models/demo/probe?clip=" + "00" * 16,
    "jobs": "/jobs",
    "jobs, a sweep that is planned": "/jobs?sweep=demo",
    "about": "/about",
    "unknown model": "/models/dema",
    "unknown page": "/nowhere",
}
WINDOWS = {
    "wide": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "narrow": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
}
ALL, COLOURS = "{}", "{runOnly: ['color-contrast', 'link-in-text-block']}"
"""Rules of axe; in the dark only colours are others."""

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("options", WINDOWS.values(), ids=WINDOWS)
def test_pages_are_accessible_and_fit(visit):
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: run npm install")
    found = []
    for name, path in PAGES.items():
        page = visit.open(path)
        visit.until("!document.querySelector('main .waiting')")
        page.wait_for_load_state("networkidle") if path == "/about" else page.wait_for_timeout(300)
        page.evaluate(AXE.read_text())
        for scheme, rules in (("dark", COLOURS), ("light", ALL)):
            page.emulate_media(color_scheme=scheme)
            violations = page.evaluate(f"axe.run({rules}).then(r => r.violations.map(v => [v.id, v.nodes[0].html]))")
            found += [(name, scheme, *violation) for violation in violations]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((name, "wider than the window"))
    assert not found, "\n".join(map(str, found))


def test_every_page_names_itself(visit):
    titles = set()
    for path in PAGES.values():
        visit.open(path)
        visit.until("document.title !== 'Kinetoscope'")
        titles.add(visit.page.title())
    assert all(title.endswith("Kinetoscope") for title in titles)
    assert len(titles) >= 16
