"""`gate.refusal` is `abort`: a refused certificate is judged the same, and gets no answer at all."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "gate-drops-the-connection",
    "La porte coupe la connexion : même jugement, aucune réponse",
    "The gate drops the connection: the same judgement, and no answer",
    rules=("ACC-6",),
    sections=("2",),
    people=("gaelle",),
)
async def gate_drops_the_connection(story: Story) -> None:
    story.chapter(
        "Certaines portes refusent dès la connexion ; un certificat valide, lui, y passe comme ailleurs",
        "Some gates refuse in the connection itself; a valid certificate passes there as anywhere",
    )
    await story.policy(gate_refusal="abort")
    gaelle = await story.person("gaelle")
    await gaelle.enters_with_certificate()
    await gaelle.clicks("Quitter", then="home")

    story.chapter(
        "Vingt jours plus tard il est périmé : la connexion est coupée, seul le journal en donne la raison",
        "Twenty days later it has ended: the connection is cut, and only the journal tells why",
    )
    await story.clock_moves_to("certificate-expiry", "gaelle")
    await gaelle.opens_the_access_page()
    await gaelle.is_cut_off_with_certificate()
    await story.journal_says("certificate-judged", verdict="certificate-expired")
    await story.journal_says("refused", refusal="certificate-expired")

    story.chapter(
        "Avec le réglage habituel, le même certificat reçoit une page qui s'explique",
        "With the usual policy, the same certificate gets a page that explains itself",
    )
    await story.policy(gate_refusal="page")
    await gaelle.opens_the_access_page()
    await gaelle.is_refused_with_certificate("certificate-expired")
