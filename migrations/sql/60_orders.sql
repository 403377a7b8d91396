-- What an order was made on never changes. Quantity, total and balance follow what both sides agree to in change orders,
-- and the good pieces made.
create or replace function refuse_new_terms() returns trigger language plpgsql as $$
begin
  if (new.terms, new.terms_hash, new.number, new.brief_id, new.invitation_id, new.quote_id, new.creator_id,
      new.factory_id, new.currency, new.unit_price_minor, new.deposit_minor, new.lead_days)
     is distinct from
     (old.terms, old.terms_hash, old.number, old.brief_id, old.invitation_id, old.quote_id, old.creator_id,
      old.factory_id, old.currency, old.unit_price_minor, old.deposit_minor, old.lead_days)
  then raise exception 'the terms of an order are frozen' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

-- What was proposed stays as it was proposed.
create function refuse_other_change() returns trigger language plpgsql as $$
begin
  if (new.order_id, new.number, new.side, new.proposed_by, new.reason, new."values", new.quantity, new.price_minor,
      new.ship_by)
     is distinct from
     (old.order_id, old.number, old.side, old.proposed_by, old.reason, old."values", old.quantity, old.price_minor,
      old.ship_by)
  then raise exception 'a proposed change is never altered' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger change_order_frozen before update on change_order
  for each row execute function refuse_other_change();
