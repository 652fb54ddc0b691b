"""A firm with one mailbox: the first colleague who opts with it takes it, the second must choose another."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "shared-mailbox",
    "La boîte aux lettres d'un cabinet : le premier collègue la prend, la seconde en choisit une autre",
    "A firm's one mailbox: the first colleague takes it, the second chooses another address",
    rules=("CRED-4", "CRED-5"),
    sections=("1.3", "3"),
    people=("sylvain", "maelle"),
)
async def shared_mailbox(story: Story) -> None:
    story.chapter(
        "Sylvain et Maëlle ont la même adresse, celle du cabinet ; Sylvain opte le premier",
        "Sylvain and Maëlle have the same address, the firm's; Sylvain opts first",
    )
    sylvain, maelle = await story.person("sylvain"), await story.person("maelle")
    await sylvain.changes_to_password_access()

    story.chapter(
        "L'adresse du cabinet est prise pour de bon : Maëlle doit en choisir une à elle",
        "The firm's address is taken for good: Maëlle must choose one of her own",
    )
    await maelle.goes_to_the_credentials()
    await maelle.finds_typed("Votre adresse électronique", sylvain.email)
    await maelle.chooses_credentials(refused="email-taken")
    await maelle.chooses_credentials(email="maelle.perignon@compta-boisfleury.example")
