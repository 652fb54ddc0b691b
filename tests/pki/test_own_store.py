"""Chromium with root and certificate in its own store, which picks the certificate itself.

Sets a policy of this machine's Chromium for a moment, which needs root: CI runs it, and fails
where it cannot.
"""

import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Page, async_playwright

from maquette.simulator.server.assembly import Simulator

POLICIES = Path("/etc/chromium/policies/managed")
TOOLS = ("chromium", "certutil", "pk12util")
READY = os.geteuid() == 0 and all(map(shutil.which, TOOLS))

pytestmark = [
    pytest.mark.machine,
    pytest.mark.browser,
    pytest.mark.skipif(
        not READY and "CI" not in os.environ, reason=f"needs root and {', '.join(TOOLS)}: CI runs it"
    ),
]


@pytest.fixture
def picks_by_itself(simulator: Simulator) -> Iterator[None]:
    """Set Chromium's policy: present Lila's certificate at the gate without a dialog."""
    choice = {"pattern": simulator.doors.gate, "filter": {"SUBJECT": {"CN": "Lila ROSEMONDE"}}}
    policy = POLICIES / "maquette-test.json"
    POLICIES.mkdir(parents=True, exist_ok=True)
    policy.write_text(json.dumps({"AutoSelectCertificateForUrls": [json.dumps(choice)]}))
    try:
        yield
    finally:
        policy.unlink()


@pytest.fixture
async def chromium(simulator: Simulator, api: aiohttp.ClientSession, tmp_path: Path) -> AsyncIterator[Page]:
    """A Chromium whose store holds the root and Lila's certificate."""
    store = tmp_path / ".pki" / "nssdb"
    store.mkdir(parents=True)
    bundle = tmp_path / "lila.p12"
    bundle.write_bytes(await (await api.get("/api/realms/default/personas/lila/bundle.p12")).read())
    run("certutil", "-N", "-d", f"sql:{store}", "--empty-password")
    run("certutil", "-A", "-d", f"sql:{store}", "-n", "maquette", "-t", "C,,", "-i", simulator.doors.ca)
    run("pk12util", "-i", bundle, "-d", f"sql:{store}", "-W", "maquette", "-K", "")
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=shutil.which("chromium"),
            env={**os.environ, "HOME": str(tmp_path)},
            locale="fr-FR",
        )
        yield context.pages[0]
        await context.close()


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=60)


@pytest.mark.rule("ACC-2", "ACC-9")
@pytest.mark.usefixtures("picks_by_itself")
async def test_chromium_enters_with_the_certificate_of_its_own_store(
    simulator: Simulator, chromium: Page
) -> None:
    await chromium.goto(simulator.doors.portal)  # the root is trusted by the store: nothing is ignored
    await chromium.get_by_role("link", name="Professionnel", exact=True).click()
    await chromium.get_by_role("link", name="Accéder avec mon certificat").click()
    await chromium.wait_for_url("**/espace")
    assert await chromium.get_attribute("body", "data-screen") == "space"
    assert "SARL MARTIN DISTRIBUTION" in await chromium.inner_text("main")


async def test_the_back_button_leads_to_a_refused_form_as_it_was(
    simulator: Simulator, chromium: Page
) -> None:
    """Chromium keeps the page only if it trusts the site's certificate."""
    await chromium.goto(simulator.doors.portal + "/activation")
    await chromium.get_by_label("Saisissez votre adresse électronique").fill("personne@courriel.example")
    await chromium.get_by_label("Entrez le code d'activation").fill("abcdefghijkm")
    await chromium.get_by_role("button", name="Valider").click()
    await chromium.get_by_role("link", name="AIDE").click()
    await chromium.go_back()
    assert await chromium.get_attribute("[data-refusal]", "data-refusal") == "activation-refused"
    assert await chromium.get_by_label("Entrez le code d'activation").input_value() == "abcdefghijkm"
