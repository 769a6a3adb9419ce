// The plan year by year and what Medicaid could pay back, as in cvi_analysis/model/hiring_plan.py
// and medicaid_offset.py: pure functions beside model.js, in the same order of operations.

const YEARS = 'phasing.years';

function postsOfYear(post, values, step) {
  const existing = Math.min(values[`roles.${post.role}.existing`], post.count);
  const hired = halfUp(((post.count - existing) * step) / values[YEARS]);
  const planned = post.group === 'ovp' ? post.count : existing + hired;
  return { ...post, existing, planned, filled: Math.max(existing, halfUp(planned * values['phasing.fill_rate'])) };
}

function yearOf(values, place, full, year) {
  const growth = (1 + values['phasing.price_growth']) ** (year - 1);
  const step = Math.min(year, values[YEARS]);
  const posts = full.staffing.map((post) => postsOfYear(post, values, step));
  const paid = (field) => posts.map((post) => ({ ...post, cost: post[field] * (post.wage * growth) * (1 + post.benefits_load) }));
  const frontline = (field) => sum(posts.filter((post) => post.group === 'frontline').map((post) => post[field]));
  const needed = frontline('count');
  const reach = (field) => full.people_at_risk.served * (needed ? frontline(field) / needed : step / values[YEARS]);
  const priced = { ...values, 'budget.wraparound_per_person': values['budget.wraparound_per_person'] * growth };
  const total = (field) => budgetOf(priced, place, paid(field), reach(field)).budget.total;
  const today = halfUp(sum(paid('existing').map((post) => post.cost)));
  const oneOff = halfUp(today * values['phasing.one_off_share']);
  const budget = total('planned');
  return {
    year,
    planned: sum(posts.map((post) => post.planned)),
    filled: sum(posts.map((post) => post.filled)),
    people: reach('planned'),
    reached: reach('filled'),
    budget,
    expected: total('filled'),
    new_money: budget - today,
    recurring_needed: budget - (today - oneOff),
  };
}

// Every year until all posts are paid for; `full` is the profile of the same values.
const hiringPlan = (values, place, full) => Array.from({ length: values[YEARS] }, (_, index) => yearOf(values, place, full, index + 1));

// Dollars a year beside the budget, never taken off it; null where turned off or no rate is known.
function medicaidOffset(values, full) {
  const rate = values['medicaid.rate'];
  if (!values['medicaid.offset_enabled'] || rate === null) return null;
  const workers = sum(full.staffing.filter((post) => post.group === 'frontline').map((post) => post.count));
  return halfUp(workers * values['medicaid.billable_hours'] * values['medicaid.enrolled_share'] * rate);
}
