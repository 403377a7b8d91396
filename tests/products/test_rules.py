"""What no field can see alone: dangers, contradictions, things forgotten."""

from datetime import date
from typing import Any

import pytest

from portal import products
from portal.products.findings import Context, Severity
from portal.products.rules import blocking, check
from portal.products.values import parse
from sandbox.demo.examples import CUP_HOLDER, EXAMPLES, FOX, MAILER, MUG, TEA_BOX, TOFU, TOTE

TODAY = date(2026, 11, 22)


def found(code: str, values: dict[str, Any], context: Context = Context(), **changed: Any) -> dict[str, Severity]:  # noqa: B008
    """code -> severity of what the rules say; a change to None takes the field away."""
    mixed = {name: value for name, value in {**values, **changed}.items() if value is not None}
    category = products.category(code)
    parsed = parse(category, mixed)
    assert parsed.ok, parsed.problems
    return {finding.code: finding.severity for finding in check(category, parsed.values, context)}


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_examples_are_above_reproach(code: str) -> None:
    context = Context(quantities=(500,), needed_by=date(2027, 6, 1), today=TODAY)
    for example in EXAMPLES[code]:
        assert set(found(code, example, context)) <= {"process_for_fewer"}


@pytest.mark.parametrize("code", EXAMPLES)
def test_an_empty_brief_is_not_scolded(code: str) -> None:
    assert Severity.BLOCK not in found(code, {}).values()


def test_a_scented_toy_is_blocked_until_a_document_answers() -> None:
    scented: dict[str, Any] = {"scented": True, "scent_name": "Tofu"}
    said = check(products.category("plush"), {**TOFU, **scented})
    assert [finding.code for finding in blocking(said)] == ["scented_toy"]
    assert "IFRA" in str(said[0].message)
    assert found("plush", TOFU, Context(documents=frozenset({"en71"})), **scented) == {
        "scented_toy_papers": Severity.WARN
    }
    assert found("plush", TOFU, Context(documents=frozenset({"ifra", "allergens"})), **scented) == {}
    assert found("plush", FOX) == {}
    unnumbered = [{"kind": "ifra", "issuer": "Somebody"}]
    assert found("plush", TOFU, documents=unnumbered, **scented)["scented_toy"] is Severity.BLOCK
    assert (
        found("plush", TOFU, documents=[{"kind": "sds", "reference": "1"}], **scented)["scented_toy"] is Severity.BLOCK
    )


@pytest.mark.parametrize(
    ("values", "changed", "code", "severity"),
    [
        (TOFU, {"eyes": "safety_eyes", "age_grade": "0_18m"}, "hard_parts_under_three", Severity.BLOCK),
        (TOFU, {"eyes": "safety_eyes", "age_grade": "18_36m"}, "hard_parts_under_three", Severity.WARN),
        (TOFU, {"age_grade": "18_36m"}, "pellets_under_three", Severity.WARN),
        (TOFU, {"intended_user": "under_3"}, "age_grade_above_user", Severity.BLOCK),
        (TOFU, {"age_grade": "14_plus"}, "age_grade_above_user", Severity.BLOCK),
        (FOX, {"user_age": {"min": 6}}, "age_grade_above_age", Severity.WARN),
        (TOFU, {"markets": ["eu"]}, "tests_missing", Severity.WARN),
        (TOFU, {"safety_tests": None}, "tests_missing", Severity.WARN),
        (TOFU, {"weight": 90}, "fill_heavier_than_toy", Severity.WARN),
        (TOFU, {"label_marks": ["ce"], "test_report": None}, "mark_without_test", Severity.WARN),
        (TOFU, {"carton_weight": 15.5}, "carton_too_heavy", Severity.BLOCK),
        (TOFU, {"aql_critical": "1.0"}, "critical_defects_allowed", Severity.WARN),
        (TOFU, {"barcode": "X0029"}, "barcode_wrong", Severity.WARN),
    ],
)
def test_plush(values: dict[str, Any], changed: dict[str, Any], code: str, severity: Severity) -> None:
    assert found("plush", values) == {}
    assert found("plush", values, **changed)[code] is severity


PRINT = TOTE["locations"][0]


@pytest.mark.parametrize(
    ("values", "changed", "code", "severity"),
    [
        (TOTE, {"locations": [{**PRINT, "width": 400}]}, "print_too_large", Severity.BLOCK),
        (TOTE, {"locations": [{**PRINT, "height": 430}]}, "print_too_large", Severity.BLOCK),
        (TOTE, {"locations": [{**PRINT, "offset_y": 300}]}, "print_over_edge", Severity.WARN),
        (TOTE, {"vector": False, "resolution": 149}, "resolution_low", Severity.WARN),
        (MUG, {"resolution": 299}, "resolution_low", Severity.WARN),
        (TOTE, {"fonts_outlined": False}, "fonts_not_outlined", Severity.WARN),
        (TOTE, {"locations": [{**PRINT, "method": "sublimation"}]}, "sublimation_needs_polyester", Severity.WARN),
        (TOTE, {"locations": [{**PRINT, "method": "embroidery"}]}, "stitch_file_missing", Severity.INFO),
        (TOTE, {"composition": [{"material": "cotton", "share": 90}]}, "material_shares", Severity.WARN),
        (TOTE, {"pieces_per_carton": 95}, "inner_packs_uneven", Severity.WARN),
        (MUG, {"barcode": "4006381333932"}, "barcode_wrong", Severity.WARN),
    ],
)
def test_printed_goods(values: dict[str, Any], changed: dict[str, Any], code: str, severity: Severity) -> None:
    assert found("printed_goods", values) == {}
    assert found("printed_goods", values, **changed)[code] is severity


def test_textiles_may_be_coarser_and_vectors_have_no_pixels() -> None:
    assert found("printed_goods", TOTE, vector=False, resolution=150) == {}
    assert found("printed_goods", TOTE, vector=True, resolution=40) == {}
    assert found("printed_goods", MUG, resolution=300) == {}


@pytest.mark.parametrize(
    ("values", "changed", "code", "severity"),
    [
        (MAILER, {"food_contact": "direct"}, "scent_touches_food", Severity.BLOCK),
        (MAILER, {"food_contact": "indirect"}, "scent_near_food", Severity.WARN),
        (MAILER, {"scent_load_share": 2.6}, "scent_over_ifra", Severity.BLOCK),
        (MAILER, {"documents": None}, "ifra_missing", Severity.WARN),
        (MAILER, {"documents": None, "allergens": None}, "allergens_missing", Severity.WARN),
        (MAILER, {"intended_user": "children"}, "scent_for_children", Severity.WARN),
        (MAILER, {"suffocation_warning": None}, "suffocation_warning_missing", Severity.WARN),
        (MAILER, {"suffocation_warning": ["none"]}, "suffocation_warning_missing", Severity.WARN),
        (TEA_BOX, {"scent_route": "masterbatch"}, "masterbatch_in_board", Severity.BLOCK),
        (MAILER, {"sealed_overwrap": False}, "scent_will_fade", Severity.INFO),
        (MAILER, {"recycled_evidence": None}, "recycled_without_evidence", Severity.WARN),
        (MAILER, {"locations": [{**MAILER["locations"][0], "width": 260}]}, "print_too_large", Severity.BLOCK),
    ],
)
def test_scented_packaging(values: dict[str, Any], changed: dict[str, Any], code: str, severity: Severity) -> None:
    assert found("scented_packaging", values) == {}
    assert found("scented_packaging", values, **changed)[code] is severity


def test_a_document_answers_for_food_and_recycled_share() -> None:
    papers = Context(documents=frozenset({"food_contact", "recycled"}))
    assert found("scented_packaging", MAILER, papers, food_contact="direct", recycled_evidence=None) == {}


@pytest.mark.parametrize(
    ("changed", "context", "code", "severity"),
    [
        ({"tool_owner": "factory"}, Context(), "tool_not_yours", Severity.WARN),
        ({"t1_date": "2027-01-10"}, Context(), "t1_before_t0", Severity.BLOCK),
        ({}, Context(needed_by=date(2027, 1, 30)), "tool_after_needed_by", Severity.WARN),
        ({}, Context(quantities=(500, 30_000)), "tool_wears_out", Severity.WARN),
        ({"process": "vacuum_cast"}, Context(quantities=(500,)), "process_for_fewer", Severity.INFO),
        ({"process": "steel_tool"}, Context(quantities=(100,)), "process_for_more", Severity.INFO),
        ({"heat_soak_temperature": 70}, Context(), "soak_below_service", Severity.WARN),
        ({"cup_diameter": {"min": 50, "max": 300}}, Context(), "cup_larger_than_part", Severity.BLOCK),
        (
            {"locations": [{"method": "laser", "position": "top", "width": 300, "height": 9}]},
            Context(),
            "print_too_large",
            Severity.BLOCK,
        ),
    ],
)
def test_moulded_part(changed: dict[str, Any], context: Context, code: str, severity: Severity) -> None:
    assert found("moulded_part", CUP_HOLDER) == {}
    assert found("moulded_part", CUP_HOLDER, context, **changed)[code] is severity


def test_time_and_quantity_against_what_is_usual() -> None:
    assert found("plush", TOFU, Context(quantities=(20,))) == {"below_usual_moq": Severity.INFO}
    late = Context(needed_by=date(2026, 12, 1), today=TODAY)
    assert found("plush", TOFU, late) == {"needed_by_tight": Severity.WARN}
    assert found("plush", TOFU, Context(needed_by=TODAY, today=TODAY)) == {"needed_by_past": Severity.BLOCK}


def test_sizes_come_to_one_of_the_quantities() -> None:
    sizes = [{"size": "M", "pieces": 120}, {"size": "L", "pieces": 80}]
    assert found("printed_goods", TOTE, Context(quantities=(100, 200)), size_breakdown=sizes) == {}
    assert "sizes_do_not_add_up" in found("printed_goods", TOTE, Context(quantities=(100,)), size_breakdown=sizes)


def test_a_document_ends() -> None:
    assert found("scented_packaging", MAILER, Context(today=date(2028, 6, 1))) == {"document_expired": Severity.WARN}


def test_what_does_not_apply_is_not_judged() -> None:
    assert "recycled_without_evidence" not in found(
        "scented_packaging", {"structure_type": "mailer_box", "recycled_share": 50}
    )


def test_the_most_serious_comes_first_and_every_finding_names_fields() -> None:
    category = products.category("scented_packaging")
    said = check(
        category,
        {"structure_type": "poly_mailer", "food_contact": "direct", "carton_weight": 20, "carton_weight_limit": 15},
    )
    assert [finding.severity for finding in said] == sorted((f.severity for f in said), key=list(Severity).index)
    names = {field.name for field in category.fields()}
    for finding in said:
        assert finding.fields
        assert {path.split("-")[0] for path in finding.fields} <= names
