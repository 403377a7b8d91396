-- What has been released is never changed; money that comes back is a refund of its own.
create trigger release_append_only before update or delete on release
  for each row execute function refuse_change();
