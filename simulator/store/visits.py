"""A session with its space and the space's latest option: every page of the procedure reads them, at once."""

from maquette.simulator.domain.option import Option
from maquette.simulator.domain.session import Session
from maquette.simulator.domain.space import Space
from maquette.simulator.store import options, sessions, spaces
from maquette.simulator.store.database import Transaction, qualified

_VISIT = f"""
    SELECT {qualified("sessions", sessions.COLUMNS)}, {qualified("spaces", spaces.COLUMNS)},
           {qualified("options", options.COLUMNS)}
    FROM sessions
    LEFT JOIN spaces ON spaces.realm = sessions.realm
        AND spaces.subscriber_number = sessions.subscriber_number
    LEFT JOIN options ON options.realm = sessions.realm
        AND options.subscriber_number = sessions.subscriber_number
    WHERE sessions.realm = :realm AND sessions.id = :id
    ORDER BY options.position DESC LIMIT 1
"""

_SPACE = len(sessions.COLUMNS.split(", "))
_OPTION = _SPACE + len(spaces.COLUMNS.split(", "))


def find_visit(
    transaction: Transaction, session_id: str
) -> tuple[Session, Space | None, Option | None] | None:
    """The session of that id, its space and the option that the space accepted last.

    None when the session has ended or never was; there is no space before it is created (NEW-2).
    """
    row = transaction.row(_VISIT, id=session_id)
    if row is None:
        return None
    session, space, option = row[:_SPACE], row[_SPACE:_OPTION], row[_OPTION:]
    return (
        sessions.session_of_row(*session),
        spaces.space_of_row(*space) if space[0] is not None else None,
        options.option_of_row(*option) if option[0] is not None else None,
    )
