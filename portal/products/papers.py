"""Certificates asked of the factory, and documents that come with the order, on every spec."""

from portal.core.i18n import N_
from portal.products.base import (
    Dimension,
    Option,
    Stage,
    options,
)
from portal.products.declaration import Section
from portal.products.fields import Choice, Day, MultiChoice, Text
from portal.products.groups import Table

#: Certificates and audits that any kind of factory may hold; a category adds its own.
FACTORY_CERTIFICATES = options(
    ("iso_9001", N_("ISO 9001 quality management")),
    ("iso_14001", N_("ISO 14001 environmental management")),
    ("bsci", N_("amfori BSCI social audit")),
    ("smeta", N_("Sedex SMETA social audit")),
)


def papers(*certificates: Option) -> Section:
    """The section of certificates asked of the factory (the category's own first) and "
    "documents that come with the order."""
    return Section(
        "papers",
        N_("Certificates and documents"),
        (
            MultiChoice(
                "certificates",
                N_("Certificates the factory must hold"),
                N_("Only what you really need, because each one narrows the choice, for example a social audit."),
                options=(*certificates, *FACTORY_CERTIFICATES),
                filters=Dimension.CERTIFICATE,
            ),
            DOCUMENTS,
        ),
    )


DOCUMENT_KINDS = options(
    ("ifra", N_("IFRA certificate")),
    ("allergens", N_("Allergen declaration")),
    ("sds", N_("Safety data sheet (SDS)")),
    ("en71", N_("EN 71 test report")),
    ("astm_f963", N_("ASTM F963 test report")),
    ("cpc", N_("Children's Product Certificate (CPC)")),
    ("gb_6675", N_("GB 6675 test report")),
    ("food_contact", N_("Food contact declaration or test report")),
    ("recycled", N_("Evidence of recycled content")),
    ("reach", N_("REACH declaration")),
    ("rohs", N_("RoHS declaration")),
    ("material", N_("Material data sheet")),
    ("other", N_("Another document")),
)

DOCUMENTS = Table(
    "documents",
    N_("Documents"),
    N_("Test reports, certificates and data sheets with their number, for example an IFRA certificate of the scent."),
    row_label=N_("Document"),
    rows=20,
    parts=(
        Choice(
            "kind",
            N_("Kind of document"),
            N_("For example IFRA certificate."),
            options=DOCUMENT_KINDS,
            needed=Stage.BRIEF,
        ),
        Text(
            "reference",
            N_("Document number"),
            N_("The number printed on the document, for example SHA-2026-0117."),
            longest=80,
            needed=Stage.FREEZE,
        ),
        Text("issuer", N_("Issued by"), N_("The laboratory or company, for example the scent's maker."), longest=120),
        Day("issued", N_("Date of issue"), N_("As printed on the document, for example 2026-03-15.")),
        Day("expires", N_("Valid until"), N_("If the document says so, for example 2027-03-14.")),
    ),
)
