"""The helpdesk's page says whether it is open: Monday to Friday, 8:00 until 19:30, Paris time."""

from maquette.scenarios.story import Story, scenario

_OPEN, _CLOSED = "L'assistance est ouverte en ce moment.", "L'assistance est fermée en ce moment."


@scenario(
    "helpdesk-hours",
    "L'assistance est-elle ouverte en ce moment ?",
    "Is the helpdesk open just now?",
    rules=("HELP-2",),
    sections=("6",),
)
async def helpdesk_hours(story: Story) -> None:
    lila = await story.person("lila", certificate=None)
    await lila.opens_the_helpdesk()

    story.chapter(
        "Un vendredi : de 8 h 00 à la dernière seconde avant 19 h 30, heure de Paris",
        "On a Friday: from 8:00 to the last second before 19:30, Paris time",
    )
    for instant, sentence in (
        ("2011-06-10T07:59:59+02:00", _CLOSED),
        ("2011-06-10T08:00:00+02:00", _OPEN),
        ("2011-06-10T19:29:59+02:00", _OPEN),
        ("2011-06-10T19:30:00+02:00", _CLOSED),
    ):
        await story.clock_shows(instant)
        await lila.reloads(then="helpdesk")
        await lila.reads(sentence)

    story.chapter(
        "Fermée samedi et dimanche ; en hiver, 8 h 00 est une heure plus tard pour le reste du monde",
        "Closed on Saturday and Sunday; in winter 8:00 is an hour later for the rest of the world",
    )
    for instant, sentence in (
        ("2011-06-11T12:00:00+02:00", _CLOSED),
        ("2011-06-12T12:00:00+02:00", _CLOSED),
        ("2011-06-13T08:00:00+02:00", _OPEN),
        ("2011-12-01T07:59:59+01:00", _CLOSED),
        ("2011-12-01T08:00:00+01:00", _OPEN),
    ):
        await story.clock_shows(instant)
        await lila.reloads(then="helpdesk")
        await lila.reads(sentence)
