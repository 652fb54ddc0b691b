"""The certificate ends while the option waits, and the option lapses: HORS espace is what is left."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "certificate-ends-and-option-lapses",
    "Le certificat se termine, l'option aussi : il reste l'option HORS espace",
    "The certificate ends, and so does the option: HORS espace is what is left",
    rules=("ACC-5", "ACC-13", "ACT-6"),
    sections=("1.1", "2", "3"),
    people=("gaelle",),
)
async def certificate_ends_and_option_lapses(story: Story) -> None:
    story.chapter(
        "Gaëlle opte la veille de la fin de son certificat, puis laisse passer les 48 heures",
        "Gaëlle opts the day before her certificate ends, then lets the 48 hours pass",
    )
    gaelle = await story.person("gaelle")
    await story.clock_shows("2011-06-28T12:00:00+02:00")
    await gaelle.asks_for_password_access()
    code = await gaelle.reads_the_mail()
    await story.clock_moves_to("code-expiry", "gaelle")

    story.chapter(
        "Le code ne vaut plus rien : l'espace reste un espace avec certificat",
        "The code is worth nothing any more: the space remains one with certificate",
    )
    await gaelle.finds_the_activation_from_home()
    await gaelle.is_refused_at_activation(code, "code-expired")
    await gaelle.has_a_space("certificate")

    story.chapter(
        "Et le certificat n'ouvre plus : la page indique la seule issue, opter HORS espace",
        "And the certificate does not open any more: the page names the one way out, HORS espace",
    )
    await gaelle.opens_the_access_page()
    await gaelle.is_refused_with_certificate("certificate-expired")
    await gaelle.finds_the_way_outside_the_space()
