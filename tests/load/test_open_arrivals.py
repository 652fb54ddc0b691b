"""Arrivals, people and counts: the pure parts that worker processes share."""

import json

import pytest

from maquette.load.arrivals import arrivals, share_of
from maquette.load.crowd import Crowd, NobodyLeftError
from maquette.load.description import Converted, Description, slice_of
from maquette.load.profile import Profile
from maquette.load.tally import Tally, progress

ANNE, BERT = (
    Converted(email="anne@courriel.example", password="x"),
    Converted(email="bert@courriel.example", password="y"),
)


def profile(*stages: tuple[float, float], seed: int = 1) -> Profile:
    return Profile.model_validate(
        {
            "title": {"fr": "x", "en": "x"},
            "arrival": "open",
            "stages": [{"seconds": seconds, "to": to} for seconds, to in stages],
            "mix": {"opting": 1},
            "data": {"subscribers": 10},
            "seed": seed,
        }
    )


# Arrivals


def test_people_come_at_the_same_instants_for_the_same_seed() -> None:
    first, again = (list(arrivals(profile((0.001, 5), (60, 5)))) for _ in range(2))
    assert first == again
    assert first != list(arrivals(profile((0.001, 5), (60, 5), seed=2)))


def test_people_come_in_order_within_the_run_and_as_often_as_the_profile_says() -> None:
    found = list(arrivals(profile((0.001, 10), (1000, 10))))
    assert found == sorted(found)
    assert found[0] > 0
    assert found[-1] < 1000.001
    assert len(found) == pytest.approx(10_000, rel=0.05)


def test_more_people_come_where_the_rate_is_higher() -> None:
    found = list(arrivals(profile((1000, 10))))
    assert sum(at > 500 for at in found) == pytest.approx(3 * sum(at <= 500 for at in found), rel=0.1)


def test_nobody_comes_where_the_rate_is_nothing() -> None:
    found = list(arrivals(profile((10, 5), (0.001, 0), (100, 0), (0.001, 5), (10, 5))))
    assert [at for at in found if 10.01 < at < 110] == []
    assert any(at > 110.01 for at in found)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_workers_together_receive_everybody_once(count: int) -> None:
    everybody = list(arrivals(profile((30, 5))))
    shares = [list(share_of(iter(everybody), index, count)) for index in range(count)]
    assert sorted(at for share in shares for at in share) == everybody


# People


@pytest.mark.parametrize(("people", "count"), [(10, 1), (10, 2), (10, 3), (2, 3), (0, 2), (10_000, 7)])
def test_people_are_shared_out_without_overlap_and_without_rest(people: int, count: int) -> None:
    everybody = tuple(map(str, range(people)))
    shares = [slice_of(everybody, index, count) for index in range(count)]
    assert tuple(each for share in shares for each in share) == everybody
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_a_workers_share_of_a_run_is_the_run_with_its_own_people() -> None:
    run = Description(
        name="tiny", profile=profile((1, 1)), realm="r", version="1", console="c", portal="p", gate="g",
        api="a", token="t", root="pem", folder="/nowhere", people=("a", "b", "c"), converted=(ANNE, BERT),
    )  # fmt: skip
    first, second = run.share(0, 2), run.share(1, 2)
    assert (first.people, second.people) == (("a",), ("b", "c"))
    assert (first.converted, second.converted) == ((ANNE,), (BERT,))
    assert first.profile == second.profile == run.profile


def test_people_who_opt_come_once_and_people_who_only_read_come_again() -> None:
    crowd = Crowd(["a", "b"])
    with crowd.fresh() as looking:
        assert looking == "a"
        assert crowd.take_fresh() == "b"
        with pytest.raises(NobodyLeftError):
            crowd.take_fresh()
    assert crowd.take_fresh() == "a"


def test_a_person_with_a_password_makes_one_journey_at_a_time() -> None:
    crowd = Crowd([], [ANNE])
    crowd.add_converted(BERT)
    with crowd.converted() as first, crowd.converted() as second, crowd.converted() as third:
        assert (first, second, third) == (ANNE, BERT, None)
    with crowd.converted() as again:
        assert again is not None


# What is counted


def test_the_counts_of_two_workers_are_added_up() -> None:
    total = Tally()
    for _ in range(2):
        worker = Tally()
        worker.request(2, "1.1 home", "GET", 20, None)
        worker.request(3, "1.1 home", "GET", 30, "no answer")
        worker.journey(2, "opting", "begun")
        worker.journey(4, "opting", "failed")
        worker.turn_away(4)
        total.add(json.loads(json.dumps(worker.take())))
    first, second = total.list_moments()
    assert (first.second, first.requests, first.failures, first.times) == (2, 2, 0, {20: 2})
    assert (second.second, second.requests, second.failures, second.times) == (3, 2, 2, {30: 2})
    flow = [(each.arrived, each.failed, each.under_way) for each in total.list_flow()]
    assert flow == [(0, 0, 0), (0, 0, 0), (2, 0, 2), (0, 0, 2), (2, 2, 0)]
    (error,) = total.list_errors()
    assert (error.step, error.kind, error.error, error.times) == ("1.1 home", "GET", "no answer", 2)
    (journey,) = total.list_journeys()
    assert (journey.begun, journey.done, journey.failed) == (2, 0, 2)
    assert total.turned_away == 2


def test_the_progress_of_a_run_is_one_line() -> None:
    worker = Tally()
    for journey, what in (("opting", "begun"), ("recap", "begun"), ("recap", "done"), ("opting", "failed")):
        worker.journey(1, journey, what)
    assert progress(10.2, worker.journeys, 3) == "10 s: 5 arrived, 1 done, 1 failed"


def test_counts_already_reported_are_not_reported_again() -> None:
    worker = Tally()
    worker.request(100, "1.1 home", "GET", 20, None)
    worker.take()
    assert Tally().take() == worker.take()


def test_a_process_of_the_generator_has_its_mean_and_its_worst() -> None:
    worker, total = Tally(), Tally()
    worker.sample("worker 1", 1.0, 0.5, 10.0, busy=False, behind=False)
    worker.sample("worker 1", 3.0, 2.9, 2000.0, busy=True, behind=True)
    total.add(worker.take())
    (process,) = total.list_generators()
    assert (process.samples, process.seconds, process.cpu, process.latest) == (2, 4.0, 0.85, 2000.0)


def test_a_sample_weighs_the_seconds_that_it_took() -> None:
    worker = Tally()
    for _ in range(16):
        worker.sample("worker 1", 1.0, 0.1, 1.0, busy=False, behind=False)
    worker.sample("worker 1", 9.0, 0.1, 8000.0, busy=False, behind=True)
    (process,) = worker.list_generators()
    assert (process.seconds, process.busy, process.late) == (25.0, 0.0, 9.0)


def test_a_check_that_takes_no_time_counts_where_it_failed() -> None:
    worker = Tally()
    worker.request(100, "6.2 same e-mail", "PAIR", 0, None)
    worker.request(100, "6.2 same e-mail", "PAIR", 0, "CRED-12: 2 of two were accepted")
    (moment,) = worker.list_moments()
    assert (moment.requests, moment.failures, moment.times) == (0, 1, {})
