"""100 characters of e-mail are accepted, and reached by the code; 101 are refused."""

from maquette.scenarios.story import Story, scenario

DOMAIN = "@comptabilite-et-administration-des-ventes.courriel.example"


@scenario(
    "email-of-100-and-101-characters",
    "Une adresse de 101 caractères est refusée, de 100 acceptée",
    "An address of 101 characters is refused, of 100 accepted",
    rules=("CRED-3",),
    sections=("3",),
)
async def email_of_100_and_101_characters(story: Story) -> None:
    story.chapter(
        "La fiche donne la limite, 100 caractères : un de plus, et l'adresse est refusée",
        "The fiche gives the limit, 100 characters: with one more the address is refused",
    )
    lila = await story.person("lila")
    await lila.goes_to_the_credentials()
    await lila.chooses_credentials(email=DOMAIN.rjust(101, "l"), refused="email-too-long")
    await lila.reads("L'adresse électronique ne doit pas dépasser 100 caractères.")

    story.chapter(
        "À 100 caractères justes elle est acceptée, et le code y arrive",
        "At 100 characters sharp it is accepted, and the code arrives there",
    )
    await lila.chooses_credentials(email=DOMAIN.rjust(100, "l"))
    await lila.answers_the_question()
    await lila.reads_the_mail()
