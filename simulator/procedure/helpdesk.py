"""The helpdesk's form. Source: fiche §6, rule HELP-2."""

from maquette.simulator.domain.credentials import printable
from maquette.simulator.domain.refusals import Refusal, Refused
from maquette.simulator.procedure.context import Context
from maquette.simulator.store.helpdesk import add_helpdesk_message

MESSAGE_LENGTH = 2000
SENDER_LENGTH = 100


def leave_message(context: Context, *, name: str, email: str, message: str) -> Refused | None:
    """Store the message, or return the refusal."""
    lines = "".join(message.splitlines())
    if not message.strip():
        return context.refuse(Refused(Refusal.MESSAGE_MISSING))
    if len(message) > MESSAGE_LENGTH:
        return context.refuse(Refused(Refusal.MESSAGE_TOO_LONG))
    if len(name) > SENDER_LENGTH or len(email) > SENDER_LENGTH:
        return context.refuse(Refused(Refusal.SENDER_TOO_LONG))
    if not all(printable(text) for text in (name, email, lines)):
        return context.refuse(Refused(Refusal.MESSAGE_CHARACTERS))
    add_helpdesk_message(context.transaction, name=name, email=email, message=message, at=context.now)
    context.note("helpdesk-message", characters=len(message))
    return None
