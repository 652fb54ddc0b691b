"""Two equal slips in the address are accepted: the code goes there, and another option is the way out."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "mistyped-address",
    "Une adresse mal saisie : le code part chez quelqu'un d'autre",
    "A mistyped address: the code goes to somebody else",
    rules=("ACT-1", "ACT-8"),
    sections=("3",),
)
async def mistyped_address(story: Story) -> None:
    lila = await story.person("lila")
    right = lila.email

    story.chapter(
        "Lila oublie une lettre de son adresse, deux fois de suite : rien ne peut l'en avertir",
        "Lila leaves out a letter of her address, twice alike: nothing can warn her",
    )
    await lila.asks_for_password_access(email="lila.rosemond@courriel.example")
    await lila.reads("lila.rosemond@courriel.example")
    await lila.reads_the_mail()
    await story.clock_moves("PT1H")
    await lila.has_mails(1)
    lila.email = right
    await lila.has_mails(0)

    story.chapter(
        "L'écran lui montre l'adresse : elle la reconnaît fausse et opte de nouveau avec la bonne",
        "The screen shows her the address: she sees the slip, and opts again with the right one",
    )
    await lila.changes_to_password_access(email=right)
    await lila.has_on_file(right)
