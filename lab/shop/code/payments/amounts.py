"""Amounts of money."""

FEES = ((100_000, 120), (10_000, 160), (0, 210))


def fee(cents):
    """What the bank keeps, in cents: a share in basis points that falls with the amount."""
    for least, points in FEES:
        if cents >= least:
            return cents * points // 10_000
    return 0
