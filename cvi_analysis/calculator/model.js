// The arithmetic of a profile, as in cvi_analysis/model: the same formulas in the same order, all in
// float64, rounding half up. Pure: no page, no constants; those come in `values` and `place`.
//
//   values  assumptions by dotted name, as resolved for the report
//   place   {roles: [[key, group], ...], kinds: [...], local, counts, at_one_time, homicides}

const halfUp = (x) => Math.floor(x + 0.5);

// One addend at a time, in order.
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

function methodOf(values, place) {
  if (values.people_at_risk !== null) return 'entered';
  const method = values['people_at_risk.method'];
  return method === 'local' && place.local === null ? 'residents' : method;
}

function peopleAtRisk(values, place) {
  const share = values['people_at_risk.share'];
  const { population } = values;
  const method = methodOf(values, place);
  const estimate = {
    entered: () => values.people_at_risk,
    local: () => place.local,
    residents: () => population * share,
    homicides: () => place.homicides * values['people_at_risk.people_per_homicide'],
  }[method]();
  const counts = method === 'local' ? place.counts : 'over_a_year';
  let stock = estimate * (values['people_at_risk.months'] / 12);
  if (counts === 'at_one_time') stock = estimate;
  else if (method === 'local' && place.at_one_time !== null) stock = place.at_one_time;
  const target = values['people_at_risk.target_share'];
  return {
    estimate,
    rounded: halfUp(estimate),
    share: method === 'residents' ? share : estimate / population,
    method,
    counts,
    target: estimate * target,
    served: stock * target * values['people_at_risk.take_up'],
  };
}

// People that set the staffing, after economies of scale.
function effectivePeople(values, served) {
  const scale = (name) => values['economies_of_scale.' + name];
  if (!scale('enabled')) return served;
  const limits = [scale('first_limit'), scale('second_limit'), scale('third_limit'), Infinity];
  const gains = [scale('first_gain'), scale('second_gain'), scale('third_gain'), scale('fourth_gain')];
  let lower = 0;
  let effective = 0;
  limits.forEach((upper, band) => {
    effective += Math.max(Math.min(served, upper) - lower, 0) / (1 + gains[band]);
    lower = upper;
  });
  return effective;
}

function workers(values, role, load) {
  const entered = values[`roles.${role}.count`];
  if (entered !== null) return entered;
  const needed = halfUp(load / values[`roles.${role}.caseload`]);
  return Math.max(values['staffing.minimum_per_role'], needed);
}

function populationTier(values) {
  const { population } = values;
  const [first, ...rest] = values['ovp.population_limits'];
  return Number(population >= first) + rest.filter((limit) => population > limit).length;
}

function ovpPosts(values, role) {
  const entered = values[`roles.${role}.count`];
  return entered !== null ? entered : values[`roles.${role}.posts`][populationTier(values)];
}

function staffing(values, place, effective) {
  let frontline = 0;
  return place.roles.map(([role, group]) => {
    let count;
    if (group === 'ovp') count = ovpPosts(values, role);
    else count = workers(values, role, group === 'frontline' ? effective : frontline);
    if (group === 'frontline') frontline += count;
    const pay = values[`roles.${role}.wage`];
    const load = values[group === 'ovp' ? 'benefits.government' : 'benefits.community'];
    return { role, group, count, wage: pay, benefits_load: load, cost: count * pay * (1 + load) };
  });
}

function budgetOf(values, place, posts, served) {
  const cost = (front) => halfUp(
    sum(posts.filter((post) => (post.group === 'frontline') === front).map((post) => post.cost)),
  );
  const frontline = cost(true);
  const others = cost(false);
  const staff = frontline + others;
  const training = halfUp(values['budget.training_share'] * staff);
  const evaluation = halfUp(values['budget.evaluation_share'] * staff);
  const indirect = halfUp(values['budget.indirect_share'] * staff);
  const wraparound = halfUp(values['budget.wraparound_per_person'] * served);
  const kinds = {};
  let left = wraparound;
  place.kinds.slice(0, -1).forEach((kind) => {
    kinds[kind] = halfUp(values[`budget.wraparound.${kind}_share`] * wraparound);
    left -= kinds[kind];
  });
  kinds[place.kinds[place.kinds.length - 1]] = left;
  return {
    budget: {
      frontline,
      supervision_ovp: others,
      staffing: staff,
      training,
      evaluation,
      indirect,
      wraparound,
      total: staff + training + evaluation + indirect + wraparound,
    },
    wraparound: kinds,
  };
}

// The whole model in one call; names as in the report's JSON.
function profile(values, place) {
  const people = peopleAtRisk(values, place);
  const effective = effectivePeople(values, people.served);
  const posts = staffing(values, place, effective);
  const { budget, wraparound } = budgetOf(values, place, posts, people.served);
  const spending = values['existing.spending'];
  return {
    population: values.population,
    people_at_risk: people,
    effective,
    staffing: posts,
    staff: sum(posts.map((post) => post.count)),
    budget,
    wraparound,
    per_resident: budget.total / values.population,
    per_person: budget.total / people.served,
    existing: { spending, gap: spending === null ? null : budget.total - spending },
  };
}

const serving = (values, place, people) => profile({
  ...values,
  people_at_risk: people,
  'people_at_risk.target_share': 1,
  'people_at_risk.take_up': 1,
  'people_at_risk.months': 12,
}, place);

// The largest whole number of people, of those the plan serves, whose program costs at most `money`.
function affordable(values, place, money) {
  const whole = profile(values, place);
  const smallest = serving(values, place, 1).budget.total;
  const answer = (people, result, everyone) => ({
    people, everyone, smallest, left: money - (result ? result.budget.total : 0),
    total: result ? result.budget.total : 0, staff: result ? result.staff : 0,
  });
  if (whole.budget.total <= money) return answer(whole.people_at_risk.served, whole, true);
  if (smallest > money) return answer(0, null, false);
  let enough = 1;
  let beyond = Math.floor(whole.people_at_risk.served) + 1;
  while (beyond - enough > 1) {
    const middle = Math.floor((enough + beyond) / 2);
    if (serving(values, place, middle).budget.total <= money) enough = middle;
    else beyond = middle;
  }
  return answer(enough, serving(values, place, enough), false);
}
