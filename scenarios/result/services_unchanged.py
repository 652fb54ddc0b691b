"""After the change of access the space is what it was: number, company files and services."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "services-unchanged",
    "Même numéro, mêmes dossiers, mêmes services qu'avant",
    "The same number, company files and services as before",
    rules=("ACC-12",),
    sections=("1.3", "4.2"),
    people=("maelle",),
)
async def services_unchanged(story: Story) -> None:
    story.chapter(
        "Maëlle a deux dossiers : elle note ce que chacun lui permet",
        "Maëlle has two company files: she notes what she can do in each",
    )
    maelle = await story.person("maelle")
    await maelle.enters_with_certificate()
    before = []
    for company in maelle.companies:
        await maelle.clicks(company.name, then="space")
        before.append(await maelle.notes_number_and_services())

    story.chapter("Elle change de mode d'accès", "She changes the access")
    await maelle.changes_to_password_access()

    story.chapter(
        "Elle entre avec son mot de passe : rien n'a changé que l'accès",
        "She enters with her password: nothing has changed but the access",
    )
    await maelle.clicks("Accédez à votre espace abonné", then="access")
    await maelle.enters_with_password()
    for company, holdings in zip(maelle.companies, before, strict=True):
        await maelle.clicks(company.name, then="space")
        await maelle.finds_again(holdings)
