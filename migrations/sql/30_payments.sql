-- The ledger is never changed; a repair is another transaction.
create trigger ledger_transaction_append_only before update or delete on ledger_transaction
  for each row execute function refuse_change();
create trigger posting_append_only before update or delete on posting
  for each row execute function refuse_change();

-- Every transaction has postings that sum to zero in each currency, checked when it is committed.
create function check_ledger_transaction() returns trigger language plpgsql as $$
declare
  checked uuid := case tg_table_name when 'posting' then (to_jsonb(new) ->> 'transaction_id')::uuid else new.id end;
  unbalanced text;
begin
  if not exists (select from posting where transaction_id = checked) then
    raise exception 'ledger transaction % has no postings', checked using errcode = 'check_violation';
  end if;
  select string_agg(currency, ', ') into unbalanced
    from (select currency from posting where transaction_id = checked group by currency having sum(amount_minor) <> 0) s;
  if unbalanced is not null then
    raise exception 'ledger transaction % does not sum to zero in %', checked, unbalanced
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger ledger_transaction_balanced after insert on ledger_transaction
  deferrable initially deferred for each row execute function check_ledger_transaction();
create constraint trigger posting_balanced after insert on posting
  deferrable initially deferred for each row execute function check_ledger_transaction();
