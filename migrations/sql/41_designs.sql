-- Copies of a file share its objects (artwork_file.stored_as): the note is about the objects, and a later end of another
-- file that shares them renews it.
create or replace function note_artwork_remnant() returns trigger language plpgsql as $$
begin
  insert into artwork_remnant (id, created_at, sha256, multipart_id)
  values (coalesce(old.stored_as, old.id), now(), old.sha256, old.multipart_id)
  on conflict (id) do update set created_at = excluded.created_at;
  return old;
end $$;
