"""HORS espace: number, address and SIREN must all be right; one sentence, five tries, 15 minutes."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "outside-wrong-parts",
    "HORS espace : numéro, adresse ou SIREN faux, une seule et même phrase",
    "HORS espace: a wrong number, address or SIREN, one and the same sentence",
    rules=("OUT-2",),
    sections=("1.1",),
)
async def outside_wrong_parts(story: Story) -> None:
    lila = await story.person("lila", certificate=None)
    await lila.opens_the_access_page()
    await lila.clicks("J'opte pour l'accès avec un mot de passe", then="outside")

    story.chapter(
        "Elle se trompe sur chacun des trois : la phrase ne dit jamais lequel",
        "She gets each of the three wrong: the sentence never says which",
    )
    for wrong, reason in (
        ({"number": "20111710000304"}, "number-unknown"),
        ({"email": "lila@courriel.example"}, "address-wrong"),
        ({"siren": "149336315"}, "siren-wrong"),
        ({"siren": ""}, "siren-wrong"),
    ):
        await lila.identifies_outside(**wrong, refused="outside-refused", reason=reason)

    story.chapter("Un champ vide n'est pas un essai", "An empty field is no try")
    await lila.identifies_outside(number="", refused="number-missing")
    await lila.identifies_outside(email="", refused="email-missing")

    story.chapter(
        "Au cinquième essai faux, le numéro est bloqué 15 minutes, pas une seconde de moins",
        "With the fifth wrong try the number is locked for 15 minutes, and not a second less",
    )
    for _ in range(2):
        await lila.identifies_outside(siren="149336315", refused="outside-refused", reason="siren-wrong")
    await lila.identifies_outside(refused="outside-refused", reason="locked-out")
    await story.clock_moves("PT14M59S")
    await lila.identifies_outside(refused="outside-refused", reason="locked-out")
    await story.clock_moves("PT1S")
    await lila.identifies_outside()
