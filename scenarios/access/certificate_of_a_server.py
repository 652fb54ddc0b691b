"""A server's certificate shown as a person's: TLS itself turns it away, before any page could answer."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "certificate-of-a-server",
    "Certificat de serveur présenté comme client : la connexion n'aboutit pas",
    "A server's certificate shown as a person's: the connection does not come about",
    rules=("ACC-2", "ACC-4"),
    sections=("1.5", "2"),
    people=("leon",),
)
async def certificate_of_a_server(story: Story) -> None:
    story.chapter(
        "Léon présente le certificat de son serveur : la poignée de main TLS échoue, aucune page ne répond",
        "Léon presents his server's certificate: the TLS handshake fails, and no page answers",
    )
    leon = await story.person("leon")
    await leon.opens_the_access_page()
    await leon.is_cut_off_with_certificate()

    story.chapter(
        "Aucune session ne s'est ouverte ; le reste du site lui répond toujours",
        "No session was opened; the rest of the site still answers him",
    )
    await story.journal_counts("certificate-judged", 0)
    await story.journal_counts("session-opened", 0)
    await leon.opens_the_access_page()
