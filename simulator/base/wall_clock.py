"""The only module that reads the world's clock. All other code receives an instant.

A test holds this: `datetime.now`, `time.time` and SQL's own clock appear nowhere else in the product.
"""

from datetime import UTC, datetime


def real_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)
