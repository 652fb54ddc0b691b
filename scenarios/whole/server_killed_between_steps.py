"""The server is killed between each two steps of the procedure, which goes on each time where it was."""

from maquette.scenarios.story import Needs, Story, scenario


@scenario(
    "server-killed-between-steps",
    "Le serveur tué entre deux étapes, à chaque fois : la procédure continue",
    "The server killed between each two steps: the procedure goes on",
    rules=("MAIL-6", "POP-5"),
    sections=("2", "3", "4.2", "5"),
    needs=(Needs.OWN_SERVER,),
)
async def server_killed_between_steps(story: Story) -> None:
    story.chapter(
        "Pendant la demande : la session, l'avertissement confirmé et l'adresse choisie sont gardés",
        "During the demand: the session, the confirmed warning and the chosen address are kept",
    )
    lila = await story.person("lila")
    await lila.goes_to_the_credentials()
    await story.server_is_killed()
    await lila.chooses_credentials()
    await story.server_is_killed()
    await lila.answers_the_question()

    story.chapter(
        "Pendant l'attente : ni l'option ni son courriel ne se perdent, et le code reste le même",
        "During the waiting: neither the option nor its mail is lost, and the code stays the same",
    )
    await story.server_is_killed()
    await lila.has_a_space("pending")
    code = await lila.reads_the_mail()
    await lila.follows_the_activation_link()
    await story.server_is_killed()
    await lila.activates(code)

    story.chapter(
        "Après l'activation : elle est faite une fois pour toutes, le récapitulatif reste accessible",
        "After the activation: it is done once and for all, and the recap can still be had",
    )
    await story.server_is_killed()
    await lila.reloads(then="registration")
    await lila.saves_the_recap()
    await lila.has_mails(1)
    await lila.has_a_space("password")
    await story.invariants_hold()
