"""Defects of what the space, the recap and the helpdesk's page show.

Rules ACC-12, HOME-1 to HOME-5, CRED-1, REG-1 to REG-4, HELP-1, HELP-2.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from maquette.simulator.defects.override import defect
from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.helpdesk import HelpdeskRules
from maquette.simulator.domain.presentation import Presentation, Values
from maquette.simulator.domain.recap import Lines, RecapRules
from maquette.simulator.domain.space import Civility, Company, Credentials, Space, SpaceRules

_OTHER = {"Civilité": Civility.MADAME.value, "Prénom": "Camille", "Nom": "Exemple"}
"""A person of no realm, whom the defect prints on every recap."""


@defect("number-changes")
class NumberChanges(Presentation):
    def space(self, space: Space) -> Space:
        space = super().space(space)
        if space.registered_at is None:
            return space
        number = f"{space.registered_at:%Y%j}{space.subscriber_number[7:]}"
        last = "1" if number[-1] == "0" else "0"
        return replace(space, subscriber_number=number[:-1] + last)


@defect("service-lost")
class ServiceLost(Presentation):
    def space(self, space: Space) -> Space:
        space = super().space(space)
        if space.credentials is None:
            return space
        companies = tuple(replace(each, services=each.services[:-1]) for each in space.companies)
        return replace(space, companies=companies)


@defect("service-under-wrong-heading")
class ServiceUnderWrongHeading(SpaceRules):
    def services_by_rubric(self, company: Company) -> list[tuple[str, list[str]]]:
        rubrics = super().services_by_rubric(company)
        if len(rubrics) < 2:
            return rubrics
        (first, moved), (second, labels), *others = rubrics
        return [(first, moved[:-1]), (second, [moved[-1], *labels]), *others]


@defect("first-file-always")
class FirstFileAlways(SpaceRules):
    def chosen_file(self, companies: Sequence[Company], siren: str | None) -> Company | None:
        return companies[0] if super().chosen_file(companies, siren) else None


@defect("last-file-missing")
class LastFileMissing(SpaceRules):
    def files_of_page(self, companies: Sequence[Company], page: int, per_page: int) -> Sequence[Company]:
        return super().files_of_page(companies, page, per_page)[:-1]


@defect("certificate-end-hidden")
class CertificateEndHidden(Presentation):
    def page(self, screen: str, values: Values) -> Values:
        values = super().page(screen, values)
        subscriber = values.get("subscriber")
        return values | {"subscriber": subscriber and replace(subscriber, certificate_end=None)}


@defect("option-offered-to-all")
class OptionOfferedToAll(Presentation):
    def page(self, screen: str, values: Values) -> Values:
        return super().page(screen, values) | {"offers_option": True}


@defect("email-on-file-not-replaced")
class EmailOnFileNotReplaced(SpaceRules):
    def converted(self, space: Space, credentials: Credentials, at: datetime) -> Space:
        return replace(super().converted(space, credentials, at), email=space.email)


@defect("registered-a-day-late")
class RegisteredADayLate(SpaceRules):
    def converted(self, space: Space, credentials: Credentials, at: datetime) -> Space:
        return super().converted(space, credentials, at + timedelta(days=1))


@defect("recap-of-wrong-person")
class RecapOfWrongPerson(RecapRules):
    def groups(self, space: Space, credentials: Credentials) -> tuple[tuple[str, Lines], ...]:
        return tuple(
            (title, tuple((label, _OTHER.get(label, value)) for label, value in lines))
            for title, lines in super().groups(space, credentials)
        )


@defect("recap-without-answer")
class RecapWithoutAnswer(RecapRules):
    def groups(self, space: Space, credentials: Credentials) -> tuple[tuple[str, Lines], ...]:
        return super().groups(space, replace(credentials, answer=""))


@defect("recap-missing-from-space")
class RecapMissingFromSpace(SpaceRules):
    def has_recap(self, space: Space) -> bool:
        return False


@defect("helpdesk-another-number")
class HelpdeskAnotherNumber(Presentation):
    def page(self, screen: str, values: Values) -> Values:
        values = super().page(screen, values)
        return values | {"phone": values.get("phone", "")[:-1] + "3"}


@defect("helpdesk-open-at-weekends")
class HelpdeskOpenAtWeekends(HelpdeskRules):
    def is_open(self, now: datetime) -> bool:
        days = max(now.astimezone(PARIS).weekday() - 4, 0)
        return super().is_open(now - timedelta(days=days))
