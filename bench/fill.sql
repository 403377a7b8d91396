-- 100,000 orders with their briefs, invitations, quotes and events: copies of one order of the demo data, spread over
-- its creators and factories, the newest thousand at the stage that most pages show. :orders is how many.
-- A copy is its model's row with what is its own laid over it, so that new columns need no word here.
create table bench_copy as
with model as (
  select o.id from purchase_order o where o.stage = 'sampling' order by number limit 1
), creators as (
  select id, row_number() over (order by email) - 1 as n, count(*) over () as total from person where role = 'creator'
), factories as (
  select f.id, row_number() over (order by f.slug) - 1 as n, count(*) over () as total
  from factory f join capability c on c.factory_id = f.id where c.category = (
    select category from purchase_order, model where purchase_order.id = model.id)
)
select k, (select id from model) as model_id,
  gen_random_uuid() as brief_id, gen_random_uuid() as invitation_id, gen_random_uuid() as quote_id,
  gen_random_uuid() as order_id,
  (select id from creators where n = k % total limit 1) as creator_id,
  (select id from factories where n = k % total limit 1) as factory_id
from generate_series(1, :orders) k;
alter table bench_copy add primary key (k);

insert into brief
select copy.* from bench_copy c join purchase_order o on o.id = c.model_id join brief b on b.id = o.brief_id,
jsonb_populate_record(b, jsonb_build_object('id', c.brief_id, 'created_at', b.created_at - c.k * interval '1 minute',
  'number', nextval('brief_number'), 'creator_id', c.creator_id,
  'title', b.title || ' ' || c.k)) copy;

insert into invitation
select copy.* from bench_copy c join purchase_order o on o.id = c.model_id join invitation i on i.id = o.invitation_id,
jsonb_populate_record(i, jsonb_build_object('id', c.invitation_id, 'brief_id', c.brief_id, 'factory_id', c.factory_id,
  'current_quote_id', null)) copy;

insert into quote
select copy.* from bench_copy c join purchase_order o on o.id = c.model_id join quote q on q.id = o.quote_id,
jsonb_populate_record(q, jsonb_build_object('id', c.quote_id, 'invitation_id', c.invitation_id, 'revision', 1)) copy;
update invitation i set current_quote_id = c.quote_id from bench_copy c where i.id = c.invitation_id;

insert into quote_line
select copy.* from bench_copy c join purchase_order o on o.id = c.model_id join quote_line l on l.quote_id = o.quote_id,
jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(), 'quote_id', c.quote_id)) copy;

insert into purchase_order
select copy.* from bench_copy c join purchase_order o on o.id = c.model_id,
jsonb_populate_record(o, jsonb_build_object('id', c.order_id, 'created_at', o.created_at - c.k * interval '1 minute',
  'number', nextval('order_number'), 'brief_id', c.brief_id, 'invitation_id', c.invitation_id,
  'quote_id', c.quote_id, 'creator_id', c.creator_id, 'factory_id', c.factory_id, 'title', o.title || ' ' || c.k)) copy;

insert into event
select copy.* from bench_copy c join event e on e.order_id = c.model_id and e.subject = 'order',
jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'subject_id', c.order_id, 'brief_id', c.brief_id,
  'invitation_id', c.invitation_id, 'order_id', c.order_id, 'factory_id', c.factory_id)) copy;
