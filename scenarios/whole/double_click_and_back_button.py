"""Hasty people: each form that changes something is clicked twice, and the Back button pressed after it."""

from maquette.fixtures.walk import CODE
from maquette.scenarios.story import Story, scenario


@scenario(
    "double-click-and-back-button",
    "Double-clics et bouton Précédent : rien n'est fait deux fois",
    "Double clicks and the Back button: nothing is done twice",
    rules=("MAIL-6", "POP-3", "POP-5", "SES-1"),
    sections=("2", "3", "4.2"),
)
async def double_click_and_back_button(story: Story) -> None:
    story.chapter(
        "Lila double-clique sur chaque bouton de l'option, et revient en arrière après chacun",
        "Lila double-clicks every button of the option, and goes back after each",
    )
    await story.policy(popup_mode="click")
    lila = await story.person("lila")
    await lila.enters_with_certificate()
    await lila.clicks("Opter pour l'accès sans certificat", then="irrevocable")
    await lila.double_clicks("Opter pour l'accès sans certificat", then="credentials")
    await lila.goes_back(then="irrevocable")
    await lila.double_clicks("Opter pour l'accès sans certificat", then="credentials")
    await lila.fills_in_the_credentials()
    await lila.double_clicks("Valider", then="question")
    await lila.goes_back(then="credentials")
    await lila.fills_in_the_credentials()
    await lila.double_clicks("Valider", then="question")
    await lila.fills_in_the_question()
    await lila.double_clicks("Valider", then="pending")
    await lila.goes_back(then="pending")

    story.chapter("Une seule option, un seul courriel, un seul code", "One option, one mail, one code")
    code = await lila.reads_the_mail()
    await story.journal_counts("option-accepted", 1)
    await lila.has_mails(1)

    story.chapter(
        "De même à l'activation : une seule, et revenir en arrière n'y change rien",
        "The same at the activation: one only, and going back changes nothing",
    )
    await lila.follows_the_activation_link()
    await lila.types("Saisissez votre adresse électronique", lila.email)
    await lila.types(CODE, code)
    await lila.double_clicks("Valider", then="activation")
    await lila.opens_the_result_by_click()
    await lila.reloads(then="registration")
    await story.journal_counts("space-activated", 1)

    story.chapter(
        "« Quitter » cliqué deux fois quitte une fois, et Précédent ne rouvre pas l'espace",
        "« Quitter » clicked twice leaves once, and Back does not reopen the space",
    )
    await lila.clicks("Accédez à votre espace abonné", then="access")
    await lila.enters_with_password()
    await lila.double_clicks("Quitter", then="home")
    await lila.goes_back(then="access")
    await story.invariants_hold()
