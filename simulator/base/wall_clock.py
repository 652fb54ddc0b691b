"""The one place that reads the world's clock. Everything else is handed an instant.

A lint rule holds this: `datetime.now`, `time.time` and SQL's own clock appear nowhere else in the product.
"""

from datetime import UTC, datetime


def real_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)
