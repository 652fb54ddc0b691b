"""Load profiles: their fields, their scaling, and reports of mistakes.

Source: docs/load.md.
"""

from pathlib import Path

import pytest
from cases import cases

from maquette.load.profile import FOLDER, ProfileError, find_profile, names, read_profile
from maquette.load.steps import Journey, LoadStep

TINY = """
arrival = "closed"
[title]
fr = "Petit"
en = "Tiny"
[[stages]]
seconds = 10
to = 4
[[stages]]
seconds = 30
to = 4
[[stages]]
seconds = 10
to = 2
advance = "PT1H"
mix = { password = 1 }
[mix]
opting = 1
[data]
subscribers = 100
converted = 10
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "tiny.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_packaged_profiles_are_the_eight_documented_ones() -> None:
    assert names() == (
        "activation-surge",
        "certificate-expiry-wave",
        "deadline-day",
        "duplicate-email-storm",
        "mail-server-slow",
        "office-hours",
        "smoke",
        "soak",
    )


@pytest.mark.parametrize("name", names())
def test_every_packaged_profile_is_right_and_ends_within_an_hour(name: str) -> None:
    profile = read_profile(FOLDER / f"{name}.toml")
    assert profile.seconds <= 3600
    assert profile.thresholds


def test_every_journey_is_made_in_a_packaged_profile() -> None:
    profiles = [read_profile(FOLDER / f"{name}.toml") for name in names()]
    made = {
        journey for profile in profiles for stage in range(len(profile.stages)) for journey in profile.mix
    } | {journey for profile in profiles for stage in profile.stages if stage.mix for journey in stage.mix}
    assert made == set(Journey)


@pytest.mark.parametrize(("second", "level"), [(0, 0), (5, 2), (10, 4), (25, 4), (45, 3), (50, 2), (99, 2)])
def test_a_level_grows_and_falls_evenly_between_the_stages(
    tmp_path: Path, second: float, level: float
) -> None:
    assert read_profile(written(tmp_path, TINY)).level_at(second) == pytest.approx(level)


@pytest.mark.parametrize(("second", "journey"), [(39.9, "opting"), (40, "password"), (40.1, "password")])
def test_a_stage_may_have_a_mix_of_its_own(tmp_path: Path, second: float, journey: str) -> None:
    assert list(read_profile(written(tmp_path, TINY)).mix_at(second)) == [journey]


def test_a_profile_is_scaled_in_height_and_length_and_its_people_with_it(tmp_path: Path) -> None:
    scaled = read_profile(written(tmp_path, TINY)).scaled(peak=8, seconds=100)
    assert (scaled.peak, scaled.seconds) == (8, 100)
    assert [each.to for each in scaled.stages] == [8, 8, 4]
    assert scaled.data.subscribers == 400
    assert scaled.stages[2].advance == "PT1H"


@pytest.mark.parametrize(
    ("peak", "under_way"),
    [(1, 200), (4, 200), (5, 250), (50, 2500), (199, 9950), (201, 10_000), (10_000, 10_000)],
)
def test_a_higher_peak_raises_the_journeys_at_once_and_a_lower_one_leaves_them(
    peak: float, under_way: int
) -> None:
    _, profile = find_profile("deadline-day")
    assert profile.scaled(peak=peak).under_way == under_way


def test_a_high_peak_keeps_to_the_most_people_that_can_be_converted_ahead() -> None:
    _, profile = find_profile("deadline-day")
    assert profile.scaled(peak=200).data.converted == 1000
    assert profile.scaled(peak=400).data.converted == 1000


def test_another_length_leaves_the_journeys_at_once() -> None:
    _, profile = find_profile("deadline-day")
    assert profile.scaled(seconds=1200).under_way == 200


def test_a_closed_profile_keeps_whole_people_however_small_it_is_made(tmp_path: Path) -> None:
    scaled = read_profile(written(tmp_path, TINY)).scaled(peak=1)
    assert [each.to for each in scaled.stages] == [1, 1, 1]


@pytest.mark.parametrize(
    ("scale", "told"),
    [
        ({"seconds": float("inf")}, "a length in seconds is above 0 and at most 43200, not inf"),
        ({"seconds": 43_201.0}, "not 43201"),
        ({"seconds": float("nan")}, "not nan"),
        ({"peak": 1.5}, "a closed profile counts people: a whole number, not 1.5"),
        ({"peak": float("nan")}, "a peak is above 0 and at most 10000, not nan"),
    ],
)
def test_an_invalid_scale_is_reported_in_one_line(tmp_path: Path, scale: dict[str, float], told: str) -> None:
    with pytest.raises(ProfileError, match=told):
        read_profile(written(tmp_path, TINY)).scaled(**scale)


@pytest.mark.parametrize("by", ["PT46H30M", "P1096D", "P2W", "P1DT12H", "PT1S", "-PT1H"])
def test_a_clock_leaps_by_any_duration_that_the_control_api_knows(tmp_path: Path, by: str) -> None:
    assert read_profile(written(tmp_path, TINY.replace("PT1H", by))).stages[2].advance == by


@pytest.mark.parametrize(
    ("percentile", "limit", "field"),
    [("95", "inf", "limit_ms"), ("95", '"800"', "limit_ms"), ("true", "800", "percentile")],
)
def test_a_percentile_and_a_limit_that_are_no_numbers_are_refused(
    tmp_path: Path, percentile: str, limit: str, field: str
) -> None:
    threshold = f'[[thresholds]]\nstep = "2.3 mail"\npercentile = {percentile}\nlimit_ms = {limit}\n'
    with pytest.raises(ProfileError, match=rf"thresholds\.0\.{field}: "):
        read_profile(written(tmp_path, TINY + threshold))


def test_a_profile_that_is_scaled_by_nothing_is_the_same(tmp_path: Path) -> None:
    profile = read_profile(written(tmp_path, TINY))
    assert profile.scaled() is profile


def test_a_realm_may_be_full(tmp_path: Path) -> None:
    data = read_profile(written(tmp_path, TINY.replace("converted = 10", "bystanders = 999900"))).data
    assert data.subscribers + data.bystanders == 1_000_000


@cases(
    ("found", "instead", "told"),
    [
        ("seconds = 10", "secnods = 10", "stages.0.secnods: there is no such field; did you mean seconds?"),
        ("opting = 1", "optnig = 1", "mix.optnig"),
        ('arrival = "closed"', 'arrival = "queue"', "arrival: "),
        ("seconds = 30", "seconds = 0", "stages.1.seconds: "),
        ("seconds = 30", "seconds = 43201", "stages.1.seconds: "),
        ("to = 2", "to = 2.5", "whole numbers"),
        ("PT1H", "tomorrow", "stages.2.advance: 'tomorrow' is no duration"),
        ("PT1H", "P9Y", "stages.2.advance: 'P9Y' is no duration"),
        ("PT1H", "PT", "stages.2.advance: 'PT' is no duration"),
        ("opting = 1", "opting = inf", "mix.opting: "),
        ("seconds = 30", "seconds = nan", "stages.1.seconds: "),
        ("subscribers = 100", "subscribers = 10", "fewer are converted ahead"),
        ("opting = 1", "opting = 0", "a mix has no journey"),
        ('en = "Tiny"', "", "title.en: "),
        ('en = "Tiny"', 'en = ""', "title.en: there is nothing in it"),
        ("opting = 1", "", "mix: there is nothing in it"),
        ("seconds = 30", 'seconds = "30"', "stages.1.seconds: "),
        ("seconds = 30", "seconds = true", "stages.1.seconds: "),
        ("opting = 1", 'opting = "1"', "mix.opting: "),
        ("subscribers = 100", 'subscribers = "100"', "data.subscribers: "),
        ("converted = 10", "converted = true", "data.converted: "),
        ("converted = 10", "bystanders = 1000000", "data.bystanders: "),
        ("converted = 10", "bystanders = 999901", "a realm takes 1000000 people"),
        ("[mix]", "[mix", "is no TOML"),
    ],
)
def test_a_mistake_is_reported_in_one_line_with_file_and_field(
    tmp_path: Path, found: str, instead: str, told: str
) -> None:
    file = written(tmp_path, TINY.replace(found, instead, 1))
    with pytest.raises(ProfileError) as raised:
        read_profile(file)
    assert str(raised.value).startswith(str(file))
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_threshold_names_an_existing_step_that_takes_time(tmp_path: Path) -> None:
    threshold = '[[thresholds]]\nstep = "{}"\npercentile = 95\nlimit_ms = 100\n'
    profile = read_profile(written(tmp_path, TINY + threshold.format("2.3 mail")))
    assert profile.thresholds[0].step is LoadStep.MAIL
    for step in ("2.4 mail", "6.2 same e-mail"):
        with pytest.raises(ProfileError, match=r"thresholds\.0\.step"):
            read_profile(written(tmp_path, TINY + threshold.format(step)))


@pytest.mark.parametrize(
    ("name", "told"), [("smok", "did you mean smoke?"), ("xyz", "there are: activation-surge, ")]
)
def test_an_unknown_profile_is_reported_with_the_known_ones(name: str, told: str) -> None:
    with pytest.raises(ProfileError, match=told.replace("?", r"\?")):
        find_profile(name)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="cannot be read"):
        find_profile(str(tmp_path / "missing.toml"))
