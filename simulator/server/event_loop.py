"""The event loop of a process that serves: uvloop's where that is installed, else the standard library's.

The extra `maquette[uvloop]` brings it. It saves processor time, and changes nothing else.
"""

import asyncio
import gc
import logging
from collections.abc import Callable, Coroutine
from typing import Any

log = logging.getLogger("maquette.server")


def run(served: Coroutine[Any, Any, None]) -> None:
    """Run the coroutine to its end, as `asyncio.run` does."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(served)


def end_start() -> None:
    """Once everything is made and open: say which event loop serves, and let it stay out of collections."""
    log.info("served by the event loop of %s", type(asyncio.get_running_loop()).__module__)
    gc.freeze()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop
    except ModuleNotFoundError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop
