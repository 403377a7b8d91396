-- A file's row may go in many ways: with its artwork, with a draft, with a visitor's forgotten draft. What lies in the
-- object store must go too, so each row that goes leaves a note for the worker.
create function note_artwork_remnant() returns trigger language plpgsql as $$
begin
  insert into artwork_remnant (id, created_at, sha256, multipart_id)
  values (old.id, now(), old.sha256, old.multipart_id)
  on conflict do nothing;
  return old;
end $$;
create trigger artwork_file_removed after delete on artwork_file
  for each row execute function note_artwork_remnant();
