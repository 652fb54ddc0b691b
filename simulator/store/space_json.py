"""A space that is still to be created, its holder and its company files, as JSON."""

import json
from datetime import date
from typing import Any

from maquette.simulator.domain.space import Civility, Company, Holder, Service, Space


def space_json(space: Space) -> str:
    """The space as JSON; it has no credentials yet."""
    return json.dumps(
        {
            "subscriber_number": space.subscriber_number,
            "created_on": space.created_on.isoformat(),
            "holder": _holder_fields(space.holder),
            "companies": [_company_fields(company) for company in space.companies],
            "email": space.email,
        }
    )


def holder_json(holder: Holder) -> str:
    """The holder as JSON."""
    return json.dumps(_holder_fields(holder))


def companies_json(companies: tuple[Company, ...]) -> str:
    """The company files as JSON."""
    return json.dumps([_company_fields(company) for company in companies])


def read_space(text: str) -> Space:
    """The space that `space_json` wrote."""
    fields = json.loads(text)
    return Space(
        subscriber_number=fields["subscriber_number"],
        created_on=date.fromisoformat(fields["created_on"]),
        holder=_holder(fields["holder"]),
        companies=tuple(map(_company, fields["companies"])),
        email=fields["email"],
    )


def read_holder(text: str) -> Holder:
    """The holder that `holder_json` wrote."""
    return _holder(json.loads(text))


def read_companies(text: str) -> tuple[Company, ...]:
    """The company files that `companies_json` wrote."""
    return tuple(map(_company, json.loads(text)))


def _holder_fields(holder: Holder) -> dict[str, Any]:
    return {**_fields(holder), "civility": holder.civility.value}


def _holder(fields: dict[str, Any]) -> Holder:
    return Holder(**{**fields, "civility": Civility(fields["civility"])})


def _company_fields(company: Company) -> dict[str, Any]:
    return {**_fields(company), "services": [service.name for service in company.services]}


def _company(fields: dict[str, Any]) -> Company:
    return Company(**{**fields, "services": tuple(Service[name] for name in fields["services"])})


def _fields(value: Holder | Company) -> dict[str, Any]:
    """The value's fields by name; `asdict` copies each of them, which makes a new realm a quarter dearer."""
    return {name: getattr(value, name) for name in value.__slots__}
