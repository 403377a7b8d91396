-- An acceptance is a signature: never changed. A revision is frozen once its files are made.
create trigger spec_acceptance_append_only before update or delete on spec_acceptance
  for each row execute function refuse_change();

create function refuse_spec_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or new.content is distinct from old.content or new.content_hash <> old.content_hash
     or (old.ready_at is not null and (new.pdf_sha256 <> old.pdf_sha256 or new.pdf_key <> old.pdf_key)) then
    raise exception 'a frozen spec is never changed' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger spec_revision_frozen before update or delete on spec_revision
  for each row execute function refuse_spec_change();
