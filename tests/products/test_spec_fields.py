"""Every field that a production spec must say is there, with its unit: the trade's list, line by line."""

import pytest

from portal import products
from portal.products import terms
from portal.products.base import Field, Reading, Stage
from portal.products.fields import Dimension
from portal.products.groups import Group, Table

#: what the spec must say -> (path, unit) that say it, for every category
EVERY = """
product name (English): product_name
product name (Chinese): product_name_zh
markets sold in: markets
intended user: intended_user
age: user_age [years]
AQL critical: aql_critical
AQL major: aql_major
AQL minor: aql_minor
inspection level: inspection_level
unit packing: unit_packing
pieces per inner: pieces_per_inner [pcs]
carton L x W x H: carton [mm]
gross weight: carton_weight [kg]
upper limit: carton_weight_limit [kg]
shipping marks: shipping_marks
barcode: barcode_kind
barcode number: barcode
country-of-origin mark: origin_mark
"""

OWN = {
    "printed_goods": """
item code: item_code
material: composition.material
material share: composition.share [%]
weight: weight [g/m2]
volume: volume [ml]
thickness: thickness [mm]
colour: blank_colour
size breakdown: size_breakdown.pieces [pcs]
method: locations.method
position: locations.position
datum: locations.datum
offset X: locations.offset_x [mm]
offset Y: locations.offset_y [mm]
width: locations.width [mm]
height: locations.height [mm]
rotation: locations.rotation [deg]
tolerance: locations.tolerance [mm]
number of colours: locations.colours [colours]
Pantone: inks.colour
underbase: underbase
opaque, metallic: inks.finish
CMYK: process_colour
largest dE: max_delta_e [dE]
format: art_format
vector: vector
fonts outlined: fonts_outlined
effective resolution: resolution [dpi]
smallest line: smallest_line [mm]
smallest text: smallest_text [pt]
bleed: bleed [mm]
safe margin: safe_margin [mm]
die-line layer: die_line_layer
stitch count: stitch_count [stitches]
thread codes: thread_codes
DST file: dst_file
wash: wash_cycles [cycles]
rub: rub_cycles [cycles]
tape adhesion: tape_adhesion
dishwasher: dishwasher_cycles [cycles]
proof page at 100 %: proof_page
""",
    "scented_packaging": """
type: structure_type
inner L x W x gusset: inner_size [mm]
flap: flap [mm]
lip: lip [mm]
hang hole: hang_hole
seal type: seal_type
seal width: seal_width [mm]
closure: closure
film: film
layers: film_layers [layers]
thickness: film_thickness [um]
thickness tolerance: film_thickness_tolerance [%]
colour: film_colour
opacity: film_opacity [%]
recycled share: recycled_share [%]
recycled evidence: recycled_evidence
board: board_weight [g/m2]
flute: flute
scent: scent_name
supplier: scent_supplier
code: scent_code
route: scent_route
load by weight: scent_load_share [% w/w]
load by area: scent_load_area [g/m2]
let-down: let_down [%]
intensity: scent_intensity [1-5]
retention: scent_retention [months]
storage temperature: storage_temperature [C]
sealed overwrap: sealed_overwrap
IFRA amendment: ifra_amendment
IFRA category: ifra_category
IFRA highest: ifra_highest [%]
SDS: sds
allergen CAS: allergens.cas
allergen content: allergens.content [mg/kg]
food contact: food_contact
print method: print_method
colours: print_colours [colours]
Pantone: inks.colour
coverage: print_coverage [%]
plate fee: plate_fee
suffocation warning: suffocation_warning
recycling mark: recycling_mark
drop: drop_height [m]
seal strength: seal_strength [N/15 mm]
odour transfer: odour_transfer
""",
    "plush": """
height sitting: height_sitting [cm]
height standing: height_standing [cm]
W x D: width_depth [cm]
weight: weight [g]
weight tolerance: weight_tolerance [g]
tolerance: size_tolerance [mm]
pose: pose
views: views.view
callouts: callouts.measure [mm]
seam lines: seam_lines
zone: fabrics.zone
fabric: fabrics.fabric
fibre: fabrics.fibre
fibre share: fabrics.fibre_share [%]
pile: fabrics.pile [mm]
fabric weight: fabrics.weight [g/m2]
Pantone TCX: fabrics.colour
nap direction: fabrics.nap
face method: face.method
face position: face.offset_x [mm]
face position: face.offset_y [mm]
thread code: face.thread
stitch density: face.density [stitches/cm2]
eyes: eye_size [mm]
embroidered or safety-lock: eyes
seam allowance: seam_allowance [mm]
stitches per inch: stitches_per_inch [stitches/inch]
reinforced zones: reinforced_zones
fill type: fills.type
fill by zone: fills.grams [g]
firmness: fills.firmness [1-5]
pellets: pellets [g]
recycled: fills.recycled
sewn label: sewn_label [mm]
label position: sewn_label_position
fibre and fill: label_content
care: label_care
age: label_age
warnings: label_warnings
CE/UKCA: label_marks
maker: tracking_maker
place: tracking_place
date: tracking_date
batch: tracking_batch
hang tag: hang_tag
sound module: sound_module
age grade: age_grade
tests: safety_tests
needle detection: needle_detection [mm Fe]
test report number: test_report
scented: scented
""",
    "moulded_part": """
use case: use_case
one-handed: one_handed
cups: cups [cups]
cup diameter: cup_diameter [mm]
load: load [kg]
model: host_model
mating dimensions: mating_dimensions.measure [mm]
service temperature: service_temperature [C]
STEP: step_file
2D drawing: drawing_file
critical-to-quality: critical_dimensions.measure [mm]
datums: critical_dimensions.datum
exploded view: exploded_view
BOM part: bom.part
BOM grade: bom.grade
BOM pcs: bom.pieces [pcs]
BOM finish: bom.finish
BOM supplier: bom.supplier
resin: resin
grade: resin_grade
colour: part_colour
masterbatch: masterbatch [%]
wall: wall [mm]
draft: draft [deg]
texture: texture
cosmetic zones: cosmetic_zones.zone
gate limits: gate_limits
tolerance: part_tolerance [mm]
ISO 20457: tolerance_class
shrink: shrink [%]
weight: part_weight [g]
insert hardness: insert_hardness [Shore A]
process: process
cavities: cavities [cavities]
steel: tool_steel
runner: runner
life: tool_life [shots]
cost: tool_cost
owner: tool_owner
storage: tool_storage
T0: t0_date
T1: t1_date
fasteners: fasteners
torque: torque [N m]
adhesive: adhesive
decoration: locations.method
fit: fit_test
drop: drop_height [m]
cycles: test_cycles [cycles]
heat soak: heat_soak_temperature [C]
heat soak hours: heat_soak_hours [h]
UV: uv_hours [h]
RoHS/REACH: substances
first-article report: first_article_report
design-for-manufacture sign-off: dfm_sign_off
""",
}
CODES = list(OWN)


def _lines() -> list[tuple[str, str, str]]:
    return [(code, *line.split(": ", 1)) for code in CODES for line in (EVERY + OWN[code]).strip().splitlines() if line]


@pytest.mark.parametrize(("code", "said", "where"), _lines())
def test_a_spec_says_it_in_its_unit(code: str, said: str, where: str) -> None:
    path, _space, unit = where.partition(" [")
    field = products.category(code).paths[path]
    assert field.unit == unit.rstrip("]"), f"{said} of {code}"


def test_the_brief_and_the_portal_say_the_rest() -> None:
    names = {field.name for field in (*terms.TERMS.fields, *terms.HEADER.fields)}
    assert names == {
        *("quantities", "target_unit_cost", "needed_by", "incoterm", "delivery_place"),
        *("number", "revision", "date", "category", "creator", "factory", "files", "precedence", "sign_off"),
    }


def _every_field() -> list[tuple[str, str, Field]]:
    return [
        (f"{code}.{path}", path, field)
        for code, category in products.categories().items()
        for path, field in category.paths.items()
    ]


def _ids(value: object) -> str:
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize(("name", "path", "field"), _every_field(), ids=_ids)
def test_a_field_explains_itself(name: str, path: str, field: Field) -> None:
    assert str(field.label)
    help_ = str(field.help)
    assert help_.endswith("."), "a help is one sentence"
    assert "or example" in help_, "a help gives an example"
    if isinstance(field, Table):
        assert str(field.row_label)
        assert field.rows <= 100


@pytest.mark.parametrize(("name", "path", "field"), _every_field(), ids=_ids)
def test_what_the_trade_usually_takes_is_itself_allowed(name: str, path: str, field: Field) -> None:
    if field.usual is not None:
        reading = Reading(Stage.FREEZE)
        assert field.read(field.usual, path, reading) is not None
        assert not reading.problems


@pytest.mark.parametrize("code", CODES)
def test_a_newcomer_sees_about_a_dozen_questions(code: str) -> None:
    category = products.category(code)
    top = [path for path in category.essentials if "." not in path]
    leaves = [path for path in category.essentials if not isinstance(category.paths[path], Table)]
    assert 8 <= len(top) <= 13
    assert len(leaves) <= 14
    needed = [field for field in category.fields() if field.needed == Stage.BRIEF]
    assert 3 <= len(needed) <= 7, "few questions may bar the way to a first brief"


@pytest.mark.parametrize("code", CODES)
def test_each_category_asks_something_on_every_side_of_a_factory(code: str) -> None:
    category = products.category(code)
    sides = (
        set(Dimension) if code == "printed_goods" else set(Dimension) - {Dimension.GOODS}
    )  # the others are one thing
    for dimension in sides:
        words = category.vocabulary(dimension)
        assert len(words) >= 4, dimension
        assert not {"none", "other", "any"} & words.keys()
        assert words.keys() <= products.vocabulary(dimension).keys()
    assert {field.filters for field in category.paths.values() if field.filters} == sides


def test_groups_say_their_unit_once() -> None:
    for _name, _path, field in _every_field():
        if isinstance(field, Group) and not isinstance(field, Table) and field.unit:
            assert {part.unit for part in field.parts} == {field.unit}
