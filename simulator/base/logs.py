"""The log of a server: the format of its lines.

The text format is for a person at a terminal, and reports errors. The JSON format is for programs, and has a
line for each request as well. The module that writes a line decides its words: never a password, an answer or
a code. Instants are real ones, as in the logs of other programs.
"""

import json
import logging
from datetime import UTC, datetime

from aiohttp.http import HttpProcessingError

from maquette.simulator.base.settings import LogFormat

EXTRA_FIELDS = ("correlation", "door", "method", "path", "status", "milliseconds")
"""The fields that a JSON line has beside its message, if they are known."""


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "instant": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name in EXTRA_FIELDS if (value := getattr(record, name, None)) is not None}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


def _without_quoted_request(record: logging.LogRecord) -> bool:
    """Drop the text of a request that aiohttp could not parse: aiohttp quotes it, and it may hold secrets."""
    if record.exc_info and isinstance(record.exc_info[1], HttpProcessingError):
        record.exc_info = None
    return True


def open_log(log_format: LogFormat) -> None:
    """Write this process's log to its standard error."""
    handler = logging.StreamHandler()
    if log_format is LogFormat.JSON:
        handler.setFormatter(JsonFormatter())
        logging.getLogger("maquette").setLevel(logging.INFO)
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("aiohttp.server").addFilter(_without_quoted_request)
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns at every AUTH, and logs commands
