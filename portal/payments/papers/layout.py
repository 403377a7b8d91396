"""The papers as HTML for the typesetter, in Chinese and English; the Chinese is the buyer's own where they read it."""

from typing import Any

from portal.core import money
from portal.core.i18n import HTML_LANG, N_
from portal.core.web import absolute, render
from portal.payments.papers import words
from portal.payments.papers.models import TaxPaperKind
from portal.sourcing.destinations import country_name
from portal.specs import shipping
from portal.specs.bilingual import CHINESE, Both, speaker
from portal.specs.models import PaperKind
from portal.specs.papers import paper_frame

OTHER = "en"
#: How much of the content's hash stands in the QR code: who has the paper can check it, who guesses a number can't.
CHECK_LENGTH = 16


def check_address(number: str, content_hash: str) -> str:
    """Where a paper's QR code leads."""
    return absolute("papers.check", number=number, code=content_hash[:CHECK_LENGTH])


def html(said: dict[str, Any], content_hash: str) -> str:
    """A paper as HTML. `said` is its content."""
    where = check_address(said["number"], content_hash)
    if said["kind"] == TaxPaperKind.COMMERCIAL_INVOICE:
        customs = said | {"date": said["shipped_on"]}
        return shipping.html(PaperKind.COMMERCIAL_INVOICE, customs, number=said["number"], where=where)
    chinese = said["locale"] if said["locale"].startswith("zh") else CHINESE
    bi = speaker(OTHER, chinese)
    kind = TaxPaperKind(said["kind"])
    return render(
        "pdf/tax_paper.html",
        **paper_frame(bi, OTHER, where),
        chinese_lang=HTML_LANG[chinese],
        said=said,
        title=bi(words.KINDS[kind]),
        parties=_parties(said, bi),
        references=[(bi(words.REFERENCES[key]), text) for key, text in said["references"].items()],
        lines=_lines(said, bi),
        currency=bi(lambda: money.name(said["currency"])),
        amount=lambda minor: money.figures(minor, said["currency"]),
        note=bi(_note(said, kind)),
        tax_note=_tax_note(said, bi),
        content_hash=content_hash,
    )


def _lines(said: dict[str, Any], bi: Any) -> list[tuple[Both, dict[str, Any]]]:
    labels = {what: bi(words.LINES[what]) for what in {line["what"] for line in said["lines"]}}
    if "tax_minor" in labels:
        labels["tax_minor"] = bi(N_("Tax (%(percent)s %%)", percent=said["tax"]["percent"]))
    return [(labels[line["what"]], line) for line in said["lines"]]


def _note(said: dict[str, Any], kind: TaxPaperKind) -> Any:
    unwanted = kind == TaxPaperKind.RECEIPT and said["tax"] is None
    return words.UNWANTED if unwanted else words.NOTES[kind]


def _parties(said: dict[str, Any], bi: Any) -> list[tuple[Both, list[str]]]:
    """Seller and buyer, each with the lines of its address."""
    seller, buyer = said["seller"], said["buyer"]
    names = dict.fromkeys(filter(None, (seller.get("name_zh"), seller["name"])))
    place = ", ".join(filter(None, (seller.get("city"), seller.get("province"))))
    license_number = seller.get("license_number")
    towards = " ".join(filter(None, (buyer["postcode"], buyer["city"], buyer["region"])))
    country = str(bi(lambda: country_name(buyer["country"]))) if buyer["country"] else ""
    return [
        (
            bi(N_("Seller") if "city" in seller else N_("Issued by")),
            [*names, *filter(None, (seller.get("place_zh"), place, license_number and f"USCC {license_number}"))],
        ),
        (bi(N_("Buyer")), [*filter(None, (buyer["name"], buyer["email"], towards, country))]),
    ]


def _tax_note(said: dict[str, Any], bi: Any) -> tuple[Both, str] | None:
    """The tax that is within the total: its label, and its amount in figures where it is known."""
    tax = said["tax"]
    if tax is None:
        return None
    if tax["included"] or not tax["percent"]:
        return bi(N_("Tax")), str(bi(N_("included in the prices") if tax["included"] else N_("none")))
    label = bi(N_("Of it tax (%(percent)s %%)", percent=tax["percent"]))
    return label, f"{money.figures(tax['minor'], said['currency'])} {said['currency']}"
