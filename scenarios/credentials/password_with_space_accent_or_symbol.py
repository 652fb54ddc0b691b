"""A password is made of unaccented letters and digits alone: no space, no accent, no symbol."""

from maquette.scenarios.story import Story, scenario

REFUSED = ("Garonne 2011", "Garonne2011 ", "Garônne2011", "Garonne-2011", "Garonne2011!")


@scenario(
    "password-with-space-accent-or-symbol",
    "Mot de passe avec une espace, un accent ou un symbole",
    "Passwords with a space, an accent or a symbol",
    rules=("CRED-6",),
    sections=("3",),
)
async def password_with_space_accent_or_symbol(story: Story) -> None:
    story.chapter(
        "La fiche n'admet que des chiffres et des lettres sans accent ; une espace finale est de trop",
        "The fiche admits unaccented letters and digits only; a space at the end is too many",
    )
    lila = await story.person("lila")
    await lila.goes_to_the_credentials()
    for password in REFUSED:
        await lila.chooses_credentials(password=password, refused="password-characters")
    await lila.reads(
        "Le mot de passe doit être composé de chiffres et de lettres, sans espaces ni caractères accentués."
    )

    story.chapter("Sans rien de tout cela, il est accepté", "Without any of these it is accepted")
    await lila.chooses_credentials(password="Garonne2011")
