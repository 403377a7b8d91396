"""Other artwork by change order: offered by the creator, nobody's before both have agreed, then the next revision."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlmodel import Session

from portal.accounts.models import Person
from portal.core.actor import Actor
from portal.core.db import transaction
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.i18n import in_locale
from portal.designs import operations as designs
from portal.designs.lifecycle import FileStage
from portal.designs.models import Artwork, ArtworkFile
from portal.designs.queries import artworks, files_for_spec
from portal.orders.changes import artwork, operations, words
from portal.orders.changes.proposal import Proposal
from portal.orders.lifecycle import OrderStage
from portal.orders.models import ChangeOrder, Order
from portal.specs import operations as specs
from portal.specs import papers, redline
from portal.specs.models import SpecRevision
from tests import deals, make
from tests.orders.stages import at_stage, sides

SignIn = Callable[[Person | None], FlaskClient]
OLD, NEW = "a" * 64, "b" * 64


def made_ready(file: ArtworkFile, sha256: str) -> None:
    """As if the worker had checked it."""
    file.revision, file.sha256, file.kind, file.stage = 1, sha256, "png", FileStage.READY


def world(session: Session, stage: OrderStage = OrderStage.PRODUCTION) -> tuple[Order, Actor, Actor, UUID]:
    """An order of a brief with a logo; its sides, and the logo."""
    deal = deals.deal(session)
    logo = Artwork(brief_id=deal.brief.id, position=1, label="Logo")
    session.add(logo)
    session.flush()
    file = ArtworkFile(brief_id=deal.brief.id, artwork_id=logo.id, name="logo.png", size=10)
    made_ready(file, OLD)
    session.add(file)
    deals.quoted(session, deal)
    order = at_stage(session, stage, deal)
    return order, *sides(session, order), logo.id


def offered(session: Session, order: Order, creator: Actor, logo: UUID, *, ready: bool = True) -> str:
    announced = {"name": "logo-2.png", "size": 20, "declared_type": ""}
    file = designs.begin_file(session, order.brief_id, actor=creator, offered_for=logo, **announced)
    if ready:
        made_ready(file, NEW)
    session.flush()
    return str(file.id)


def proposed(session: Session, order: Order, actor: Actor, *files: str) -> ChangeOrder:
    said = Proposal("A better line.", files=dict.fromkeys(files))
    return operations.propose(session, order, said, actor=actor)


def hashes(session: Session, order: Order) -> list[str]:
    return [file["sha256"] for file in files_for_spec(session.connection(), order.brief_id)]


def test_it_is_nobodys_before_both_have_agreed_and_then_the_next_revision(session: Session):
    order, creator, factory, logo = world(session)
    file = offered(session, order, creator, logo)
    change = proposed(session, order, creator, file)
    assert hashes(session, order) == [OLD]
    assert [one.current.sha256 for one in artworks(session.connection(), order.brief_id) if one.current] == [OLD]
    with in_locale("en"):
        [line] = words.lines(order, change)
    assert line == ("File: Logo", f"logo.png · SHA-256 {OLD[:16]}…", f"logo-2.png · SHA-256 {NEW[:16]}…")
    operations.accept(session, order, 1, actor=factory)
    assert hashes(session, order) == [NEW]
    kept = session.scalars(select(ArtworkFile).where(ArtworkFile.artwork_id == logo).order_by(ArtworkFile.revision))
    assert [(one.revision, one.sha256) for one in kept] == [(1, OLD), (2, NEW)]
    assert session.scalars(select(Artwork).where(Artwork.offered_for.is_not(None))).all() == []


def test_the_next_revision_of_the_spec_has_its_hash_and_strikes_the_old_one(session: Session):
    order, creator, factory, logo = world(session)
    proposed(session, order, creator, offered(session, order, creator, logo))
    operations.accept(session, order, 1, actor=factory)
    [spec] = specs.revise(session, order)
    [(now, was)] = redline.files(spec.content)
    assert was is not None
    assert (was["sha256"], now["sha256"], now["revision"], now["label"]) == (OLD, NEW, 2, "Logo")
    html = papers.spec_html(spec.content)
    assert f"<del>{OLD}</del> <ins>{NEW}</ins>" in html
    first = session.scalars(select(SpecRevision).where(SpecRevision.revision == "A")).one()
    assert redline.files(first.content) == [(first.content["files"][0], None)]
    again = offered(session, order, creator, logo)
    [place] = artwork.places(session.connection(), order)
    assert (place.file["sha256"], [str(one.file.id) for one in place.offers]) == (NEW, [again])


def test_what_is_not_offered_is_not_taken(session: Session):
    order, creator, factory, logo = world(session)
    file, other = offered(session, order, creator, logo), offered(session, order, creator, logo)
    with pytest.raises(NotAllowed):
        proposed(session, order, factory, file)
    unready = offered(session, order, creator, logo, ready=False)
    for wrong in ((unready,), ("nonsense",), (file, other), (str(logo),)):
        with pytest.raises(Invalid):
            proposed(session, order, creator, *wrong)
    with pytest.raises(NotFound):
        designs.begin_file(
            session, order.brief_id, actor=creator, name="x.png", size=1, declared_type="", offered_for=UUID(int=0)
        )


def test_a_declined_one_stays_on_offer(session: Session):
    order, creator, factory, logo = world(session)
    file = offered(session, order, creator, logo)
    proposed(session, order, creator, file)
    operations.decline(session, order, 1, actor=factory)
    assert hashes(session, order) == [OLD]
    [place] = artwork.places(session.connection(), order)
    assert [str(one.file.id) for one in place.offers] == [file]


def test_a_copied_brief_has_what_was_agreed(session: Session):
    order, creator, _factory, logo = world(session)
    offered(session, order, creator, logo)
    copy = make.brief(session, session.get_one(Person, creator.person_id))
    assert designs.copy_all(session, order.brief_id, copy.id, actor=creator) == 1
    assert [file["sha256"] for file in files_for_spec(session.connection(), copy.id)] == [OLD]


@pytest.mark.parametrize(
    ("stage", "allowed"), [(OrderStage.SAMPLING, True), (OrderStage.READY_TO_SHIP, True), (OrderStage.SHIPPED, False)]
)
def test_only_the_creator_sends_it_and_only_while_the_order_can_be_changed(
    sign_in: SignIn, stage: OrderStage, allowed: bool
):
    with transaction() as session:
        order, creator, factory, logo = world(session, stage)
        ada, wang = (session.get_one(Person, one.person_id) for one in (creator, factory))
        stranger = make.person(session)
    begin, announced = f"/briefs/{order.brief_id}/uploads", {"name": "logo-2.png", "size": 20}
    page = f"/orders/{order.id}/changes/artwork/0"
    for who in (wang, stranger):
        client = sign_in(who)
        assert client.post(f"{begin}?offer={logo}", json=announced).status_code == 404
        assert client.get(page).status_code == 404
    client = sign_in(ada)
    assert client.post(begin, json=announced).status_code == 404, "the brief itself stays as it is"
    assert client.post(f"{begin}?offer={logo}", json=announced).status_code == (201 if allowed else 404)
    assert client.get(page).status_code == (200 if allowed else 409)


def test_from_the_offer_to_the_proposal_on_pages(sign_in: SignIn):
    with transaction() as session:
        order, creator, factory, logo = world(session)
        file = offered(session, order, creator, logo)
        ada, wang = (session.get_one(Person, one.person_id) for one in (creator, factory))
        wang.locale = "en"
    client, path = sign_in(ada), f"/orders/{order.id}/changes/new"
    assert f"changes/new?file={file}#files" in client.get(f"/orders/{order.id}/changes/artwork/0").text
    assert f'value="{file}" checked' in client.get(f"{path}?file={file}").text
    sent = {"seen": "0", "price_way": "same", "reason": "A better line.", "file": file}
    assert "logo-2.png · SHA-256" in client.post(path, data=sent).text
    assert client.post(path, data=sent | {"sure": "1"}).status_code == 303
    client = sign_in(wang)
    shown = client.get(f"/orders/{order.id}").text
    assert f"/artworks/files/{file}" in shown
    assert client.get(f"/artworks/files/{file}").status_code == 303
    assert "Send another file" not in client.get(path).text
