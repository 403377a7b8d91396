"""What a round of samples costs beyond the sample fee."""

from collections.abc import Mapping
from typing import Any


def fee_of(quote: Mapping[str, Any], number: int) -> int:
    """The price in minor units of round `number` by an order's frozen quote; 0 for those that the fee includes."""
    return quote.get("extra_sample_minor", 0) if number > quote["sample_rounds"] else 0
