"""A space's holder and company files as JSON, and a space that is still to be created as one document."""

from datetime import date
from typing import Any

from maquette.simulator.domain.space import Civility, Company, Holder, Service, Space


def holder_json(holder: Holder) -> dict[str, Any]:
    """The holder as JSON."""
    return {**_fields(holder), "civility": holder.civility.value}


def company_json(company: Company) -> dict[str, Any]:
    """A company file as JSON."""
    return {**_fields(company), "services": [service.name for service in company.services]}


def founding_json(space: Space) -> dict[str, Any]:
    """A space that is still to be created, as JSON: it has no credentials of its own yet."""
    return {
        "subscriber_number": space.subscriber_number,
        "created_on": space.created_on.isoformat(),
        "holder": holder_json(space.holder),
        "companies": [company_json(company) for company in space.companies],
        "email": space.email,
    }


def read_holder(written: dict[str, Any]) -> Holder:
    """The holder that was written."""
    return Holder(**{**written, "civility": Civility(written["civility"])})


def read_company(written: dict[str, Any]) -> Company:
    """The company file that was written."""
    return Company(**{**written, "services": tuple(Service[name] for name in written["services"])})


def read_founding(written: dict[str, Any]) -> Space:
    """The space to be created that was written."""
    return Space(
        subscriber_number=written["subscriber_number"],
        created_on=date.fromisoformat(written["created_on"]),
        holder=read_holder(written["holder"]),
        companies=tuple(map(read_company, written["companies"])),
        email=written["email"],
    )


def _fields(value: Holder | Company) -> dict[str, Any]:
    """The value's fields by name; `asdict` would copy each of them, and a new realm cost a quarter more."""
    return {name: getattr(value, name) for name in value.__slots__}
