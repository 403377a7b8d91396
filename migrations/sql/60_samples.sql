-- A sealed sample is the reference that goods are judged by: nothing changes it, and nothing removes it.
create function refuse_sealed_change() returns trigger language plpgsql as $$
begin
  if old.seal_hash <> '' then
    raise exception 'the golden sample is sealed' using errcode = 'restrict_violation';
  end if;
  if tg_op = 'DELETE' then
    raise exception 'a sample that was sent is kept' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger sample_sealed before update or delete on sample
  for each row execute function refuse_sealed_change();

-- What was said of a sample stays as it was said.
create trigger sample_pin_append_only before update or delete on sample_pin
  for each row execute function refuse_change();
