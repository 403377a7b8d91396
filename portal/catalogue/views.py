"""The creator's catalogue: the list with its prices, the same as a file, out and in."""

from flask import Blueprint, Response, make_response, request

from portal.catalogue import operations, queries, sheets
from portal.catalogue.forms import PricesForm
from portal.core.actor import Role
from portal.core.db import reader, transaction
from portal.core.errors import Invalid
from portal.core.i18n import _, _n
from portal.core.web import current_actor, done, page, rule
from portal.orders import words

bp = Blueprint("catalogue", __name__)


@bp.get("/products")
@rule(Role.CREATOR)
def products() -> Response:
    """What has been made so far, with what each piece costs and leaves."""
    made = queries.products(reader(), current_actor())
    return _page(made, PricesForm(made))


def _page(made: list[queries.Product], form: PricesForm) -> Response:
    status = 422 if form.errors else 200
    return page("catalogue/products.html", status=status, products=made, form=form, factory_of=words.factory_name)


@bp.post("/products")
@rule(Role.CREATOR)
def save_prices() -> Response:
    """Keep the retail prices and numbers typed on the page; all of them, or none while one can't be read."""
    made = queries.products(reader(), current_actor())
    form = PricesForm(made, request.form)
    said = form.said()
    if form.errors:
        return _page(made, form)
    with transaction() as session:
        operations.price(session, said, actor=current_actor())
    return done("catalogue.products", _("Saved."))


@bp.get("/products.csv")
@rule(Role.CREATOR)
def export() -> Response:
    """The catalogue as CSV."""
    answer = make_response(sheets.write(queries.products(reader(), current_actor())))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="xiaodan-products.csv"'
    return answer


@bp.route("/products/import", methods=["GET", "POST"])
@rule(Role.CREATOR)
def import_prices() -> Response:
    """Retail prices and numbers out of a CSV file. Lines that are right are kept, the others told one by one."""
    if request.method == "GET":
        return page("catalogue/import.html", errors={}, problems=[], kept=0)
    file = request.files.get("file")
    try:
        if not file:
            raise Invalid(file=_("Choose a CSV file."))
        sheet = sheets.read(file.read(), queries.products(reader(), current_actor()))
    except Invalid as problem:
        errors = {"file": [str(problem.fields["file"])]}
        return page("catalogue/import.html", status=422, errors=errors, problems=[], kept=0)
    with transaction() as session:
        kept = operations.price(session, sheet.said, actor=current_actor())
    if sheet.problems:
        return page("catalogue/import.html", status=422, errors={}, problems=sheet.problems, kept=kept)
    said = _n("%(num)d product is up to date.", "%(num)d products are up to date.", kept)
    return done("catalogue.products", said)
