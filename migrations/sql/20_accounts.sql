-- A factory with people has an owner, whatever the code does. Checked at commit; a factory may lose everybody at once
-- only by being deleted itself.
create function keep_an_owner() returns trigger language plpgsql as $$
begin
  if exists (select from membership where factory_id = old.factory_id)
     and not exists (select from membership where factory_id = old.factory_id and role = 'owner') then
    raise exception 'factory % would have no owner', old.factory_id using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
create constraint trigger membership_owner after update or delete on membership
  deferrable initially deferred for each row
  when (old.role = 'owner') execute function keep_an_owner();
