"""Every page in a window of 390 pixels, a telephone's: none is wider than the window.

Only a browser gives pages a width: there is no such thing over HTTP.
"""

from maquette.scenarios.narration import Driver
from maquette.scenarios.story import Story, scenario

TELEPHONE = 390


@scenario(
    "on-a-telephone",
    "Toute la procédure sur 390 pixels de large, sans défilement horizontal",
    "The whole procedure on 390 pixels of width, without scrolling sideways",
    rules=("ACT-11", "POP-1", "PWD-1"),
    sections=("2", "3", "4.2", "5"),
    people=("lila", "berengere"),
    drivers=(Driver.BROWSER,),
)
async def on_a_telephone(story: Story) -> None:
    story.chapter(
        "Lila opte depuis son téléphone : chaque page tient dans la largeur de l'écran",
        "Lila opts on her telephone: each page fits the width of the screen",
    )
    lila = await story.person("lila", width=TELEPHONE)
    await lila.opens_home()
    await lila.sees_the_whole_width()
    await lila.clicks("Professionnel", then="access")
    await lila.sees_the_whole_width()
    await lila.clicks("Accéder avec mon certificat", then="space")
    await lila.sees_the_whole_width()
    await lila.clicks("Gérer mes services", then="coordinates")
    await lila.sees_the_whole_width()
    await lila.clicks("Retour", then="space")
    await lila.clicks("Opter pour l'accès sans certificat", then="irrevocable")
    await lila.sees_the_whole_width()
    await lila.clicks("Opter pour l'accès sans certificat", then="credentials")
    await lila.sees_the_whole_width()
    await lila.chooses_credentials(password_again="Garonne2012", refused="password-mismatch")
    await lila.sees_the_whole_width()
    await lila.chooses_credentials()
    await lila.sees_the_whole_width()
    await lila.answers_the_question()
    await lila.sees_the_whole_width()

    story.chapter(
        "L'activation, sa nouvelle fenêtre et l'espace avec mot de passe tiennent aussi",
        "The activation, its new window and the password space fit, too",
    )
    code = await lila.reads_the_mail()
    await lila.finds_the_activation_from_home()
    await lila.sees_the_whole_width()
    await lila.activates(code)
    await lila.sees_the_whole_width()
    await lila.clicks("Accédez à votre espace abonné", then="access")
    await lila.is_refused_with_certificate("space-converted")
    await lila.sees_the_whole_width()
    await lila.clicks("Mon espace Professionnel", then="access")
    await lila.enters_with_password()
    await lila.sees_the_whole_width()
    await lila.opens_the_helpdesk()
    await lila.sees_the_whole_width()

    story.chapter(
        "Une longue liste de dossiers tient aussi, avec ses noms d'entreprise les plus longs",
        "A long list of files fits, too, with its longest names of companies",
    )
    berengere = await story.person("berengere", width=TELEPHONE)
    await berengere.enters_with_certificate()
    await berengere.clicks("Page suivante >", then="space")
    await berengere.sees_the_whole_width()
