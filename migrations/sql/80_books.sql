-- A correcting entry stays as it was booked or withdrawn, and what was proposed as it was proposed.
create function refuse_other_correction() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.stage <> 'proposed'
     or (new.break_id, new.movement, new.subject, new.order_id, new.amount_minor, new.currency, new.reason, new.proposed_by)
        is distinct from
        (old.break_id, old.movement, old.subject, old.order_id, old.amount_minor, old.currency, old.reason, old.proposed_by)
  then raise exception 'a correcting entry is never altered' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger correction_frozen before update or delete on correction
  for each row execute function refuse_other_correction();
