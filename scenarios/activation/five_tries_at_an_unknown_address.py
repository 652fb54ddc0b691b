"""An address that nobody has chosen is refused, and locked, just like one that somebody has."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "five-tries-at-an-unknown-address",
    "Cinq essais avec une adresse inconnue",
    "Five tries at an unknown address",
    rules=("ACT-14", "ACT-15"),
    sections=("4.2",),
    people=("theo",),
)
async def five_tries_at_an_unknown_address(story: Story) -> None:
    story.chapter(
        "Un curieux essaie une adresse que personne n'a choisie : même phrase, même blocage",
        "Somebody curious tries an address that nobody has chosen: same sentence, same lock",
    )
    curious = await story.person("theo", certificate=None)
    await curious.finds_the_activation_from_home()
    for _ in range(5):
        await curious.is_refused_at_activation(
            "abcdefgh2345", "address-unknown", email="personne@courriel.example"
        )
    await curious.is_refused_at_activation("abcdefgh2345", "locked-out", email="personne@courriel.example")
