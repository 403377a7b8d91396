-- 100,000 orders with their briefs, invitations, quotes and events: copies of one order of the demo data, spread over
-- its creators and factories, the newest thousand at the stage that most pages show. :orders is how many.
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

insert into brief (id, created_at, creator_id, stage, category, title, description, values, quantities, currency,
  ship_country, ship_region, ship_city, ship_postcode, confidential, portal_chooses, submitted_at, quotes_due_at,
  closes_at, updated_at, version, shortlist, edits)
select c.brief_id, b.created_at - c.k * interval '1 minute', c.creator_id, b.stage, b.category, b.title || ' ' || c.k,
  b.description, b.values, b.quantities, b.currency, b.ship_country, b.ship_region, b.ship_city, b.ship_postcode,
  b.confidential, b.portal_chooses, b.submitted_at, b.quotes_due_at, b.closes_at, b.updated_at, 1, '{}', '{}'
from bench_copy c join purchase_order o on o.id = c.model_id join brief b on b.id = o.brief_id;

insert into invitation (id, created_at, brief_id, factory_id, stage, score, reasons, quote_due_at, decline_reason,
  decline_note, quote_valid_until, quote_draft, version)
select c.invitation_id, i.created_at, c.brief_id, c.factory_id, i.stage, i.score, i.reasons, i.quote_due_at, '', '',
  i.quote_valid_until, '{}', 1
from bench_copy c join purchase_order o on o.id = c.model_id join invitation i on i.id = o.invitation_id;

insert into quote (id, created_at, invitation_id, revision, sent_by, currency, tooling_minor, plate_minor, sample_minor,
  sample_days, sample_rounds, extra_sample_minor, deposit_percent, incoterm, incoterm_place, tax_included, tax_percent,
  valid_until, assumptions, note, changes)
select c.quote_id, q.created_at, c.invitation_id, 1, q.sent_by, q.currency, q.tooling_minor, q.plate_minor,
  q.sample_minor, q.sample_days, q.sample_rounds, q.extra_sample_minor, q.deposit_percent, q.incoterm,
  q.incoterm_place, q.tax_included,
  q.tax_percent, q.valid_until, q.assumptions, q.note, '[]'
from bench_copy c join purchase_order o on o.id = c.model_id join quote q on q.id = o.quote_id;
update invitation i set current_quote_id = c.quote_id from bench_copy c where i.id = c.invitation_id;

insert into quote_line (id, created_at, quote_id, quantity, unit_price_minor, freight_minor, lead_days)
select gen_random_uuid(), l.created_at, c.quote_id, l.quantity, l.unit_price_minor, l.freight_minor, l.lead_days
from bench_copy c join purchase_order o on o.id = c.model_id join quote_line l on l.quote_id = o.quote_id;

insert into purchase_order (id, created_at, brief_id, invitation_id, quote_id, creator_id, factory_id, stage, category,
  title, quantity, currency, unit_price_minor, total_minor, deposit_minor, balance_minor, lead_days, ship_by,
  deposit_due_at, deposit_paid_at, terms, terms_hash, version)
select c.order_id, o.created_at - c.k * interval '1 minute', c.brief_id, c.invitation_id, c.quote_id, c.creator_id,
  c.factory_id, o.stage, o.category, o.title || ' ' || c.k, o.quantity, o.currency, o.unit_price_minor, o.total_minor,
  o.deposit_minor, o.balance_minor, o.lead_days, o.ship_by, o.deposit_due_at, o.deposit_paid_at, o.terms, o.terms_hash, 1
from bench_copy c join purchase_order o on o.id = c.model_id;

insert into event (id, created_at, subject, subject_id, name, actor_role, actor_id, brief_id, invitation_id, order_id,
  factory_id, source, target, data)
select gen_random_uuid(), e.created_at, e.subject, c.order_id, e.name, e.actor_role, e.actor_id, c.brief_id,
  c.invitation_id, c.order_id, c.factory_id, e.source, e.target, e.data
from bench_copy c join event e on e.order_id = c.model_id and e.subject = 'order';
