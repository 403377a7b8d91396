-- A revision of a quote is never changed once it is sent; what an order was made on never changes either.
create trigger quote_append_only before update or delete on quote
  for each row execute function refuse_change();
create trigger quote_line_append_only before update or delete on quote_line
  for each row execute function refuse_change();

create function refuse_new_terms() returns trigger language plpgsql as $$
begin
  if (new.terms, new.terms_hash, new.number, new.brief_id, new.invitation_id, new.quote_id, new.creator_id,
      new.factory_id, new.quantity, new.currency, new.unit_price_minor, new.total_minor, new.deposit_minor,
      new.balance_minor, new.lead_days)
     is distinct from
     (old.terms, old.terms_hash, old.number, old.brief_id, old.invitation_id, old.quote_id, old.creator_id,
      old.factory_id, old.quantity, old.currency, old.unit_price_minor, old.total_minor, old.deposit_minor,
      old.balance_minor, old.lead_days)
  then raise exception 'the terms of an order are frozen' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger order_terms_frozen before update on purchase_order
  for each row execute function refuse_new_terms();
