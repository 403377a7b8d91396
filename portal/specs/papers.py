"""What the papers say: the spec's and the purchase order's HTML, in Chinese and in the creator's language."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from markupsafe import Markup

from portal.core import money
from portal.core.filters import as_date
from portal.core.i18n import HTML_LANG, N_
from portal.core.lazy import lazy
from portal.core.web import absolute, render
from portal.orders.inspections import classes
from portal.orders.terms import CLAUSES
from portal.products.measures import usual_rows
from portal.products.present import spec_json
from portal.products.registry import category
from portal.specs import redline
from portal.specs.bilingual import CHINESE, Both, speaker
from portal.specs.drawing import drawings, number
from portal.specs.operations import content_hash
from portal.specs.queries import spec_number

segno = lazy("segno")

SIDES = {"creator": N_("Creator"), "factory": N_("Factory")}


def spec_html(content: dict[str, Any]) -> str:
    """The production spec as HTML for the typesetter. `content` has the shape that `content.of` gives."""
    locale = content["locale"]
    bi = speaker(locale)
    made = category(content["category"])
    former = redline.before(content)
    parts = redline.parts(made, content, locale)
    where = absolute("specs.check", number=spec_number(content["order"]), revision=content["revision"])
    artwork = [file for file in content["files"] if file["asset"] and not file.get("document")]
    pictures = {file["placement"]: file["asset"] for file in artwork}
    placements = made.placements(content["values"])
    if len(placements) == len(artwork) == 1 and "" in pictures:  # one print, one file: they belong together
        pictures = {placements[0].path: pictures[""]}
    return render(
        "pdf/spec.html",
        **paper_frame(bi, locale, where),
        spec=content,
        number=spec_number(content["order"]),
        sides=SIDES,
        spec_hash=content_hash(content),
        category_name=bi(made.name),
        parts=parts,
        former=former,
        quantity=redline.beside([(None, content["quantity"])], [(None, (former or content)["quantity"])])[0],
        commercial=redline.beside(commercial(content, bi), commercial(former or content, bi)),
        changes=redline.spec_changes(parts) if former else [],
        redrawn=redline.redrawn(made, content),
        usual=usual_tolerances(content, bi),
        files=redline.files(content),
        drawings=drawings(placements, pictures),
        plan=inspection(content, bi),
        former_plan=inspection(former or content, bi),
        clauses=[bi(clause) for clause in CLAUSES[content["terms_version"]]],
    )


def usual_tolerances(content: dict[str, Any], bi: Callable[..., Both]) -> list[tuple[Both, str]]:
    """How far a piece may be off where the spec itself does not say: (what of it, "± 3 %"). None in specs that were
    frozen before there were any."""
    usual = content.get("usual_tolerances", {})
    made = category(content["category"])

    def rows() -> list[tuple[str, str]]:
        return usual_rows(made, content["values"], content["assumptions"], usual)

    return [(bi(lambda place=place: rows()[place][0]), text) for place, (_words, text) in enumerate(rows())]


def purchase_order_html(content: dict[str, Any]) -> str:
    """The purchase order as HTML for the typesetter."""
    locale = content["locale"]
    bi = speaker(locale)
    where = absolute("orders.order", order_id=content["order_id"])
    return render(
        "pdf/purchase_order.html",
        **paper_frame(bi, locale, where),
        spec=content,
        number=f"PO-{content['order']}",
        category_name=bi(category(content["category"]).name),
        commercial=redline.beside(commercial(content, bi), commercial(content, bi)),
        clauses=[bi(clause) for clause in CLAUSES[content["terms_version"]]],
    )


def attachment(content: dict[str, Any]) -> bytes:
    """The same spec for machines: the frozen content with every field's kind and unit, canonical JSON."""
    fields = spec_json(category(content["category"]), content["values"], content["assumptions"])
    return json.dumps(
        {"content": content, "content_sha256": content_hash(content), **fields},
        sort_keys=True,
        ensure_ascii=False,
        indent=1,
    ).encode()


def paper_frame(bi: Callable[..., Both], locale: str, where: str) -> dict[str, Any]:
    """What the head and the words of every paper need; its QR code leads to `where`."""
    qr = segno.make(where, error="m").svg_inline(border=0, svgclass=None, lineclass=None)
    return {
        "bi": bi,
        "own_lang": HTML_LANG[locale],
        "bilingual": locale != CHINESE,
        "check_url": where,
        "qr": Markup(qr),  # noqa: S704 - drawn by segno from our own address
        "figure": number,
    }


def commercial(content: dict[str, Any], bi: Callable[..., Both]) -> list[tuple[Both, Any]]:
    """What was agreed about price, delivery and dates: (label, text)."""
    amounts, currency = content["amounts"], content["currency"]

    def sum_of(minor: int) -> str:
        return f"{money.show(minor, currency, 'en')} {currency}"

    fees = [(label, amounts[key]) for key, label in FEES.items() if amounts.get(key)]
    ship_by = content["ship_by"]
    return [
        (bi(N_("Unit price")), sum_of(content["unit_price_minor"])),
        *((bi(label), sum_of(minor)) for label, minor in fees),
        (bi(N_("Total")), sum_of(amounts["total_minor"])),
        (bi(N_("Deposit")), f"{sum_of(amounts['deposit_minor'])} ({content['deposit_percent']} %)"),
        *_advance(content, bi),
        (bi(N_("Delivery term")), f"{content['incoterm']} {content['incoterm_place']}"),
        (bi(N_("Lead time")), bi(N_("%(days)d days from the deposit"), days=content["lead_days"])),
        *([(bi(N_("Ship by")), bi(lambda: as_date(date.fromisoformat(ship_by))))] if ship_by else []),
    ]


def _advance(content: dict[str, Any], bi: Callable[..., Both]) -> list[tuple[Both, Any]]:
    """Specs that were frozen before there were advances say nothing of one."""
    percent = content.get("advance_percent", 0)
    said = bi(N_("%(percent)s %% of the deposit, when the golden sample is approved"), percent=percent)
    return [(bi(N_("Advance for materials")), said)] if percent else []


FEES = {
    "goods_minor": N_("Goods"),
    "tooling_minor": N_("Tooling"),
    "plate_minor": N_("Plate fee"),
    "sample_minor": N_("Sample fee"),
    "freight_minor": N_("Freight"),
    "tax_minor": N_("Tax"),
    "extras_minor": N_("Agreed since"),
}


def inspection(content: dict[str, Any], bi: Callable[..., Both]) -> dict[str, Any]:
    """The sampling plan of this lot, class by class, with its plain words."""
    values, assumptions = content["values"], content["assumptions"]
    plans = classes.allowed(content["quantity"], values, assumptions)
    rows = [
        {"title": bi(one.title), "aql": found.aql, "plan": found, "words": plain_words(found, bi)}
        for one in classes.CLASSES
        if (found := plans[one.code])
    ]
    return {"level": classes.level_of(values, assumptions), "rows": rows}


def plain_words(found: classes.Allowed, bi: Callable[..., Both]) -> Both:
    """'Check 32 pieces: at most 2 may have such a defect.'"""
    return bi(lambda: found.words)
