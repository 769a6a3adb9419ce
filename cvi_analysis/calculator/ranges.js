// How sure the case is, as in cvi_analysis/model (intervals, sensitivity, find_out_first): the same
// draws to the last bit, from NumPy's own generator, and the model's operations in the same order.
// Pure, like model.js. What takes long is a generator function: whoever runs it may pause between
// any two steps.
//
//   ranges  as ranges_data.py makes them

const LOCAL = 'people_at_risk.local_estimate';
const SIZES = 'ovp.population_limits';
const METHOD = 'people_at_risk.method';
const RULES = { residents: 'people_at_risk.share', homicides: 'people_at_risk.people_per_homicide' };

// PCG64 (XSL-RR) as NumPy seeds it with [seed, second]; 128 bits are eight limbs, lowest first.
const FACTOR = [0xf645, 0x9fcc, 0xdf64, 0x4385, 0x5da4, 0x1fc6, 0xed05, 0x2360];

function generatorOf(seed, second) {
  const mixed = (value) => value ^ (value >>> 16);
  let hash = 0x43b0d7e5;
  const scatter = (value) => {
    const before = value ^ hash;
    hash = Math.imul(hash, 0x931e8875);
    return mixed(Math.imul(before, hash));
  };
  const pool = [seed, second, 0, 0].map(scatter);
  for (let from = 0; from < 4; from += 1) {
    for (let to = 0; to < 4; to += 1) {
      if (from !== to) pool[to] = mixed(Math.imul(0xca01f9dd, pool[to]) - Math.imul(0x4973f715, scatter(pool[from])));
    }
  }
  hash = 0x8b51f9dd;
  const words = [0, 1, 2, 3, 0, 1, 2, 3].map((place) => {
    const before = pool[place] ^ hash;
    hash = Math.imul(hash, 0x58f38ded);
    return mixed(Math.imul(before, hash));
  });
  // Two numbers of 128 bits, the higher half of each first.
  const limbs = (start) => [2, 3, 0, 1].flatMap((word) => [words[start + word] & 0xffff, words[start + word] >>> 16]);
  const start = limbs(0);
  const increment = limbs(4);
  for (let k = 7; k >= 0; k -= 1) increment[k] = ((increment[k] << 1) & 0xffff) | (k ? increment[k - 1] >>> 15 : 1);
  let state = new Float64Array(8);
  let next = new Float64Array(8);
  const step = () => {
    let carry = 0;
    for (let k = 0; k < 8; k += 1) {
      let sum = carry + increment[k];
      for (let j = 0; j <= k; j += 1) sum += state[j] * FACTOR[k - j];
      carry = Math.floor(sum / 65536);
      next[k] = sum - carry * 65536;
    }
    [state, next] = [next, state];
  };
  step();
  let carry = 0;
  for (let k = 0; k < 8; k += 1) {
    const sum = state[k] + start[k] + carry;
    carry = sum >>> 16;
    state[k] = sum & 0xffff;
  }
  step();
  let low = 0;
  let high = 0;
  const advance = () => {
    step();
    let a = (state[0] ^ state[4]) | ((state[1] ^ state[5]) << 16);
    let b = (state[2] ^ state[6]) | ((state[3] ^ state[7]) << 16);
    const turn = state[7] >> 10;
    if (turn > 31) [a, b] = [b, a];
    const left = turn & 31;
    low = (left ? (a >>> left) | (b << (32 - left)) : a) >>> 0;
    high = (left ? (b >>> left) | (a << (32 - left)) : b) >>> 0;
  };
  let kept = false;
  const whole = () => {
    kept = !kept;
    if (!kept) return high;
    advance();
    return low;
  };
  return {
    // A float in [0, 1).
    random() {
      advance();
      return (high * 2097152 + (low >>> 11)) / 9007199254740992;
    },
    // A whole number up to `most`: as many bits as it has, until they are not above it.
    upTo(most) {
      const mask = 2 ** (32 - Math.clz32(most)) - 1;
      let found = whole() & mask;
      while (found > most) found = whole() & mask;
      return found;
    },
  };
}

function crc32(text) {
  let found = -1;
  for (const letter of text) {
    found ^= letter.charCodeAt(0);
    for (let bit = 0; bit < 8; bit += 1) found = (found >>> 1) ^ (found & 1 ? 0xedb88320 : 0);
  }
  return ~found >>> 0;
}

// Quantiles at which an assumption is drawn. They depend on these three alone and are kept.
const columns = new Map();
function quantiles(ranges, asked, seed, draws) {
  const name = asked === LOCAL || asked === RULES.homicides ? RULES.residents : asked;
  const key = `${name} ${seed} ${draws}`;
  const kept = columns.get(key);
  if (kept) return kept;
  const generator = generatorOf(seed, crc32(name));
  const found = new Float64Array(draws);
  const stride = draws === ranges.draws && ranges.lattice[name];
  if (stride) {
    const shift = generator.random();
    for (let i = 0; i < draws; i += 1) found[i] = (((i * stride) % draws) / draws + shift) % 1;
  } else {
    for (let i = 0; i < draws; i += 1) found[i] = i;
    for (let i = draws - 1; i > 0; i -= 1) {
      const other = generator.upTo(i);
      const held = found[i];
      found[i] = found[other];
      found[other] = held;
    }
    for (let i = 0; i < draws; i += 1) found[i] = (found[i] + generator.random()) / draws;
  }
  columns.set(key, found);
  return found;
}

// Between which rules of thumb is drawn: where both can be had and no count is.
const methodIsDrawn = (values, place) => methodOf(values, place) in RULES && place.homicides !== null;

// Every number that is uncertain in this case and moves its figures, by name:
// {ends: [[low, most likely, high], ...], whole, listed}.
function spreadsOf(values, place, ranges) {
  const method = methodOf(values, place);
  const drawn = methodIsDrawn(values, place);
  const counted = ([role]) => values[`roles.${role}.count`] === null;
  const office = ([, group]) => group === 'ovp';
  const read = (name) => {
    if (name === RULES.residents) return drawn || method === 'residents';
    if (name === RULES.homicides) return drawn || method === 'homicides';
    if (name === 'people_at_risk.months') return method !== 'local' || (place.counts !== 'at_one_time' && place.at_one_time === null);
    if (name.startsWith('economies_of_scale')) return values['economies_of_scale.enabled'];
    if (name === 'staffing.minimum_per_role') return place.roles.some((one) => !office(one) && counted(one));
    if (name === SIZES) return place.roles.some((one) => office(one) && counted(one));
    // A caseload beside a number entered by hand moves nothing, and stays in the list as there.
    return !name.endsWith('.posts') || counted(name.split('.').slice(1));
  };
  const spread = (name, range) => {
    const value = values[name];
    const list = (one) => (Array.isArray(one) ? one : [one]);
    const listed = Array.isArray(value);
    const ends = list(value).map((one, i) => [Math.min(list(range[0])[i], one), one, Math.max(list(range[1])[i], one)]);
    return { ends, listed, whole: listed || Boolean(range[2]) };
  };
  const all = Object.entries(ranges.names);
  ['wage', 'caseload', 'posts'].forEach((last) => ranges[last].forEach((range, i) => {
    if (range) all.push([`roles.${place.roles[i][0]}.${last}`, range]);
  }));
  const found = {};
  all.forEach(([name, range]) => {
    if (values[name] === null || values[name] === undefined || !read(name)) return;
    const one = spread(name, range);
    if (one.ends.some(([low, , high]) => low !== high)) found[name] = one;
  });
  if (method === 'local') {
    const [low, high] = ranges.local;
    const estimate = place.local;
    const share = ranges.names[RULES.residents];
    const [least, value, most] = share ? spread(RULES.residents, share).ends[0] : [1, 1, 1];
    const first = low === null ? estimate * (least / value) : low;
    const last = high === null ? estimate * (most / value) : high;
    found[LOCAL] = { ends: [[Math.min(first, estimate), estimate, Math.max(last, estimate)]], whole: false, listed: false };
  }
  return found;
}

// Draws of one number into `row`: the inverse of the triangular distribution.
function triangular(row, [low, mode, high], whole, column, from) {
  if (low === high) return;
  const least = whole ? low - 0.5 : low;
  const most = whole ? high + 0.5 : high;
  const width = most - least;
  const below = width * (mode - least);
  const above = width * (most - mode);
  for (let i = 0; i < row.length; i += 1) {
    const quantile = column[from + i];
    const one = quantile * width < mode - least ? least + Math.sqrt(quantile * below) : most - Math.sqrt((1 - quantile) * above);
    row[i] = whole ? Math.min(Math.max(halfUp(one), low), high) : one;
  }
}

// People, staff and total of every draw; `column` gives an assumption's quantiles by its name.
function* drawnFigures(values, place, varied, column, draws) {
  const size = Math.min(draws, 256);
  const filled = [];
  const rows = (name, likely, only) => {
    const one = varied[name];
    return (Array.isArray(likely) ? likely : [likely]).map((value, i) => {
      const row = new Float64Array(size).fill(value);
      if (one && (only === undefined || only === i)) filled.push([row, one.ends[i], one.whole, column(name)]);
      return row;
    });
  };
  const row = (name) => rows(name, values[name])[0];
  const scale = (names) => names.map((name) => row('economies_of_scale.' + name));
  const method = methodOf(values, place);
  const choice = methodIsDrawn(values, place) ? column(METHOD) : null;
  const { population } = values;
  const weight = values['people_at_risk.method_weight'];
  const share = row(RULES.residents);
  const perHomicide = row(RULES.homicides);
  const local = rows(LOCAL, place.local)[0];
  const [months, target, takeUp] = ['months', 'target_share', 'take_up'].map((name) => row('people_at_risk.' + name));
  const atOnce = method === 'local' && place.counts === 'at_one_time';
  const ceiling = method === 'local' ? place.at_one_time : null;
  const scaled = values['economies_of_scale.enabled'];
  const limits = scale(['first_limit', 'second_limit', 'third_limit']);
  const gains = scale(['first_gain', 'second_gain', 'third_gain', 'fourth_gain']);
  const minimum = row('staffing.minimum_per_role');
  const sizes = rows(SIZES, values[SIZES]);
  const fixedTier = populationTier(values);
  const posts = place.roles.map(([role, group]) => ({
    front: group === 'frontline', office: group === 'ovp', entered: values[`roles.${role}.count`], wage: row(`roles.${role}.wage`),
    load: row(group === 'ovp' ? 'benefits.government' : 'benefits.community'),
    by: group === 'ovp' ? rows(`roles.${role}.posts`, values[`roles.${role}.posts`], varied[SIZES] ? undefined : fixedTier) : [row(`roles.${role}.caseload`)],
  }));
  const [training, evaluation, indirect, services] = ['training_share', 'evaluation_share', 'indirect_share', 'wraparound_per_person'].map((name) => row('budget.' + name));
  const found = { people: new Float64Array(draws), staff: new Float64Array(draws), total: new Float64Array(draws) };
  const one = (i, at) => {
    let estimate = values.people_at_risk;
    if (choice ? choice[at] < weight : method === 'residents') estimate = population * share[i];
    else if (choice || method === 'homicides') estimate = place.homicides * perHomicide[i];
    else if (method === 'local') estimate = local[i];
    let stock = estimate * (months[i] / 12);
    if (atOnce) stock = estimate;
    else if (ceiling !== null) stock = Math.min(ceiling, estimate);
    const served = stock * target[i] * takeUp[i];
    let effective = served;
    if (scaled) {
      effective = 0;
      let lower = 0;
      for (let band = 0; band < 4; band += 1) {
        // The limits ascend in every draw.
        const upper = band < 3 ? Math.max(limits[band][i], lower) : Infinity;
        effective += Math.max(Math.min(served, upper) - lower, 0) / (1 + gains[band][i]);
        lower = upper;
      }
    }
    let tier = fixedTier;
    if (varied[SIZES]) {
      tier = Number(population >= sizes[0][i]);
      for (let k = 1; k < sizes.length; k += 1) tier += Number(population > sizes[k][i]);
    }
    let [workers, staff, front, others] = [0, 0, 0, 0];
    for (const post of posts) {
      let count = post.entered;
      if (count === null) {
        if (post.office) count = post.by[tier][i];
        else count = Math.max(minimum[i], halfUp((post.front ? effective : workers) / post.by[0][i]));
      }
      const cost = count * post.wage[i] * (1 + post.load[i]);
      staff += count;
      if (post.front) {
        workers += count;
        front += cost;
      } else others += cost;
    }
    const pay = halfUp(front) + halfUp(others);
    found.people[at] = estimate;
    found.staff[at] = staff;
    found.total[at] = pay + halfUp(training[i] * pay) + halfUp(evaluation[i] * pay) + halfUp(indirect[i] * pay) + halfUp(services[i] * served);
  };
  for (let from = 0; from < draws; from += size) {
    filled.forEach(([row, ends, whole, column]) => triangular(row, ends, whole, column, from));
    for (let i = 0; i < size && from + i < draws; i += 1) one(i, from + i);
    yield;
  }
  return found;
}

// The 90% interval of people, staff and total: order statistics of the draws.
function* rangesOf(values, place, ranges, draws = ranges.draws) {
  const varied = spreadsOf(values, place, ranges);
  const column = (name) => quantiles(ranges, name, ranges.seed, draws);
  for (const name of Object.keys(varied)) {
    column(name);
    yield;
  }
  const figures = yield* drawnFigures(values, place, varied, column, draws);
  const plan = profile(values, place);
  const central = { people: plan.people_at_risk.estimate, staff: plan.staff, total: plan.budget.total };
  const found = {};
  for (const name of Object.keys(central)) {
    const sorted = figures[name].sort();
    const [low, middle, high] = [(1 - 0.9) / 2, 0.5, 1 - (1 - 0.9) / 2].map((part) => sorted[Math.ceil(Number((part * draws).toFixed(6))) - 1]);
    let below = 0;
    while (below < draws && sorted[below] < central[name]) below += 1;
    found[name] = { low, central: central[name], high, middle, below: below / draws };
    yield;
  }
  return found;
}

// The total with each assumption alone at either end, the largest swing first.
function* effectsOf(values, place, ranges) {
  const total = (changes, known = place) => profile({ ...values, ...changes }, known).budget.total;
  const at = total({});
  const found = [];
  const add = (name, low, high) => {
    const least = Math.min(low, at, high);
    const most = Math.max(low, at, high);
    found.push({ name, low, high, least, most, swing: most - least });
  };
  for (const [name, { ends, listed }] of Object.entries(spreadsOf(values, place, ranges))) {
    const [low, high] = [0, 2].map((end) => {
      const value = listed ? ends.map((one) => one[end]) : ends[0][end];
      if (name !== LOCAL) return total({ [name]: value });
      const once = place.at_one_time;
      return total({}, { ...place, local: value, at_one_time: once === null ? once : Math.min(once, value) });
    });
    add(name, low, high);
    yield;
  }
  if (methodIsDrawn(values, place)) {
    const by = (rule) => profile({ ...values, people_at_risk: null, [METHOD]: rule }, place);
    const both = Object.keys(RULES).map(by).sort((a, b) => a.people_at_risk.rounded - b.people_at_risk.rounded);
    add(METHOD, ...both.map((one) => one.budget.total));
  }
  return found.sort((a, b) => b.swing - a.swing || (a.name < b.name ? -1 : 1));
}

function groupOf(name, groups) {
  const [first, second, last] = name.split('.');
  if (first === 'roles') return { caseload: 'caseloads', posts: 'ovp', wage: 'wages' }[last];
  if (/^people_at_risk\.(target_share|take_up|months)$/.test(name)) return 'target_share';
  if (first === 'budget') return second.startsWith('wraparound') ? 'wraparound' : 'training_evaluation';
  if (first === 'staffing') return 'caseloads';
  return first in groups ? first : 'other';
}

// Groups of assumptions by their share of the variance of the total (Sobol indices).
function* findOutFirst(values, place, ranges) {
  const draws = ranges.fewer;
  const varied = spreadsOf(values, place, ranges);
  const groups = {};
  [...Object.keys(varied), ...(methodIsDrawn(values, place) ? [METHOD] : [])].forEach((name) => {
    const key = groupOf(name, ranges.groups);
    (groups[key] = groups[key] || []).push(name);
  });
  const plan = profile(values, place).budget.total;
  const column = (shift) => (name) => quantiles(ranges, name, ranges.seed + shift, draws);
  for (const name of Object.values(groups).flat()) {
    column(1)(name);
    column(2)(name);
    yield;
  }
  function* totals(pick) {
    const { total } = yield* drawnFigures(values, place, varied, pick, draws);
    return total.map((one) => one - plan);
  }
  const first = yield* totals(column(1));
  const second = yield* totals(column(2));
  const mean = (numbers) => sum(numbers) / numbers.length;
  const both = [...first, ...second];
  const middle = mean(both);
  const variance = mean(both.map((one) => (one - middle) ** 2));
  if (variance === 0) return [];
  const found = [];
  for (const [key, members] of Object.entries(groups)) {
    const mixed = yield* totals((name) => column(members.includes(name) ? 2 : 1)(name));
    const alone = mean(second.map((one, i) => one * (mixed[i] - first[i]))) / variance;
    const whole = mean(first.map((one, i) => (one - mixed[i]) ** 2)) / 2 / variance;
    const index = Math.min(Math.max(alone, 0), 1);
    found.push({ key, first: index, total: Math.min(whole, 1), narrows: 1 - Math.sqrt(Math.max(0, 1 - index)) });
  }
  return found.sort((a, b) => b.first - a.first || (a.key < b.key ? -1 : 1));
}
