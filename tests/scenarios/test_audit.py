"""The audit of a test suite: caught and escaped defects, the tests that caught them, and errors."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from commands import started
from typer.testing import CliRunner

import maquette.scenarios.audit
from maquette.fixtures.control import DefectFacts
from maquette.scenarios.matrix import write_matrix
from maquette.simulator.command_line.app import app

Audited = Callable[..., Result]

ESCAPED, WRONG_USAGE = 1, 2

SUITE = """
import json, os, sys, urllib.request
request = urllib.request.Request(os.environ["MAQUETTE_CONSOLE"] + "/api/realms/default/defects")
request.add_header("Authorization", "Bearer " + os.environ["MAQUETTE_TOKEN"])
on = json.load(urllib.request.urlopen(request))["installation"]
wrong = "code-never-expires" in on
print("the suite looks:", *on)
if "--junit" in sys.argv:
    failure = "<failure/>" if wrong else ""
    with open(os.environ["MAQUETTE_JUNIT"], "w") as file:
        expiry = f"<testcase name='expiry'>{failure}</testcase>"
        file.write(f"<testsuite>{expiry}<testcase name='idle'/></testsuite>")
if "--garbage" in sys.argv:
    open(os.environ["MAQUETTE_JUNIT"], "w").write("<testsuite")
sys.exit(wrong)
"""


@pytest.fixture
def audited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Audited:
    """Run `maquette audit …` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("MAQUETTE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "suite.py").write_text(SUITE)
    return lambda *words: CliRunner().invoke(app, ["audit", *words])


TWO = ("--defect", "code-never-expires", "--defect", "mail-has-a-link")


def test_the_matrix_shows_which_test_caught_each_defect_and_which_defects_escaped(
    audited: Audited, tmp_path: Path
) -> None:
    result = audited(*TWO, "--report", "out", "--", sys.executable, "suite.py", "--junit")
    assert result.exit_code == ESCAPED, result.output
    lines = [line.strip() for line in result.stdout.splitlines()]
    caught = next(line for line in lines if line.startswith("caught   code-never-expires  ACT-6: "))
    assert lines[lines.index(caught) + 1] == "1 of 2: expiry"
    assert any(line.startswith("escaped  mail-has-a-link  MAIL-2: ") for line in lines)
    assert "1 of 2 defects caught; escaped: mail-has-a-link" in lines
    document = json.loads((tmp_path / "out" / "matrix.json").read_text())
    assert document["clean"] | {"seconds": 0} == {"exit_code": 0, "tests": 2, "failed": [], "seconds": 0}
    assert document["idle"] == ["idle"]
    assert [
        (each["name"], each["rule"], each["verdict"], each["exit_code"], each["failed"])
        for each in document["defects"]
    ] == [
        ("code-never-expires", "ACT-6", "caught", 1, ["expiry"]),
        ("mail-has-a-link", "MAIL-2", "escaped", 0, []),
    ]
    page = (tmp_path / "out" / "matrix.html").read_text()
    assert page.index("mail-has-a-link</strong>") < page.index("code-never-expires</strong>")  # escaped first
    assert "1 of 2: expiry" in page
    assert "Tests that no defect made fail" in page
    for name, said in (("clean", ""), ("mail-has-a-link", "mail-has-a-link")):
        assert (tmp_path / "out" / f"{name}.txt").read_text().strip() == f"the suite looks: {said}".strip()


@pytest.mark.parametrize(
    ("junit", "message"), [((), "no test named"), (("--garbage",), "its JUnit XML cannot be read")]
)
def test_a_suite_that_names_no_tests_catches_by_its_exit_code(
    audited: Audited, junit: tuple[str, ...], message: str
) -> None:
    result = audited("--defect", "code-never-expires", "--", sys.executable, "suite.py", *junit)
    assert result.exit_code == 0, result.output
    assert f"exit code 1, {message}" in result.stdout
    assert "1 of 1 defects caught" in result.stdout


def test_a_suite_that_fails_without_defects_cannot_be_audited(audited: Audited) -> None:
    result = audited("--", sys.executable, "-c", "print('as it is'); raise SystemExit(3)")
    assert result.exit_code == ESCAPED
    assert "as it is" in result.stderr
    assert result.stderr.splitlines()[-1] == (
        "maquette: the suite ended with the exit code 3 on a simulator without defect: "
        "nothing can be said of defects"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("--defect", "no-such", "--", sys.executable, "-c", ""),
            "there is no defect no-such: docs/reference/defects.md names them",
        ),
        (("--", "./no-such-command"), "./no-such-command cannot be started: No such file or directory"),
        (("--report", "suite.py", "--", sys.executable, "-c", ""), "suite.py: File exists"),
        ((), "COMMAND"),
    ],
)
def test_an_audit_that_cannot_run_is_reported_in_one_line(
    audited: Audited, words: tuple[str, ...], message: str
) -> None:
    result = audited(*words)
    assert result.exit_code == WRONG_USAGE
    assert message in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.slow
def test_a_run_over_its_time_is_killed_with_all_its_processes(
    audited: Audited, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maquette.scenarios.audit, "SHORTEST_LIMIT_SECONDS", 1.0)
    monkeypatch.setattr(maquette.scenarios.audit, "TIMES_THE_CLEAN_RUN", 0)
    (tmp_path / "waits.py").write_text(
        SUITE.replace(
            "sys.exit(wrong)",
            "import subprocess, time\n"
            "if wrong:\n"
            "    child = subprocess.Popen(['sleep', '600'])\n"
            "    open('child', 'w').write(str(child.pid))\n"
            "    child.wait()\n",
        )
    )
    result = audited("--defect", "code-never-expires", "--", sys.executable, "waits.py")
    assert result.exit_code == 0, result.output
    assert "it did not end in time" in result.stdout
    assert not is_running(int((tmp_path / "child").read_text()))


@pytest.mark.slow
def test_an_interrupted_audit_leaves_neither_suite_nor_server_behind(tmp_path: Path) -> None:
    (tmp_path / "waits.py").write_text(
        "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(600)\n"
    )
    with started(
        [sys.executable, "-m", "maquette.simulator", "audit", "--", sys.executable, "waits.py"],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
    ) as process:
        while not ((file := tmp_path / "pid").exists() and file.read_text()):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
    assert not is_running(int(file.read_text()))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pid", "waits.py"]


def is_running(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(state.stdout.strip()) and not state.stdout.startswith("Z")


def test_the_page_shows_text_as_text(tmp_path: Path) -> None:
    audit = maquette.scenarios.audit
    run = audit.SuiteRun(1, ("<b>",), ("<b>",), 1.0, "")
    defect = DefectFacts(
        name="a-defect", rule="ACT-1", title="Something & <script>", title_fr="", why="", why_fr=""
    )
    result = audit.Audit(
        ("sh", "<i>"), audit.SuiteRun(0, ("<b>",), (), 1.0, ""), (audit.Finding(defect, run),)
    )
    page = write_matrix(result, tmp_path).read_text()
    for raw in ("<b>", "<i>", "<script>"):
        assert raw not in page
