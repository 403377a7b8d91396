"""The report of an inspection, in Chinese and in the creator's language: the plan, what was found, the goods beside the
golden sample."""

from io import BytesIO
from typing import Any

from sqlalchemy import Row

from portal.core.i18n import N_
from portal.core.lazy import lazy
from portal.core.web import absolute, render
from portal.designs.photos import Shown
from portal.orders.inspections.classes import CLASSES, read
from portal.orders.models import InspectionKind, Order
from portal.products.registry import category
from portal.specs.bilingual import speaker
from portal.specs.papers import paper_frame, plain_words

Image = lazy("PIL.Image")

TITLES = {
    InspectionKind.INLINE: N_("In-line inspection report"),
    InspectionKind.FINAL: N_("Final inspection report"),
}
_LONGEST, _QUALITY = 1000, 82  # px and JPEG quality of a photo on paper: 80 mm wide at 300 dpi


def number(order_number: int, inspection: int) -> str:
    """How the n-th inspection of an order is called: IR-2007-1."""
    return f"IR-{order_number}-{inspection}"


def content(order: Order, row: Row[Any], nth: int) -> dict[str, Any]:
    """All that the report of an inspection (a row of `inspections.queries`) says, JSON only. Photos are ids."""
    terms = order.terms
    values = terms["brief"]["values"]
    return {
        "number": number(order.number, nth),
        "order": order.number,
        "order_id": str(order.id),
        "inspection_id": str(row.id),
        "date": row.created_at.isoformat(),
        "kind": row.kind,
        "product": values.get("product_name") or order.title,
        "product_zh": values.get("product_name_zh", ""),
        "category": order.category,
        "creator": terms["creator"],
        "factory": terms["factory"],
        "locale": terms["creator"]["locale"],
        "quantity": order.quantity,
        "lot": row.lot,
        "level": row.level,
        "inspector": row.inspector,
        "reporter": row.reporter,
        "plan": row.plan,
        "found": row.found,
        "passed": row.passed,
        "defects": row.defects,
        "views": list(row.views.items()),
        "note": row.note,
    }


def html(said: dict[str, Any], pictures: set[str]) -> str:
    """The report as HTML for the typesetter; `pictures` are the ids of the photos that it has as assets."""
    bi, title = speaker(said["locale"]), TITLES[said["kind"]]
    where = absolute("orders.order", order_id=said["order_id"])
    titles = {one.code: bi(one.title) for one in CLASSES}
    limits = {one.code: read(said["plan"][one.code]) for one in CLASSES}
    rows = [
        {"title": titles[code], "limit": limit, "words": plain_words(limit, bi), "found": said["found"][code]}
        for code, limit in limits.items()
    ]
    return render(
        "pdf/inspection_report.html",
        **paper_frame(bi, said["locale"], where),
        said=said,
        title=bi(title),
        category_name=bi(category(said["category"]).name),
        rows=rows,
        titles=titles,
        has=pictures,
    )


def photo_ids(said: dict[str, Any]) -> list[str]:
    """Every photo that the report shows, each once."""
    ids = [ident for defect in said["defects"] for ident in defect["photos"]]
    return list(dict.fromkeys(ids + [ident for pair in said["views"] for ident in pair]))


def awaited(photos: dict[str, Shown]) -> bool:
    """Whether a photo of the report is still being made ready."""
    return any(not photo.ready and not photo.refused for photo in photos.values())


def for_paper(picture: bytes) -> bytes:
    """A kept photo as small as paper needs it. The same bytes give the same bytes."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    image.thumbnail((_LONGEST, _LONGEST))
    made = BytesIO()
    image.save(made, "JPEG", quality=_QUALITY)
    return made.getvalue()
