"""The server dies between the option and its letter: one option, one letter, one code."""

from maquette.scenarios.story import Needs, Story, scenario


@scenario(
    "mail-survives-a-crash",
    "Le serveur tombe entre l'option et son courriel : ni perte, ni second code",
    "The server dies between the option and its mail: nothing is lost, and there is no second code",
    rules=("MAIL-6",),
    sections=("3",),
    needs=(Needs.OWN_SERVER,),
)
async def mail_survives_a_crash(story: Story) -> None:
    story.chapter(
        "L'option est acceptée, le courriel n'est pas encore parti, et le serveur s'arrête net",
        "The option is accepted, the mail has not left yet, and the server stops dead",
    )
    lila = await story.person("lila")
    await story.mail_goes({"to": lila.email, "refuse_times": 1})
    await lila.asks_for_password_access()
    await story.server_is_killed()

    story.chapter(
        "Au redémarrage, l'option et son courriel sont toujours là : un seul courriel, un seul code",
        "After the restart the option and its mail are still there: one mail, one code",
    )
    await lila.has_a_space("pending")
    await lila.waits_in_vain_for_the_mail("retrying")
    await story.clock_moves("PT1H")
    code = await lila.reads_the_mail()
    await story.clock_moves("PT1H")
    await lila.has_mails(1)
    await lila.finds_the_activation_from_home()
    await lila.activates(code)
