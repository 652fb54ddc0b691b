"""The control API as a page: every operation and every body of the document, read without a network."""

import aiohttp
from console_browser import ConsoleBrowser

from maquette.simulator.console.api.table import OPERATIONS, document


async def test_every_operation_and_every_body_is_on_the_page(api: aiohttp.ClientSession) -> None:
    window = ConsoleBrowser(api)
    await window.open("/interface")
    told = window.page.xpath("//section/h3/code/text()")
    assert sorted(told) == sorted(f"{each.method} {each.path}" for each in OPERATIONS)
    models = {id_.removeprefix("model-") for id_ in window.page.xpath("//h3/@id[starts-with(., 'model-')]")}
    assert models == set(document()["components"]["schemas"])


async def test_every_link_leads_to_a_place_on_the_page_or_to_the_console(api: aiohttp.ClientSession) -> None:
    window = ConsoleBrowser(api)
    await window.open("/interface")
    places = {f"#{id_}" for id_ in window.page.xpath("//@id")}
    inside = [href for href in window.page.xpath("//main//a/@href") if href.startswith("#")]
    assert inside
    assert set(inside) <= places
    outside = window.page.xpath("//@href[not(starts-with(., '#'))] | //@src")
    assert all(each.startswith("/") for each in outside)


async def test_a_field_says_its_type_its_limits_and_whether_it_must_be_there(
    api: aiohttp.ClientSession,
) -> None:
    window = ConsoleBrowser(api)
    await window.open("/interface")
    (mode,) = window.page.xpath("//section[h3/@id='model-ClockSetting']//tr[td/code='mode']")
    assert mode.xpath("string(td[1])").split() == ["mode", "(required)"]
    assert mode.xpath("string(td[2])").split() == ["frozen", "|", "running"]
