"""A small browser without JavaScript for tests of the console's pages."""

import aiohttp
from lxml import html

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


class ConsoleBrowser:
    """Opens pages of the console, and submits their forms by the buttons that the pages really have."""

    def __init__(self, api: aiohttp.ClientSession) -> None:
        self.api = api
        self.status = 0
        self.path = ""
        self.page = html.Element("html")

    async def open(self, path: str) -> None:
        await self._take(await self.api.get(path, headers=BROWSER))

    async def press(self, button: str, **fields: str) -> None:
        (pressed,) = self.page.xpath(f"//form//button[@id='{button}']")
        (form,) = pressed.xpath("./ancestor::form")
        assert form.method == "POST"
        assert set(fields) <= set(form.inputs.keys())
        given = {**dict(form.form_values()), **fields}
        if pressed.get("name"):
            given[pressed.get("name")] = pressed.get("value")
        await self.send(form.action, **given)

    async def send(self, path: str, **fields: str) -> None:
        answer = await self.api.post(path, data=fields, headers=BROWSER, allow_redirects=False)
        if answer.status == 303:
            answer = await self.api.get(answer.headers["Location"], headers=BROWSER)
        else:
            assert answer.status >= 400
        await self._take(answer)

    async def _take(self, answer: aiohttp.ClientResponse) -> None:
        self.status, self.path = answer.status, answer.url.path
        self.page = html.fromstring(await answer.text())

    def text_of(self, element: str) -> str:
        return " ".join(words(found) for found in self.page.xpath(f"//*[@id='{element}']"))

    def buttons(self) -> list[str]:
        return [str(button) for button in self.page.xpath("//main//button/@id")]
