"""What people and clients may send: right values of every kind of field, and anything else."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from portal.core import money
from portal.products.base import Field
from portal.products.declaration import Category
from portal.products.fields import Boolean, Choice, Day, MultiChoice, Number, Text
from portal.products.groups import Group, Range, Sum, Table
from portal.products.reading import clean_text

junk_text = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789.,- eE+％１２", max_size=12),
    st.sampled_from(["\x00", "\ud800", "\u202e", "=cmd()", "<script>", "9" * 5000, "NaN", "-0", "yes", "none"]),
)
junk = st.recursive(
    st.one_of(junk_text, st.none(), st.booleans(), st.integers(), st.floats()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=8,
)


def right(field: Field) -> st.SearchStrategy[Any]:
    """Values that `field` takes as they are."""
    if isinstance(field, Table):
        row = _parts(field)
        return st.lists(row, min_size=1, max_size=min(3, field.rows))
    if isinstance(field, Sum):
        amount = st.integers(0, 10**9)
        return st.builds(
            lambda minor, code: {"minor": minor, "currency": code}, amount, st.sampled_from(money.CURRENCIES)
        )
    if isinstance(field, Range):
        return _parts(field).filter(lambda v: v.get("min", v.get("max")) <= v.get("max", v.get("min")))
    if isinstance(field, Group):
        return _parts(field)
    return _simple(field)


def _simple(field: Field) -> st.SearchStrategy[Any]:
    if isinstance(field, Boolean):
        return st.booleans()
    if isinstance(field, MultiChoice):
        codes = list(field.labels)
        return st.sets(st.sampled_from(codes), min_size=1).map(lambda chosen: [c for c in codes if c in chosen])
    if isinstance(field, Choice):
        return st.sampled_from(list(field.labels))
    if isinstance(field, Number):
        exact = st.decimals(str(field.low), str(field.high), places=field.decimals, allow_nan=False)
        return exact.map(lambda number: int(number) if number == int(number) else float(number))
    if isinstance(field, Day):
        return st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(date.isoformat)
    assert isinstance(field, Text)
    if field.fits:
        return st.sampled_from(["78-70-6", "5989-27-5", "7732-18-5"])
    words = st.text(max_size=field.longest // 2).map(lambda text: clean_text(text, lines=field.lines))
    return words.filter(lambda text: 0 < len(text) <= field.longest)


def _parts(group: Group) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping with every part that a begun group must have, and perhaps others."""
    must = {
        part.name: right(part) for part in group.parts if part.needed is not None or part.name in ("system", "code")
    }
    may = {part.name: right(part) for part in group.parts if part.name not in must}
    return st.fixed_dictionaries(must, optional=may).filter(bool)


def right_values(category: Category) -> st.SearchStrategy[dict[str, Any]]:
    """Values of any of the category's fields, each right by itself."""
    return st.fixed_dictionaries({}, optional={field.name: right(field) for field in category.fields()})


def anything(category: Category) -> st.SearchStrategy[dict[str, Any]]:
    """Raw input of all sorts under names that partly exist."""
    names = st.one_of(st.sampled_from([field.name for field in category.fields()]), st.text(max_size=12))
    row = st.dictionaries(
        st.one_of(st.sampled_from(["width", "method", "0", "min", "amount"]), st.text(max_size=5)), junk
    )
    return st.dictionaries(names, st.one_of(junk, row, st.lists(row, max_size=3), right_text(category)), max_size=12)


def right_text(category: Category) -> st.SearchStrategy[str]:
    codes = [code for field in category.fields() if isinstance(field, Choice) for code in field.labels]
    return st.one_of(st.sampled_from(codes), st.integers(-5, 5000).map(str))
