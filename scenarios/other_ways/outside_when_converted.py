"""A space that was converted already has no way HORS espace: its password is the only access."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "outside-when-converted",
    "Espace déjà converti : HORS espace ne mène plus à rien",
    "A space converted already: HORS espace leads nowhere",
    rules=("OUT-2",),
    sections=("1.1",),
    people=("clemence",),
)
async def outside_when_converted(story: Story) -> None:
    story.chapter(
        "Clémence a déjà un mot de passe ; qui voudrait opter à sa place n'apprend rien",
        "Clémence has a password already; who would opt in her place learns nothing",
    )
    clemence = await story.person("clemence", certificate=None)
    await clemence.opens_the_access_page()
    await clemence.clicks("J'opte pour l'accès avec un mot de passe", then="outside")
    await clemence.identifies_outside(refused="outside-refused", reason="already-converted")
    await clemence.has_a_space("password")
