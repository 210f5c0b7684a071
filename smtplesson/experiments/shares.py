"""Shares: how often something came, of how many, and how certain it is."""

from math import isnan, sqrt
from typing import NamedTuple


class Share(NamedTuple):
    """A share with the interval that holds the true one in 95 of 100 experiments.

    hits, total: how often it came, of how many.
    value, low, high: the share and its bounds, 0 to 1; bounds that nobody knows are nan.
    """

    hits: int
    total: int
    value: float
    low: float
    high: float

    def __str__(self) -> str:
        text = f"{self.hits} of {self.total}: {self.value:.1%}"
        return text if isnan(self.low) else f"{text} ({self.low:.1%} to {self.high:.1%})"


def wilson(hits: int, total: int) -> Share:
    """A share with its 95 % interval by Wilson's method, which holds for small counts too.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927).
    """
    if not total:
        return Share(0, 0, 0.0, 0.0, 1.0)
    z = 1.959963984540054  # the 97.5 % point of the normal distribution
    value = hits / total
    centre = (value + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * sqrt(value * (1 - value) / total + (z / (2 * total)) ** 2)
    # Rounding must not push a bound past the share itself, as it would for 0 of n and n of n.
    return Share(hits, total, value, min(value, centre - half), max(value, centre + half))
