"""Facts of the OpenAPI document about every operation; test_schemathesis.py checks that they are true."""

import aiohttp
from cases import cases

from maquette.simulator.console.api.openapi import openapi_document
from maquette.simulator.console.api.operation import Operation
from maquette.simulator.console.api.table import OPERATIONS

DOCUMENT = openapi_document(OPERATIONS)


def responses(operation: Operation) -> dict[str, dict[str, str]]:
    described: dict[str, dict[str, str]] = DOCUMENT["paths"][operation.path][operation.method.lower()][
        "responses"
    ]
    return described


@cases("operation", OPERATIONS)
def test_an_operation_names_the_problems_that_it_may_answer_with(operation: Operation) -> None:
    described = responses(operation)
    assert "query-invalid" in described["422"]["description"]
    assert described["421"]["description"] == "host-unknown"
    assert ("401" in described) == ("403" in described) == operation.needs_token
    assert ("413" in described) == (operation.method != "GET")
    for problem in operation.problems:
        assert problem.code in described[str(problem.status)]["description"]


def test_the_document_names_the_response_not_ready() -> None:
    (readyz,) = (each for each in OPERATIONS if each.path == "/readyz")
    assert responses(readyz)["503"] == responses(readyz)["200"]


def test_no_parameter_of_a_query_may_be_null() -> None:
    parameters = [
        parameter
        for methods in DOCUMENT["paths"].values()
        for described in methods.values()
        for parameter in described["parameters"]
    ]
    assert len(parameters) > 30
    assert [each for each in parameters if "null" in str(each["schema"])] == []


async def test_an_unsupported_method_is_answered_with_the_supported_ones(
    api: aiohttp.ClientSession,
) -> None:
    answer = await api.delete("/api/version")
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET"
