"""The page on which a change is proposed: fields of the spec that the writer chooses, quantity, price and day."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from wtforms import RadioField

from portal.core.forms import Amount, Day, Figure, Form, Paragraphs
from portal.core.i18n import N_, _
from portal.orders.changes.proposal import Examined, Proposal, Spec, examine
from portal.products import category as category_of
from portal.products import present
from portal.products.base import Stage
from portal.products.declaration import Category
from portal.products.forms import FormData, FormSection, Item, SpecForm
from portal.products.values import raw_values

SAME, MORE, LESS = "same", "more", "less"


class TermsForm(Form):
    """What changes beside the spec; what is left blank stays as it is."""

    quantity = Figure(N_("New quantity"), low=1, high=1_000_000)
    price_way = RadioField(
        N_("Price difference"),
        choices=[
            (SAME, N_("No difference")),
            (MORE, N_("Added to the total")),
            (LESS, N_("Taken off the total")),
        ],
        default=SAME,
    )
    price = Amount(N_("Amount"))
    ship_by = Day(N_("New day to ship by"))
    reason = Paragraphs(
        N_("Why?"), N_("The other side reads this before it decides."), longest=1000, required=N_("Say why.")
    )

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if not self.price.errors and (self.price_way.data == SAME) == bool(self.price.data):
            words = _("Write the amount.") if not self.price.data else _("Say whether this is added or taken off.")
            self.price.errors = [words]
            return False
        return fine

    @property
    def price_minor(self) -> int:
        sign = {MORE: 1, LESS: -1}.get(self.price_way.data, 0)
        return sign * (self.price.data or 0)


class FieldsForm(SpecForm):
    """The chosen fields of a category, with what is agreed now in them. `shown` are those that were on the page that
    was sent: one of them that is missing was emptied, any other is filled in. What the change makes necessary is chosen
    by itself."""

    def __init__(
        self,
        category: Category,
        spec: Spec,
        chosen: Collection[str],
        documents: frozenset[str],
        *,
        formdata: FormData | None = None,
        shown: Collection[str] = (),
    ) -> None:
        super().__init__(category, values=spec.values, formdata=formdata)
        self.spec, self.documents, self.examined = spec, documents, Examined({}, {}, [])
        self.chosen = [field.name for field in category.fields() if field.name in chosen]
        present_raw = raw_values(category, spec.values)
        sent = self.raw if formdata is not None else {}
        self.raw = {name: sent.get(name, "") if name in shown else present_raw.get(name, "") for name in self.chosen}

    def validate(self, stage: Stage | None = Stage.FREEZE, assumed: Collection[str] = ()) -> bool:
        """Check the chosen fields together with the rest of the spec."""
        self.examined = examine(self.category, self.spec, self.raw, self.documents)
        self.problems = self.examined.problems
        paths = [*self.problems, *(path for finding in self.examined.findings for path in finding.fields)]
        concerned = {path.split("-")[0] for path in paths} - set(self.chosen)
        known = raw_values(self.category, self.spec.values)
        for field in self.category.fields():
            if field.name in concerned:
                self.chosen.append(field.name)
                self.raw[field.name] = known.get(field.name, "")
        return self.examined.ok

    @property
    def sections(self) -> list[FormSection]:
        return [kept for section in super().sections if (kept := self._kept(section)).first]

    def _kept(self, section: FormSection) -> FormSection:
        items = [
            Item(item.control, None, "", {}, item.locale)
            for item in (*section.first, *section.more)
            if item.control.declared.name in self.chosen
        ]
        return FormSection(section.code, section.title, items, [], None, "", True)

    @property
    def errors(self) -> dict[str, list[str]]:
        found = super().errors
        said = [str(finding.message) for finding in self.examined.findings]
        return {**found, "": [*found.get("", []), *said]} if said else found


class ProposalForm:
    """Both parts as one form. `of` a request: `asks` is true while the writer is only choosing fields or rows."""

    def __init__(
        self,
        order: Any,
        spec: Spec,
        documents: frozenset[str],
        formdata: Any = None,
        *,
        pick: Any = (),
        files: Any = (),
    ) -> None:
        chosen = formdata.getlist("field") if formdata is not None else pick
        shown = formdata.getlist("shown") if formdata is not None else ()
        self.order = order
        self.files = formdata.getlist("file") if formdata is not None else list(files)
        self.terms = TermsForm(formdata)
        self.terms.price.currency = order.currency
        self.fields = FieldsForm(category_of(order.category), spec, chosen, documents, formdata=formdata, shown=shown)
        pressed = formdata is not None and ("choose" in formdata or "edit" in formdata)
        self.asks = pressed or self.fields.changes_rows

    def validate(self) -> bool:
        terms, fields = self.terms.validate(), self.fields.validate()
        return terms and fields

    def proposal(self, seen: int, swaps: Mapping[str, Any]) -> Proposal:
        """What is proposed, after `validate()`; `swaps` are those of the `files` that were chosen."""
        terms = self.terms
        return Proposal(
            reason=terms.reason.data or "",
            values=self.fields.examined.differences,
            quantity=terms.quantity.data,
            price_minor=terms.price_minor,
            ship_by=terms.ship_by.data,
            seen=seen,
            files=swaps,
        )

    @property
    def errors(self) -> dict[str, list[str]]:
        """id of an input -> messages with the field's name, for `error_summary`."""
        found: dict[str, list[str]] = {"": [str(message) for message in self.terms.form_errors]}
        for field in self.terms:
            if field.errors:
                name = str(field.label.text).rstrip("?？")
                found[field.id] = [_("%(field)s: %(message)s", field=name, message=words) for words in field.errors]
        for where, messages in self.fields.errors.items():
            found[where] = [*found.get(where, []), *messages]
        return {where: messages for where, messages in found.items() if messages}

    def choices(self) -> Iterator[tuple[str, list[tuple[str, str, str, bool]]]]:
        """Every section with its fields: (name, label, what is agreed now, whether it is chosen)."""
        spec, category = self.fields.spec, self.fields.category
        chosen = self.fields.chosen
        for part in present.rows(category, spec.values, assumptions=spec.assumptions):
            rows = [(row.path, row.label, _shown(row, category, spec), row.path in chosen) for row in part.rows]
            yield part.title, rows


def _shown(row: present.Row, category: Category, spec: Spec) -> str:
    if row.rows:
        return category.field(row.path).text(spec.values[row.path]).replace("\n", " / ")
    return row.shown
