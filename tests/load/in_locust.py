"""Plays a run in a separate process, because Locust patches its process. Prints the counts as JSON.

The run in MAQUETTE_LOAD_RUN has three people, an open profile with one journey under way at most, and an
empty mailbox. The script plays it as if it had started long ago: all arrivals are late and the end is
near. Then a third person comes, and still thinks when the run ends.
"""

import json
import time

import gevent
from locust.exception import StopUser

from maquette.fixtures.page_reader import ReadPage
from maquette.load.browser import Expected, LocustControl, describe_mismatch
from maquette.load.locustfile import GRACE, Course, course
from maquette.load.profile import Think
from maquette.simulator.base.wall_clock import real_now

LEFT = 3.0
"""Seconds until the run ends its journeys: enough to opt and to wait for the mail."""

REFUSED = Expected("refused", ("certificate-expired",), broken="ACC-3")


def play(course: Course) -> dict[str, object]:
    """Receive all arrivals, and again; then let three more people come, of whom only two are left."""
    course.prepare()
    run = course.run
    assert run is not None
    began = real_now().timestamp()
    course.take_share({"index": 0, "count": 1, "began": began, "run": run.model_dump(mode="json")})
    course.began = time.perf_counter() - run.profile.seconds - GRACE + LEFT
    course.receive_arrivals()
    try:
        course.receive_arrivals()
    except StopUser:
        again = "refused"
    course.play()
    play_a_thoughtful_person(course)
    course.play()
    times: dict[str, int] = {}
    for moment in course.tally.moments.values():
        for step, (_, _, counted) in moment.items():
            times[step] = max(times.get(step, 0), *counted)
    return {
        "times": times,
        "errors": {each.step: each.error for each in course.tally.list_errors()},
        "journeys": [each.model_dump() for each in course.tally.list_journeys()],
        "turned_away": course.tally.turned_away,
        "nobody_left": course.tally.nobody_left,
        "received_again": again,
        "under_way": [each.under_way for each in course.tally.list_flow()],
        "waits_at_once": waits_at_once(LocustControl(run.api, run.token)),
    }


def play_a_thoughtful_person(course: Course) -> None:
    """Let the run end while a person looks at the home page."""
    assert course.run is not None
    assert course.world is not None
    thoughtful = course.run.profile.model_copy(update={"think": Think(least=60, most=60)})
    course.world.run = course.run.model_copy(update={"profile": thoughtful})
    course.began = time.perf_counter() - course.run.profile.seconds - GRACE + 1.0
    course.play()


def waits_at_once(console: LocustControl) -> bool:
    """Whether the console answers a second call while the first waits for a mail."""
    waiting = gevent.spawn(console.get, "mail/next", {"to": "nobody@courriel.example", "timeout": "5"})
    gevent.sleep(0)
    console.get("clock")
    return not waiting.ready()


def message_for(screen: str, status: int) -> str:
    """The message for that page where a refusal was expected."""
    return describe_mismatch(ReadPage(f'<body data-screen="{screen}"></body>'), status, [REFUSED])


print(  # noqa: T201 - the test reads it
    json.dumps(
        {
            **play(course),
            "messages": {
                f"{screen} {status}": message_for(screen, status)
                for screen, status in (("space", 200), ("error", 503), ("error", 404), ("space", 500))
            },
        }
    )
)
