"""What can be measured of a piece, how far it may be off, and what is judged to be right."""

from decimal import Decimal

import pytest

from portal import products
from portal.products.measures import measures, usual_rows
from portal.products.registry import categories


def found(code: str, values: dict, assumed: dict | None = None) -> dict[str, tuple]:
    listed = measures(products.category(code), values, assumed)
    return {one.path: (one.label, one.unit, str(one.target), one.tolerance) for one in listed}


def test_a_plush_toys_measures_take_the_size_tolerance_in_their_own_unit(context):
    values = {
        "height_sitting": 18,
        "width_depth": {"width": 14, "depth": 12.5},
        "weight": 120,
        "callouts": [{"feature": "Left ear", "measure": 35}],
        "size_tolerance": 10,
        "weight_tolerance": 5,
        "carton": {"length": 400, "width": 300, "height": 200},
    }
    assert found("plush", values) == {
        "height_sitting": ("Height sitting", "cm", "18", Decimal(1)),
        "width_depth-width": ("Width × depth · Width", "cm", "14", Decimal(1)),
        "width_depth-depth": ("Width × depth · Depth", "cm", "12.5", Decimal(1)),
        "weight": ("Weight", "g", "120", Decimal(5)),
        "callouts-0-measure": ("Left ear · Measure", "mm", "35", Decimal(10)),
    }


def test_a_prints_place_is_judged_by_its_own_rows_tolerance(context):
    rows = [{"position": "front", "width": 250, "height": 180, "offset_y": -70, "tolerance": 3}, {"width": 40}]
    listed = found("printed_goods", {"size": {"width": 380, "height": 420}, "locations": rows})
    assert listed["locations-0-offset_y"] == ("Print location 1 (Front) · Offset Y", "mm", "-70", Decimal(3))
    assert listed["locations-0-width"][3] == Decimal(3)
    assert listed["locations-1-width"] == ("Print location 2 · Print width", "mm", "40", None)
    assert listed["size-width"][3] is None, "no tolerance was agreed for the bag itself"


def test_a_critical_dimension_without_its_own_tolerance_takes_the_general_one(context):
    rows = [{"feature": "Ring, inside", "measure": 92, "tolerance": 0.2}, {"feature": "Arm", "measure": 40}]
    listed = found("moulded_part", {"critical_dimensions": rows, "part_tolerance": 0.3})
    assert listed["critical_dimensions-0-measure"][3] == Decimal("0.2")
    assert listed["critical_dimensions-1-measure"] == ("Arm · Measure", "mm", "40", Decimal("0.3"))


def test_a_tolerance_in_per_cent_is_a_share_of_the_target(context):
    values = {"structure_type": "poly_mailer", "film_thickness": 60, "film_thickness_tolerance": 10}
    assert found("scented_packaging", values)["film_thickness"][3] == Decimal(6)


def test_what_the_factory_assumes_counts_where_it_is_a_value(context):
    listed = found("plush", {"height_sitting": 18}, {"size_tolerance": "5", "width_depth": "like the sample"})
    assert listed == {"height_sitting": ("Height sitting", "cm", "18", Decimal("0.5"))}


@pytest.mark.parametrize(("measured", "good"), [("17", True), ("19", True), ("16.9", False), ("19.1", False)])
def test_a_piece_at_the_edge_of_the_tolerance_is_still_good(context, measured: str, good: bool):
    (height,) = measures(products.category("plush"), {"height_sitting": 18, "size_tolerance": 10})
    assert height.good(Decimal(measured)) is good


@pytest.mark.parametrize("code", sorted(products.categories()))
def test_every_category_has_measures_in_units_that_its_tolerances_can_be_turned_into(context, code: str):
    category = products.category(code)
    units = {path: field.unit for path, field in category.paths.items()}
    assert category.measures
    for path, tolerances in category.measures.items():
        assert units[path], f"{path} has no unit"
        for tolerance in tolerances.split():
            weighs = {units[path], units[tolerance]} <= {"g", "kg"}
            lengths = {units[path], units[tolerance]} <= {"um", "mm", "cm", "m"}
            assert units[tolerance] == "%" or weighs or lengths, (path, tolerance)


def test_where_nobody_says_a_tolerance_that_of_the_trade_holds(context):
    category = products.category("printed_goods")
    values = {"size": {"width": 380, "height": 82}, "locations": [{"position": "front", "width": 250, "offset_y": -70}]}
    listed = {one.path: one for one in measures(category, values, {}, category.usual_tolerances)}
    assert {path: (one.tolerance, one.usual) for path, one in listed.items()} == {
        "size-width": (Decimal(11), True),
        "size-height": (Decimal("2.5"), True),
        "locations-0-width": (Decimal(3), True),
        "locations-0-offset_y": (Decimal(3), True),
    }
    assert usual_rows(category, values, {}, category.usual_tolerances) == [
        ("Size, W × H × D", "± 3 %"),
        ("Print locations · Print width", "± 3 mm"),
        ("Print locations · Offset Y", "± 3 mm"),
    ]
    agreed = measures(category, values | {"size_tolerance": 10}, {}, category.usual_tolerances)
    assert (agreed[0].tolerance, agreed[0].usual) == (Decimal(10), False)


@pytest.mark.parametrize("code", sorted(categories()))
def test_every_measure_of_every_category_can_be_judged(code: str):
    category = products.category(code)
    stated = {field.name for field in category.fields() if field.needed}
    for path, tolerances in category.measures.items():
        assert path in category.usual_tolerances or stated & set(tolerances.split()), f"{path}: say what is usual"


def test_only_what_lies_on_a_side_of_something_may_be_negative(context):
    values = {"size": {"width": 380, "height": 420}, "locations": [{"position": "front", "width": 9, "offset_y": -70}]}
    signed = {one.path for one in measures(products.category("printed_goods"), values) if one.signed}
    assert signed == {"locations-0-offset_y"}
