"""The server's log: what a line looks like, and which lines there are.

As text it shows a person at a terminal what goes wrong; as JSON it gives a program everything, with one line
for each request. The module that writes a line decides its words: never a password, an answer or a code.
Instants are those of the real clock, because a log is read beside those of other programs.
"""

import json
import logging
from datetime import UTC, datetime

from aiohttp.http import HttpProcessingError

from maquette.simulator.base.settings import LogFormat

TOLD = ("correlation", "door", "method", "path", "status", "milliseconds")
"""What a line may tell besides its message, where it is known."""


class JsonFormatter(logging.Formatter):
    """One line of JSON a record."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "instant": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name in TOLD if (value := getattr(record, name, None)) is not None}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


def _without_what_was_sent(record: logging.LogRecord) -> bool:
    """Whatever aiohttp cannot read as HTTP it quotes, and that may hold anything."""
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
    logging.getLogger("aiohttp.server").addFilter(_without_what_was_sent)
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns at every AUTH, and tells commands
