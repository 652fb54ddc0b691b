"""The steps that many tests take on their way to what they are about, on any visitor."""

from maquette.fixtures import walk
from maquette.fixtures.visitor import Visitor
from maquette.fixtures.walk import PASSWORD, enter, opt
from maquette.fixtures.walk import go_to_question as go_to_the_question

__all__ = ["EMAIL", "PASSWORD", "enter", "go_to_the_question", "opt", "type_code"]

EMAIL = "lila.rosemonde@courriel.example"


async def type_code(visitor: Visitor, code: str, email: str = EMAIL) -> None:
    """From home to the answer to the code, by the way that needs no session."""
    await walk.find_activation(visitor)
    await walk.send_code(visitor, email, code)
