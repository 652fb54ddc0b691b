"""The benchmark beside WireMock: what is given to it, and what is said where it is missing.

Another program stands in its place: no test needs Java, or measures speed.
"""

import json
import os
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12
from leftovers import is_alive
from yarl import URL

from maquette.load.bench.measured_visitor import Answer, Kept, Work
from maquette.load.bench.peer import JAR, find_jar, find_java, measure_peer, wiremock
from maquette.load.bench.server import BenchError, served

STUBS, OPTIONS = "stubs.json", "options.json"

STAND_IN = f"""
import http.server, json, sys
class Takes(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"]))
        open({STUBS!r}, "wb").write(json.dumps([self.path, json.loads(text)]).encode())
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
server = http.server.HTTPServer(("127.0.0.1", 0), Takes)
open({OPTIONS!r}, "w").write(json.dumps(sys.argv[1:]))
print("version:                      0")
print(f"port:                         {{server.server_port}}")
print("https-port:                   2", flush=True)
server.serve_forever()
"""


async def test_the_recorded_answers_are_given_to_wiremock_which_is_gone_at_the_end(tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    beside.mkdir()
    async with served("--data=data", folder=tmp_path) as server:
        doors = server.doors
        page, link = b"<a href=" + doors.gate.encode() + b"/certificat>", f"{doors.gate}/espace"
        cookies = (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Content-Length", "9"))
        recorded = Kept(
            requests=[
                ("GET", URL(doors.portal) / "certificat"),
                ("POST", (URL(doors.gate) / "certificat").with_query(a="b")),
                ("GET", URL(doors.console) / "api/mail"),
            ],
            answers=[
                Answer(Work.NONE, 200, cookies, page),
                Answer(Work.NONE, 303, (("Location", link),), b""),
                Answer(Work.MAILBOX, 200, (), b"{}"),
            ],
        )
        async with wiremock([sys.executable, "-c", STAND_IN], recorded, doors, beside) as (pid, there):
            path, told = json.loads((beside / STUBS).read_text())
            assert is_alive(pid)
        assert not is_alive(pid)
    assert (there.portal, there.gate) == ("https://localhost:2", "https://127.0.0.1:2")
    assert path == "/__admin/mappings/import"
    requests = [each["request"] for each in told["mappings"]]
    assert [(each["method"], each["host"]["equalTo"], each["urlPath"]) for each in requests] == [
        ("GET", "localhost", "/certificat"),
        ("POST", "127.0.0.1", "/certificat"),
        ("GET", "localhost", "/api/mail"),
    ]
    first, second, third = (each["response"] for each in told["mappings"])
    assert first == {
        "status": 200,
        "headers": {"Set-Cookie": ["a=1", "b=2"]},
        "base64Body": "PGEgaHJlZj1odHRwczovLzEyNy4wLjAuMToyL2NlcnRpZmljYXQ+",
    }
    assert (second["status"], second["headers"]) == (303, {"Location": ["https://127.0.0.1:2/espace"]})
    assert third["base64Body"] == "e30="
    options = json.loads((beside / OPTIONS).read_text())
    assert options[options.index("--bind-address") + 1] == "127.0.0.1"
    kept = (beside / options[options.index("--https-keystore") + 1]).read_bytes()
    key, certificate, chain = pkcs12.load_key_and_certificates(kept, b"password")
    assert key is not None
    assert certificate is not None
    assert certificate.public_key() == key.public_key()
    assert [each.subject for each in chain] == [certificate.issuer]


async def test_a_wiremock_that_cannot_start_is_reported_with_its_words(tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    beside.mkdir()
    async with served("--data=data", folder=tmp_path) as server:
        with pytest.raises(BenchError, match="WireMock could not start: no such heap"):
            async with wiremock(
                [sys.executable, "-c", "print('no such heap')"], Kept(), server.doors, beside
            ):
                pass


def test_a_missing_jar_is_reported_with_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="run npm install --no-save wiremock here"):
        find_jar(tmp_path)


def test_the_jar_is_found_where_npm_puts_it(tmp_path: Path) -> None:
    older, jar = (tmp_path / JAR.replace("*", version) for version in ("3.9.2", "3.13.2"))
    jar.parent.mkdir(parents=True)
    for each in (older, jar):
        each.touch()
    assert find_jar(tmp_path) == jar


async def test_a_missing_java_is_reported_before_anything_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BenchError, match="there is no command java"):
        await measure_peer()


def test_java_is_found_in_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "java").touch(mode=0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/nowhere")
    assert find_java() == str(tmp_path / "java")
