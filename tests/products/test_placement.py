"""Where a print sits, in millimetres: the drawing at true scale rests on these figures."""

import re

import pytest

from portal import products
from portal.products.placement import Placement, face_of
from portal.products.silhouettes import BAG, PLUSH, SHIRT, Silhouette
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


def _on_a_shirt(position: str, **row: float) -> Placement:
    print_ = {"method": "screen", "position": position, "width": 80, "height": 40, **row}
    shirt = {"item": "t_shirt", "size": {"width": 520, "height": 720}, "locations": [print_]}
    (made,) = products.category("printed_goods").placements(shirt)
    return made


def test_a_shirt_has_its_customary_places_for_which_the_spec_has_no_measures() -> None:
    front, chest = _on_a_shirt("front"), _on_a_shirt("left_chest", offset_x=10)
    assert (front.silhouette, front.customary, front.x) == (SHIRT, False, 220)
    assert (chest.silhouette, chest.customary) == (SHIRT, True)
    assert chest.x == pytest.approx(0.71 * 520 - 40 + 10), "on the wearer's left, which is right on the drawing"
    sleeves = _on_a_shirt("left_sleeve"), _on_a_shirt("right_sleeve")
    assert sleeves[0].x > 520 > 0 > sleeves[1].x + 80
    assert all(sleeve.inside and sleeve.fits for sleeve in sleeves), "a sleeve is no edge to run over"
    assert sleeves[0].rotation == -sleeves[1].rotation


def test_only_a_bag_with_handles_has_a_place_on_them() -> None:
    row = {"method": "screen", "position": "handle", "width": 60, "height": 20}
    category = products.category("printed_goods")
    (on_bag,) = category.placements({**TOTE, "locations": [row]})
    (on_mug,) = category.placements({**TOTE, "item": "mug", "locations": [row]})
    assert on_bag.customary
    assert on_bag.y + 20 < 0
    assert on_mug.face is None


@pytest.mark.parametrize("outline", [SHIRT, BAG, PLUSH], ids=["shirt", "bag", "plush"])
def test_an_outline_stays_within_the_room_it_asks_for(outline: Silhouette) -> None:
    width, height = 400.0, 500.0
    numbers = [float(n) for n in re.findall(r"-?[0-9.]+", re.sub(r"[HV][^A-Z]*", "", outline.path(width, height)))]
    assert min(numbers[::2]) >= -outline.sides * width - 0.01
    assert max(numbers[::2]) <= width * (1 + outline.sides) + 0.01
    assert max(numbers[1::2]) <= height
    ends = [y for y in numbers[1::2] if y < 0]
    assert not ends or 0.75 * -min(ends) <= outline.top * width, "a loop reaches three quarters of its handles' height"
