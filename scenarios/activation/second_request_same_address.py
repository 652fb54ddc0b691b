"""While a code is out for an address, nobody gets another one with it: neither its owner nor anyone else."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "second-request-same-address",
    "Un second code demandé avec la même adresse pendant les 48 heures",
    "A second code asked for with the same address within the 48 hours",
    rules=("ACT-7",),
    sections=("3",),
    people=("lila", "theo"),
)
async def second_request_same_address(story: Story) -> None:
    lila = await story.person("lila")
    await lila.asks_for_password_access()

    story.chapter(
        "Impatiente, Lila redemande un code avec la même adresse : refusé",
        "Impatient, Lila asks for another code with the same address: refused",
    )
    await lila.goes_to_the_credentials()
    await lila.chooses_credentials(refused="email-awaiting-activation")
    await lila.reads(
        "pendant le délai d'activation, il est impossible d'en redemander un avec la même adresse"
    )

    story.chapter(
        "Un autre abonné ne peut pas davantage prendre cette adresse",
        "Nor can another subscriber take that address",
    )
    theo = await story.person("theo")
    await theo.goes_to_the_credentials()
    await theo.chooses_credentials(email=lila.email, refused="email-awaiting-activation")
