"""Two colleagues opt with the firm's one address at the same instant: exactly one of them gets it."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "same-email-at-once",
    "Deux personnes, la même adresse, au même instant",
    "Two people, the same address, the same instant",
    rules=("CRED-12",),
    sections=("1.3", "3"),
    people=("sylvain", "maelle"),
)
async def same_email_at_once(story: Story) -> None:
    story.chapter(
        "L'adresse du cabinet est encore libre : les deux collègues vont jusqu'au dernier clic",
        "The firm's address is still free: both colleagues come as far as the last click",
    )
    both = await story.person("sylvain"), await story.person("maelle")
    for colleague in both:
        await colleague.goes_to_the_credentials()
        await colleague.chooses_credentials()
        await colleague.fills_in_the_question()

    story.chapter(
        "Ils cliquent ensemble : l'adresse n'ira qu'à l'un des deux",
        "They click together: the address goes to one of them only",
    )
    await story.at_once(*(colleague.clicks_whatever_comes("Valider") for colleague in both))
    accepted = await story.exactly_one_is_accepted(*both, refused="email-awaiting-activation")
    for colleague in both:
        await colleague.has_a_space("pending" if colleague is accepted else "certificate")
    await accepted.reads_the_mail()
    await accepted.has_mails(1)
    await story.invariants_hold()
