"""What a product costs and leaves: landed cost, margin, break-even quantity. Pure sums over minor units."""

from dataclasses import dataclass

from portal.core.money import share


@dataclass(frozen=True, slots=True)
class Sums:
    """An order's cost, taken apart: `each` piece costs something however many there are (`variable` for all `pieces`
    together, tax on them included); tooling, plates, samples, freight and the rest (`fixed`) are paid once."""

    pieces: int
    variable: int
    fixed: int

    @property
    def landed(self) -> int:
        """One piece with its part of everything, rounded half up."""
        return (2 * (self.variable + self.fixed) + self.pieces) // (2 * self.pieces)

    def margin(self, retail: int) -> int:
        """What is left of the retail price of a piece."""
        return retail - self.landed

    def margin_percent(self, retail: int) -> float:
        """The same as a share of the retail price, in per cent with one decimal."""
        return round(100 * self.margin(retail) / retail, 1)

    def break_even(self, retail: int) -> int | None:
        """How many pieces sold at `retail` pay for what is paid once; None when each piece costs that much itself.

        The cup holder: 50 yuan a piece, sold at 128, leaves 78; 3,900 yuan paid once are earned back by 50 pieces.
        """
        left = retail * self.pieces - self.variable  # of all pieces together, so that nothing is rounded
        if left <= 0:
            return None
        return max(0, -(-self.fixed * self.pieces // left))


def sums(*, pieces: int, unit: int, total: int, tax_percent: int) -> Sums:
    """`total` is what the whole order cost, `unit` the price of a piece; `tax_percent` what is added to it (0 where the
    price includes it)."""
    goods = pieces * unit
    variable = goods + share(goods, tax_percent)
    return Sums(pieces, variable, max(total - variable, 0))
