"""Wrong tries: how many there may be before further ones are refused.

Decides from instants alone. It must not know what was tried. Source: rules ACT-15, OUT-2, PWD-2, PWD-4.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta


class TryRules:
    """The decisions on wrong tries."""

    def lockout_end(
        self, wrong_tries: Sequence[datetime], attempts: int, lockout: timedelta
    ) -> datetime | None:
        """The instant from which tries are judged again, or None where nothing is locked.

        The lock is set by `attempts` wrong tries within one `lockout`, and lasts one `lockout` from the last
        of them. `wrong_tries` are in order of time. A try that the lock refuses is not a wrong try, so no
        caller can keep an address locked for ever. Source: rules ACT-15, PWD-2 (status A).
        """
        if len(wrong_tries) < attempts:
            return None
        first, last = wrong_tries[-attempts], wrong_tries[-1]
        return last + lockout if last - first < lockout else None
