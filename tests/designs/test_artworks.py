"""After the upload: the check, what is kept, revisions, what people see, who may download."""

import hashlib
import re
import urllib.error
import urllib.request
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from portal.core import clock
from portal.core.db import reader, transaction
from portal.designs import keys, operations, queries, storage, tasks
from portal.designs.lifecycle import FileStage
from portal.designs.models import ArtworkRemnant
from portal.sourcing.lifecycle import BriefStage
from portal.sourcing.models import Brief
from tests import make
from tests.designs import samples
from tests.designs.conftest import Desk, check, row


def get(url: str) -> tuple[bytes, dict[str, str]]:
    with urllib.request.urlopen(url) as answer:  # noqa: S310
        return answer.read(), dict(answer.headers)


def test_a_checked_file_is_kept_under_its_hash(desk: Desk):
    data = samples.png()
    file = desk.upload_and_check("logo.png", data)
    assert file.stage == FileStage.READY
    assert (file.revision, file.kind, file.sha256) == (1, "png", hashlib.sha256(data).hexdigest())
    assert storage.get(keys.file_key(file.id, file.sha256)) == data
    assert [preview["longest"] for preview in file.previews] == [320, 900, 1600]
    with pytest.raises(storage.Missing):
        storage.arrived(keys.upload_key(file.id))


def test_the_page_fills_itself_in(desk: Desk):
    ident = desk.upload("logo.png", samples.png())
    waiting = desk.list()
    assert "every 1s" in waiting
    assert "being checked" in waiting
    check(ident)
    shown = desk.list()
    assert "every 1s" not in shown
    assert "1200 × 800 pixels" in shown
    picture, headers = get(shown.split('<img src="')[1].split('"')[0].replace("&amp;", "&"))
    assert picture[8:12] == b"WEBP"
    assert headers["Content-Type"] == "image/webp"


def test_findings_follow_the_spec(desk: Desk):
    """Kept are facts: when the print grows, what is said changes without another check."""
    desk.upload_and_check("logo.png", samples.png())
    assert "339 dpi" not in desk.list()
    assert "381 dpi at 80 × 60 mm: sharp" in desk.list()
    with transaction() as session:
        rows = [{"method": "uv", "position": "front", "width": 240, "height": 160}]
        session.execute(update(Brief).where(Brief.id == desk.brief.id).values(values={"locations": rows}))
    assert "127 dpi at 240 × 160 mm will look blurred" in desk.list()


def test_a_rejected_file_says_why_and_the_earlier_one_stands(desk: Desk):
    first = desk.upload_and_check("logo.png", samples.png())
    bad = desk.upload_and_check("logo2.jpg", samples.half(samples.jpeg()), artwork=str(first.artwork_id))
    assert (bad.stage, bad.refusal) == (FileStage.REJECTED, {"code": "truncated"})
    assert bad.revision is None
    shown = desk.list()
    assert "We cannot use logo2.jpg" in shown
    assert "The end of the file is missing" in shown
    assert "revision 1" in shown


def test_replacing_keeps_the_earlier_revision(desk: Desk):
    first = desk.upload_and_check("logo.png", samples.png())
    second = desk.upload_and_check("logo.svg", samples.svg(), artwork=str(first.artwork_id))
    assert second.revision == 2
    (artwork,) = queries.artworks(reader(), desk.brief.id)
    assert (artwork.current.id, [old.id for old in artwork.earlier]) == (second.id, [first.id])
    assert storage.get(keys.file_key(first.id, first.sha256)) == samples.png()
    (for_spec,) = queries.files_for_spec(reader(), desk.brief.id)
    assert for_spec["revision"] == 2
    assert for_spec["sha256"] == second.sha256
    assert storage.get(for_spec["preview_key"])[8:12] == b"WEBP"


def test_a_second_replacement_takes_the_place_of_an_unfinished_one(desk: Desk):
    first = desk.upload_and_check("logo.png", samples.png())
    left = desk.begin("a.png", 5, artwork=str(first.artwork_id))
    desk.begin("b.png", 5, artwork=str(first.artwork_id))
    assert row(left["id"]).stage == FileStage.ABANDONED
    desk.upload("c.png", samples.png(), artwork=str(first.artwork_id))
    desk.begin("d.png", 5, artwork=str(first.artwork_id), status=409)


def test_artwork_of_another_brief_is_not_replaced(desk: Desk):
    file = desk.upload_and_check("logo.png", samples.png())
    with transaction() as session:
        other = make.brief(session, desk.creator, stage=BriefStage.DRAFT)
    elsewhere = Desk(desk.client, desk.creator, other)
    elsewhere.begin("logo.png", 5, artwork=str(file.artwork_id), status=404)


def test_label_and_place(desk: Desk):
    file = desk.upload_and_check("logo.png", samples.png())
    path = f"/artworks/{file.artwork_id}"
    answer = desk.client.post(path, data={"label": "Front logo", "placement": "locations-0"})
    assert answer.status_code == 303
    shown = desk.list()
    assert "Front logo" in shown
    assert 'value="locations-0" selected' in shown
    refused = desk.client.post(path, data={"label": "x" * 81, "placement": ""})
    assert refused.status_code == 422
    assert "x" * 81 in refused.text
    assert desk.client.post(path, data={"label": "", "placement": "locations-9"}).status_code == 422


def test_the_check_names_every_file_and_where_it_is_printed(desk: Desk):
    """Before a brief is sent, its writer reads which files go with it, which are no good, and what nobody has said."""
    check_page = f"/briefs/{desk.brief.id}/edit/check"
    desk.upload_and_check("fake.png", b"no picture")
    file = desk.upload_and_check("logo.png", samples.png())
    said = desk.client.get(check_page).text
    assert "We cannot use fake.png" in said
    assert "None of the files has a place yet" not in said, "one print, one file"
    desk.upload_and_check("photo.jpg", samples.jpeg())
    assert "None of the files has a place yet" in desk.client.get(check_page).text
    desk.client.post(f"/artworks/{file.artwork_id}", data={"label": "Front logo", "placement": "locations-0"})
    said = desk.client.get(check_page).text
    assert "None of the files has a place yet" not in said
    assert re.search(r"<dt>Front logo</dt>\s*<dd[^>]*>1. Front, 80 × 60 mm</dd>", said)


def test_removing_from_a_draft_takes_everything_away(desk: Desk):
    file = desk.upload_and_check("logo.png", samples.png())
    assert desk.client.post(f"/artworks/{file.artwork_id}/remove").status_code == 303
    assert "No artwork yet" in desk.list()
    tasks.sweep(timestamp=0)
    for key in (keys.file_key(file.id, file.sha256), keys.preview_key(file.id, 320)):
        with pytest.raises(storage.Missing):
            storage.get(key)


def test_a_draft_takes_its_artwork_with_it(desk: Desk):
    file = desk.upload_and_check("logo.png", samples.png())
    with transaction() as session:
        session.delete(session.get_one(Brief, desk.brief.id))
    tasks.sweep(timestamp=0)
    with pytest.raises(storage.Missing):
        storage.get(keys.file_key(file.id, file.sha256))
    with transaction() as session:
        assert session.scalars(select(ArtworkRemnant)).all() == []


def test_once_sent_artwork_may_be_replaced_but_not_removed(desk: Desk):
    file = desk.upload_and_check("logo.png", samples.png())
    with transaction() as session:
        session.execute(update(Brief).where(Brief.id == desk.brief.id).values(stage=BriefStage.OPEN))
    assert desk.client.post(f"/artworks/{file.artwork_id}/remove").status_code == 404
    desk.begin("new.png", 5, artwork=str(file.artwork_id))
    assert "Remove" not in desk.list()


def test_download_is_an_attachment_from_the_store(desk: Desk, sign_in):
    file = desk.upload_and_check("设计 <稿>\r\nX: y.png", samples.png())
    answer = desk.client.get(f"/artworks/files/{file.id}")
    assert answer.status_code == 303
    assert answer.headers["Cache-Control"] == "no-store"
    data, headers = get(answer.location)
    assert data == samples.png()
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment; ")
    assert "X" not in headers
    sign_in(None)
    assert desk.client.get(f"/artworks/files/{file.id}").status_code == 404


def test_links_stay_the_same_within_an_hour_and_end(desk: Desk):
    present = clock.now().replace(minute=10)
    with clock.at(present):
        first = storage.link("files/x", "x.png")
    with clock.at(present + timedelta(minutes=40)):
        assert storage.link("files/x", "x.png") == first
    with clock.at(present + timedelta(hours=1)):
        assert storage.link("files/x", "x.png") != first
    storage.put("files/x", b"x", "image/png")
    with clock.at(present - timedelta(hours=5)):
        old = storage.link("files/x", "x.png")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        get(old)


def test_a_check_may_run_twice_and_go_on_after_a_kill(desk: Desk):
    ident = desk.upload("logo.png", samples.png())
    with transaction() as session:  # as a worker leaves it that dies right after it began
        operations.start_check(session, ident)
    check(ident)
    check(ident)
    assert (row(ident).stage, row(ident).revision) == (FileStage.READY, 1)


def test_a_file_that_changes_after_its_upload_is_not_taken(desk: Desk, s3):
    """Within the life of a grant the browser may write the same key again."""
    ident = desk.upload("logo.png", samples.png())
    storage._quick().put_object(Bucket=s3.settings["S3_BUCKET_INBOX"], Key=keys.upload_key(ident), Body=b"other")
    check(ident)
    assert row(ident).refusal == {"code": "changed"}


@pytest.mark.parametrize("name", ["huge.png", "laughs.svg", "bomb.zip", "circle.pdf", "both.png"])
def test_hostile_files_end_as_words_on_the_page(desk: Desk, name):
    file = desk.upload_and_check(name, samples.HOSTILE[name][0]())
    assert file.stage == FileStage.REJECTED
    assert "We cannot use" in desk.list()


def test_thumbs_for_lists(desk: Desk):
    assert queries.thumbs(reader(), []) == {}
    desk.upload_and_check("part.step", samples.step())
    assert queries.thumbs(reader(), [desk.brief.id]) == {}
    desk.upload_and_check("logo.png", samples.png())
    found = queries.thumbs(reader(), [desk.brief.id, UUID(int=0)])
    assert get(found[desk.brief.id])[0][8:12] == b"WEBP"


def test_a_copied_brief_has_the_artwork_and_shares_its_objects(desk: Desk):
    """Nothing is sent to the store again, and nothing goes from it while either brief is there."""
    first = desk.upload_and_check("logo.png", samples.png())
    desk.client.post(f"/artworks/{first.artwork_id}", data={"label": "Front logo", "placement": "locations-0"})
    file = desk.upload_and_check("logo-2.jpg", samples.jpeg(), artwork=str(first.artwork_id))
    desk.upload("unchecked.png", samples.png())
    copied = desk.client.post(f"/briefs/{desk.brief.id}/copy").location.split("/")[2]
    with transaction() as session:
        (shown,) = queries.artworks(session.connection(), UUID(copied))
        (frozen,) = queries.files_for_spec(session.connection(), UUID(copied))
    assert (shown.label, shown.placement, shown.earlier, shown.under_way) == ("Front logo", "locations-0", [], None)
    assert (shown.current.name, shown.current.revision, shown.current.sha256) == ("logo-2.jpg", 1, file.sha256)
    assert frozen["file_key"] == keys.file_key(file.id, file.sha256)
    assert desk.client.get(f"/artworks/files/{shown.current.id}").status_code == 303
    again = desk.client.post(f"/briefs/{copied}/copy").location.split("/")[2]

    for gone in (desk.brief.id, UUID(copied)):
        with transaction() as session:
            session.delete(session.get_one(Brief, gone))
        tasks.sweep(timestamp=0)
        assert storage.get(frozen["file_key"]) == samples.jpeg()
        assert get(shown.thumb)[0][8:12] == b"WEBP"
    with transaction() as session:
        session.delete(session.get_one(Brief, UUID(again)))
    tasks.sweep(timestamp=0)
    with pytest.raises(storage.Missing):
        storage.get(frozen["file_key"])
    with transaction() as session:
        assert session.scalars(select(ArtworkRemnant)).all() == []


def test_a_paper_is_no_artwork(desk: Desk):
    """What is said to be a document is printed nowhere and measured by no print; everybody sees which one it is."""
    file = desk.upload_and_check("ifra.png", samples.png(width=40, height=40))
    path = f"/artworks/{file.artwork_id}"
    assert desk.client.post(path, data={"label": "", "document": "diploma"}).status_code == 422
    assert desk.client.post(path, data={"document": "ifra", "placement": "locations-0"}).status_code == 303
    assert '<option value="ifra" selected>' in desk.list()
    with transaction() as session:
        (shown,) = queries.artworks(session.connection(), desk.brief.id)
        (frozen,) = queries.files_for_spec(session.connection(), desk.brief.id)
        assert queries.documents(session.connection(), desk.brief.id) == {"ifra"}
    assert (shown.document, shown.placement, shown.findings) == ("ifra", "", [])
    assert frozen["document"] == "ifra"
