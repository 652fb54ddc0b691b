"""A session that a certificate opened is shown its certificate at every step, or goes no further."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "session-bound-to-certificate",
    "Une session ouverte par un certificat ne vaut rien sans lui",
    "A session opened by a certificate is worth nothing without it",
    rules=("SES-3",),
    sections=("2",),
)
async def session_bound_to_certificate(story: Story) -> None:
    story.chapter(
        "Lila est entrée avec son certificat ; par l'autre porte, qui n'en demande pas, elle est refusée",
        "Lila has entered with her certificate; by the other door, which asks for none, she is refused",
    )
    lila = await story.person("lila")
    await lila.enters_with_certificate()
    await lila.changes_door(then="session-ended", refused="session-of-another-certificate")
    await lila.reads("Cette session a été ouverte d'une autre façon, et ne peut pas être poursuivie ici.")

    story.chapter(
        "Du côté du certificat, la même session continue",
        "On the certificate's side the same session goes on",
    )
    await lila.changes_door(then="space")
