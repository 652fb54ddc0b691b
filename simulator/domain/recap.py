"""The text of the recap, group by group; it must not know how a page is drawn.

Source: fiche §5 and its picture; rule REG-2.
"""

from maquette.simulator.domain.space import Company, Credentials, Space

Lines = tuple[tuple[str, str], ...]
"""Label and value."""


class RecapRules:
    """The decisions on the recap."""

    def groups(self, space: Space, credentials: Credentials) -> tuple[tuple[str, Lines], ...]:
        """The recap's groups, each with its title: the holder's, the company's, the security question's."""
        holder = space.holder
        identity = (
            ("Civilité", holder.civility.value),
            ("Prénom", holder.first_name),
            ("Nom", holder.last_name),
            ("Tel professionnel", holder.phone),
            ("N° d'abonné", space.subscriber_number),
            ("Adresse mail professionnelle", space.email),
            (
                "Adresse professionnelle",
                f"{holder.street}\n{holder.postcode} {holder.town}\n{holder.country}",
            ),
        )
        question = (
            ("Question de confiance", credentials.question),
            ("Réponse de confiance", credentials.answer),
        )
        return (
            ("Votre identité", identity),
            ("Votre entreprise", _company(space.companies)),
            ("Votre question de confiance", question),
        )


def _company(companies: tuple[Company, ...]) -> Lines:
    """The first company, and how many there are besides."""
    if not companies:
        return (("Dénomination", "aucune entreprise"),)
    first, *others = companies
    lines = (
        ("Entreprise étrangère", "oui" if first.foreign else "non"),
        ("SIRET ou équivalent", first.siret),
        ("Dénomination", first.name),
    )
    return (*lines, ("Autres entreprises", str(len(others)))) if others else lines
