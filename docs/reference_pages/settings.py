"""What can be set, where, and what each setting may be."""

from collections.abc import Iterable

from maquette.simulator.base.settings import (
    SETTINGS,
    default_in_words,
    in_environment,
    in_file,
    is_list,
    is_switch,
)
from reference_pages.markdown import code, page, table


def settings() -> str:
    """Every setting, with its flag, its variable and its key in the file."""
    first = " and ".join(code(in_file(key)) for key, setting in SETTINGS.items() if setting.first_start)
    return page(
        "Settings",
        "simulator/base/settings.py",
        "Each setting can be a flag of `maquette serve`, a variable, or a line of `maquette.toml` in the "
        "folder where the command starts. A flag comes before the variable, the variable before the file. An "
        "unknown variable `MAQUETTE_…` or key is an error, and so is a wrong value: the message names the "
        "setting and its place.",
        table(
            ("flag", "variable", "in `maquette.toml`", "default", "what it is", "it must"),
            map(_row, SETTINGS),
        ),
        f"Only the first start of a data folder reads {first}. `--data` and `--ephemeral` exclude each "
        "other: in one place they are an error; of two places, the first in the order above holds. "
        "`--ephemeral` keeps everything in the memory of one process: it goes with neither `--workers` "
        "nor `--database`.",
        "The other commands read the same variables and the same file. Their `--data` and `--target` come "
        "before `data` and `console`.",
    )


def everything() -> Iterable[tuple[str, str]]:
    """The pages, by their file names."""
    yield "settings.md", settings()


def _row(key: str) -> tuple[str, ...]:
    setting = SETTINGS[key]
    flag, variable, line = code(setting.flag) or "–", code(in_environment(key)), code(in_file(key))
    if is_list(key):
        flag, variable, line = f"{flag} (repeatable)", f"{variable} (with commas)", f"{line} (a list)"
    return flag, variable, line, _default(key), setting.help, setting.refusal.removeprefix("must ")


def _default(key: str) -> str:
    default = default_in_words(key)
    if default is None:
        return "off" if is_switch(key) else "none"
    return default if SETTINGS[key].default else code(default)
