"""Where a print sits, in millimetres: the drawing at true scale rests on these figures."""

import pytest

from portal import products
from portal.products.placement import face_of
from sandbox.demo.examples import CUP_HOLDER, EXAMPLES, MAILER, TOFU, TOTE


def test_a_print_hangs_from_the_middle_of_the_top_edge() -> None:
    (print_,) = products.category("printed_goods").placements(TOTE)
    assert (print_.path, print_.number, str(print_.title)) == ("locations-0", 1, "Front")
    assert print_.face == (380, 420)
    assert (print_.x, print_.y) == ((380 - 250) / 2, 110)
    assert (print_.width, print_.height, print_.tolerance, print_.margin) == (250, 180, 3, 15)
    assert print_.fits
    assert print_.inside


@pytest.mark.parametrize(
    ("datum", "offset", "corner"),
    [
        ("top_left", (10, 20), (10, 20)),
        ("top_centre", (10, 20), (75, 20)),
        ("centre", (0, 0), (65, 120)),
        ("centre", (-65, 0), (0, 120)),
        ("bottom_centre", (0, -40), (65, 200)),
    ],
)
def test_the_offset_runs_between_the_same_points(datum: str, offset: tuple[int, int], corner: tuple[int, int]) -> None:
    row = {**TOTE["locations"][0], "datum": datum, "offset_x": offset[0], "offset_y": offset[1]}
    (print_,) = products.category("printed_goods").placements({**TOTE, "locations": [row]})
    assert (print_.x, print_.y) == corner


def test_a_bag_stands_with_its_opening_on_top_and_a_box_shows_its_lid() -> None:
    category = products.category("scented_packaging")
    assert category.placements(MAILER)[0].face == (250, 350)
    box = {**MAILER, "structure_type": "mailer_box", "inner_size": {"length": 240, "width": 180, "gusset": 80}}
    assert category.placements(box)[0].face == (240, 180)


def test_a_face_is_drawn_in_millimetres_though_a_toy_is_measured_in_centimetres() -> None:
    eyes, mouth = products.category("plush").placements(TOFU)
    assert eyes.face == (140, 120)
    assert (eyes.x, eyes.y) == (70 - 26, 60 - 12 - 4.5)
    assert str(mouth.title) == "Mouth"


def test_each_side_of_a_part_has_its_own_face() -> None:
    (mark,) = products.category("moulded_part").placements(CUP_HOLDER)
    assert mark.face == (260, 110)
    assert mark.y == 110 - 14 - 12
    size = CUP_HOLDER["size"]
    assert face_of("left_side", size) == (215, 110)
    assert face_of("top", size) == (260, 215)
    assert face_of("handle", size) is None
    assert face_of("front", {}) is None


def test_the_skin_of_a_mug_is_laid_flat() -> None:
    assert face_of("wrap", {"width": 82, "height": 95, "depth": 82}) == (257.6, 95)
    assert face_of("wrap", {"width": 82, "height": 95, "depth": 60}) is None


def test_without_the_size_of_the_product_a_print_still_has_its_own() -> None:
    bare = {name: value for name, value in TOTE.items() if name != "size"}
    (print_,) = products.category("printed_goods").placements(bare)
    assert print_.face is None
    assert print_.x is None
    assert print_.fits
    assert print_.width == 250


def test_a_print_without_measures_is_not_drawn() -> None:
    for code in EXAMPLES:
        assert products.category(code).placements({}) == ()
    assert products.category("printed_goods").placements({"locations": [{"method": "screen", "width": 5}]}) == ()
