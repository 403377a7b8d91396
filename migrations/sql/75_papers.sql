-- A tax paper is never changed, and neither is its file.
create trigger tax_paper_append_only before update or delete on tax_paper
  for each row execute function refuse_change();
create trigger tax_paper_file_append_only before update or delete on tax_paper_file
  for each row execute function refuse_change();

-- A series counts by one and never back.
create function refuse_leap() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or new.kind <> old.kind or new.year <> old.year or new.last <> old.last + 1 then
    raise exception 'a series of papers counts by one' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger paper_series_counts before update or delete on paper_series
  for each row execute function refuse_leap();

-- A paper bears the number that its series has just come to, and every number is borne by a paper: no gap, no double.
create function check_paper_number() returns trigger language plpgsql as $$
begin
  if new.serial is distinct from (select last from paper_series where kind = new.kind and year = new.year) then
    raise exception 'a paper takes the next number of its series' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger tax_paper_number before insert on tax_paper
  for each row execute function check_paper_number();

create function check_series_used() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from tax_paper where kind = new.kind and year = new.year and serial = new.last) then
    raise exception 'number % of % % is on no paper', new.last, new.kind, new.year using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
create constraint trigger paper_series_used after insert or update on paper_series
  deferrable initially deferred for each row execute function check_series_used();

-- A rate that was entered stays as it was; a later one takes its place.
create trigger rate_append_only before update or delete on rate
  for each row execute function refuse_change();
