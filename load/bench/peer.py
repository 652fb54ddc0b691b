"""The cost of a whole procedure beside a mock server's: WireMock, with the recorded answers of one procedure.

WireMock returns the same bytes to the same requests, and decides nothing. It sends no mail, draws no PDF and
requests no client certificate. Its portal and gate are one port under two names. The benchmark uses the jar
that `npm install wiremock` puts below the current folder; it installs nothing itself.
"""

import asyncio
import base64
import re
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import repeat
from pathlib import Path
from typing import cast

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509 import load_pem_x509_certificates
from yarl import URL

from maquette.fixtures.own_server import START_SECONDS, STOP_SECONDS, ReadyFile
from maquette.load.bench.figures import Figure
from maquette.load.bench.floor import LOOPBACK, moved
from maquette.load.bench.measured_visitor import (
    Answer,
    Kept,
    add_people,
    certificates,
    control_of,
    journey,
    playing,
)
from maquette.load.bench.rounds import Side, costs, in_turn, ratio
from maquette.load.bench.server import BenchError, private_folder, served

JAR = "node_modules/wiremock/build/wiremock-standalone-*.jar"
"""Where npm puts the jar, seen from the folder in which it ran."""

WARM_UP_SECONDS = 75.0
"""How long procedures are replayed before any counts: Java compiles what runs often."""

ROUNDS, SHARE_SECONDS = 12, 30.0
JOURNEYS = 5
"""How many of them a round has, on each side."""

GOAL = 1.0

_PASSWORD = "password"  # noqa: S105 - the one that WireMock assumes
_OPTIONS = (
    *("--port", "0", "--https-port", "0", "--bind-address", LOOPBACK, "--root-dir", "wiremock"),
    *("--https-keystore", "server.p12", "--keystore-type", "PKCS12", "--use-chunked-encoding", "never"),
    *("--disable-banner", "--disable-gzip", "--disable-request-logging", "--no-request-journal"),
)


async def measure_peer(
    *, rounds: int = ROUNDS, each: int = JOURNEYS, warm_up: float = WARM_UP_SECONDS
) -> list[Figure]:
    """A whole procedure on the simulator and its replay by WireMock, in turns. Raises BenchError."""
    java, jar = find_java(), find_jar(Path.cwd())
    with private_folder() as folder, private_folder() as beside:
        async with served("--data=data", folder=folder) as server, control_of(server.doors) as control:
            wanted = (rounds + 1) * each + 1
            first, *people = await certificates(control, wanted, after=await add_people(control, wanted))
            recorded = await journey(server.doors, first)
            async with wiremock([java, "-jar", str(jar)], recorded, server.doors, beside) as (pid, doors):
                ends = time.monotonic() + warm_up
                while time.monotonic() < ends:
                    await journey(doors, first)
                sides = (
                    Side(server.pid, playing(server.doors, people, each)),
                    Side(pid, playing(doors, repeat(first), each)),
                )
                ours, its = await in_turn(sides, rounds=rounds, share=SHARE_SECONDS)
    what = f"{jar.stem.replace('wiremock-standalone-', 'WireMock ')}, Java {version_of(java)}"
    return [
        costs("peer", f"the procedure, {len(recorded.answers)} requests", ours, each),
        costs("peer", f"its replay by {what}", its, each),
        ratio("peer", "the procedure over its replay", ours, its, goal=GOAL),
    ]


def find_java() -> str:
    """The command that starts Java. Raises BenchError."""
    java = shutil.which("java")
    if java is None:
        raise BenchError("peer needs Java 11 or later: there is no command java")
    return java


def version_of(java: str) -> str:
    """The version that this Java states of itself."""
    stated = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603 - found by its name
    found = re.search(r'version "([^"]+)"', stated)
    return found[1] if found else "unknown"


def find_jar(folder: Path) -> Path:
    """WireMock's jar, as npm has installed it in the folder. Raises BenchError."""
    found = list(folder.glob(JAR))
    if not found:
        raise BenchError("peer needs WireMock in this folder: run npm install --no-save wiremock here")
    return max(found, key=lambda jar: [int(number) for number in re.findall(r"\d+", jar.stem)])


@asynccontextmanager
async def wiremock(
    command: Sequence[str], recorded: Kept, doors: ReadyFile, folder: Path
) -> AsyncIterator[tuple[int, ReadyFile]]:
    """A WireMock with the recorded answers, which came from those doors: its process and its doors.

    It has the simulator's own server certificate, and ends with the block. Raises BenchError.
    """
    _write_keystore(doors.ca.parent, folder / "server.p12")
    process = await asyncio.create_subprocess_exec(
        *command,
        *_OPTIONS,
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C at the terminal ends the caller, which ends this process
    )
    try:
        plain, tls = await _ports(process)
        draining = asyncio.create_task(process.stdout.read()) if process.stdout else None
        there = ReadyFile(
            portal=f"https://localhost:{tls}",
            gate=f"https://{LOOPBACK}:{tls}",
            console=f"http://localhost:{plain}",
            smtp=doors.smtp,
            token="none",  # noqa: S106 - nobody reads it
            ca=doors.ca,
        )
        places = {getattr(doors, door): getattr(there, door) for door in ("portal", "gate", "console")}
        stubs = [
            _stub(method, URL(places[str(address.origin())]).with_path(address.path), moved(answer, places))
            for (method, address), answer in zip(recorded.requests, recorded.answers, strict=True)
        ]
        async with (
            aiohttp.ClientSession(there.console) as session,
            session.post("/__admin/mappings/import", json={"mappings": stubs}) as answer,
        ):
            answer.raise_for_status()
        yield process.pid, there
        if draining is not None:
            draining.cancel()
    except aiohttp.ClientError as error:
        raise BenchError(f"WireMock did not take the recorded answers: {error}") from None
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()


def _write_keystore(pki: Path, file: Path) -> None:
    """The simulator's server certificate, its chain and its key, in one file of the kind that Java reads."""
    key = cast(
        "EllipticCurvePrivateKey", load_pem_private_key((pki / "server.key").read_bytes(), password=None)
    )
    [server], chain = (
        load_pem_x509_certificates((pki / f"{name}.pem").read_bytes()) for name in ("server", "intermediate")
    )
    encryption = BestAvailableEncryption(_PASSWORD.encode())
    file.write_bytes(pkcs12.serialize_key_and_certificates(b"server", key, server, chain, encryption))


async def _ports(process: asyncio.subprocess.Process) -> tuple[int, int]:
    """The ports that WireMock has opened, plain and TLS, as it prints them. Raises BenchError."""
    printed = ""
    try:
        async with asyncio.timeout(START_SECONDS):
            while process.stdout is not None and (line := await process.stdout.readline()):
                printed += line.decode(errors="replace")
                found = re.search(r"^port: +(\d+)\nhttps-port: +(\d+)\n", printed, re.MULTILINE)
                if found:
                    return int(found[1]), int(found[2])
    except TimeoutError:
        raise BenchError(f"WireMock has not started within {START_SECONDS} seconds") from None
    raise BenchError(f"WireMock could not start: {printed.strip()}")


def _stub(method: str, address: URL, answer: Answer) -> dict[str, object]:
    """The answer as WireMock keeps it: for this method, host and path, whatever the query."""
    headers: dict[str, list[str]] = {}
    for name, value in answer.headers:
        headers.setdefault(name, []).append(value)
    return {
        "request": {"method": method, "host": {"equalTo": address.host}, "urlPath": address.path},
        "response": {
            "status": answer.status,
            "headers": headers,
            "base64Body": base64.b64encode(answer.body).decode(),
        },
    }
