-- What has been said stays said.
create trigger message_append_only before update or delete on message
  for each row execute function refuse_change();
