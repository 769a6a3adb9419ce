// The calculator's page: fields, results, address, downloads. Text goes in as text only, never as
// markup. Every calculator that is not running yet is started; several may stand on one page.

const LINES = ['frontline', 'supervision_ovp', 'training', 'evaluation', 'indirect', 'wraparound'];
const YEAR = [['planned', 'Posts', 'count'], ['reached', 'People reached', 'count'], ['budget', 'Budget', 'dollars'], ['expected', 'Likely spent', 'dollars'], ['new_money', 'New money', 'dollars']];

// An element: attributes (false and null are left out, functions listen), then children.
function make(tag, attributes, ...children) {
  const svg = tag === 'svg' || tag === 'rect';
  const element = svg ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
  Object.entries(attributes || {}).forEach(([name, value]) => {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? '' : value);
  });
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function start(root, count) {
  const data = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
  const live = root.querySelector('.cvi-live');
  const id = (name) => `cvi${count}-${name.replace(/\./g, '-')}`;
  const prefix = count > 1 ? `${count}:` : '';
  const inLab = document.body.hasAttribute('data-jp-theme-light') || document.body.hasAttribute('data-jp-theme-name');
  const items = {};
  let same;
  data.inputs.forEach(([name, baseline, label, ...rest]) => {
    if (rest.length) same = rest;
    const [group, flags, low, high, unit, source] = same;
    const named = label || data.roles[name.split('.')[1]];
    data.values[name] = baseline;
    items[name] = {
      name, group, baseline, label: named, title: `${data.groups[group]}: ${named}`, low, high,
      whole: Boolean(flags & 1), optional: Boolean(flags & 2), switch: Boolean(flags & 4), empty: flags & 8 ? 'not known' : 'computed',
      unit: data.units[unit], source: data.sources[source], choices: data.choices[name] || null,
    };
  });
  const money = { name: MONEY, unit: 'dollars', low: 0, high: 1e11, optional: true };
  const known = { ...items, [MONEY]: money };
  const coded = Object.assign(Object.create(null), Object.fromEntries(Object.values(items).map((item) => [code(item.name), item])));
  const report = profile(data.values, data.model);
  const sure = sureView(data, items);
  let state = {};
  let linked;
  let opened;
  let title = '';
  let total;
  let wrongMoney = '';
  let budget = data.money;
  let spoken;
  const fields = {};

  const valuesOf = (changes) => ({ ...data.values, ...changes });
  const tooMany = (changes) => {
    const values = valuesOf(changes);
    return peopleAtRisk(values, data.model).estimate > values.population;
  };

  // One row: label and unit, field, reset, help, error.
  function row(item) {
    const help = id(item.name) + '-h';
    const error = id(item.name) + '-e';
    const echo = id(item.name) + '-n';
    let field;
    if (item.switch) field = make('input', { type: 'checkbox', change: () => edit(item, String(field.checked)) });
    else if (item.choices) {
      field = make('select', { change: () => edit(item, field.value) },
        ...item.choices.map(([key, words]) => make('option', { value: key }, words)));
    } else field = make('input', { type: 'text', inputmode: 'decimal', autocomplete: 'off', spellcheck: 'false', focus: () => { fields[item.name].before = state[item.name]; }, input: () => edit(item, field.value), change: () => tidy(item) });
    field.id = id(item.name);
    field.dataset.input = item.name;
    field.setAttribute('aria-describedby', `${help} ${echo} ${error}`);
    const reset = make('button', { type: 'button', class: 'quiet', hidden: true, 'aria-label': `Reset ${item.label}`, click: () => { edit(item, null); field.focus(); } }, 'Reset');
    const note = make('span', { class: 'note', id: echo });
    const message = make('p', { class: 'bad', id: error, hidden: true });
    const [source, url] = item.source;
    const range = item.switch || item.choices ? '' : ` Allowed: ${shown(item.low, item)} to ${shown(item.high, item)}.`;
    const element = make('div', { class: item.switch ? 'field switch' : 'field' },
      make('label', { for: field.id }, item.label, item.switch || item.choices || item.unit === item.label.toLowerCase() ? null : make('span', { class: 'unit' }, item.unit.replace(/^share of/, '% of'))),
      make('span', { class: 'box' }, field, note), message,
      make('p', { class: 'help' },
        make('span', { id: help }, `In the report: ${shown(item.baseline, item)}.${range}${isShare(item) ? ' Typed in percent.' : ''}${item.optional ? ' Empty: ' + item.empty + '.' : ''}`), ' ', reset, ' ',
        url ? make('a', { href: url, rel: 'noreferrer' }, source) : item.optional ? '' : source + '.'));
    fields[item.name] = { item, field, reset, note, message, element };
    return element;
  }

  // `text` is what was typed; null sets the report's value back.
  function edit(item, text) {
    const { field, message } = fields[item.name];
    const answer = text === null ? { value: item.baseline } : parse(text, item);
    const next = { ...state };
    if (!answer.error) {
      if (answer.value === item.baseline) delete next[item.name];
      else next[item.name] = answer.value;
      if (tooMany(next)) answer.error = 'There would be more people at the highest risk than residents.';
    }
    message.textContent = answer.error ? answer.error + ' The results keep the value before.' : '';
    message.hidden = !answer.error;
    if (answer.error) {
      field.setAttribute('aria-invalid', 'true');
      // Not the half of it that was valid on the way here.
      const { before } = fields[item.name];
      state = { ...state, [item.name]: before };
      if (before === undefined) delete state[item.name];
    } else {
      field.removeAttribute('aria-invalid');
      state = next;
      if (text === null) fill(item);
    }
    update();
  }

  function fill(item) {
    const { field } = fields[item.name];
    const value = valuesOf(state)[item.name];
    if (item.switch) field.checked = value;
    else field.value = item.choices ? value : fieldText(value, item);
  }

  // Once a field is left, its figure stands as all others do.
  function tidy(item) {
    const { field, note } = fields[item.name];
    if (field.hasAttribute('aria-invalid')) return;
    fill(item);
    note.textContent = '';
  }

  function fillAll() {
    Object.values(fields).forEach(({ item, field, message }) => {
      fill(item);
      field.removeAttribute('aria-invalid');
      message.hidden = true;
    });
    const field = find(MONEY);
    field.value = fieldText(budget, money);
    field.removeAttribute('aria-invalid');
    part('title').value = title;
    buy();
  }

  const find = (name) => root.querySelector(`[data-input="${name}"]`);
  const out = (name, kind) => make('span', { 'data-output': name, 'data-kind': kind || 'count' });
  const kinds = {
    count: (x) => number(x, 1), dollars, cents,
    dollarChange: (x) => signed(x, dollars), change: (x) => signed(x, (y) => number(y, 1)),
  };

  function results(values, result) {
    const found = {
      'population.value': values.population, per_resident: result.per_resident, per_person: result.per_person,
      'staffing.total': result.staff, 'difference.staff': result.staff - report.staff,
      'difference.total': result.budget.total - report.budget.total,
    };
    Object.entries(result.people_at_risk).forEach(([key, value]) => { found[`people_at_risk.${key}`] = value; });
    Object.entries(result.budget).forEach(([key, value]) => {
      found[`budget.${key}`] = value;
      found[`difference.${key}`] = value - report.budget[key];
    });
    Object.entries(result.wraparound).forEach(([key, value]) => { found[`wraparound.${key}`] = value; });
    let today = 0;
    let gap = 0;
    result.staffing.forEach((post, index) => {
      const existing = values[`roles.${post.role}.existing`];
      const hire = Math.max(post.count - existing, 0);
      today += existing;
      gap += hire;
      found[`staffing.${post.role}.count`] = post.count;
      found[`staffing.${post.role}.cost`] = post.cost;
      found[`difference.${post.role}`] = post.count - report.staffing[index].count;
      found[`existing.${post.role}`] = existing;
      found[`gap.${post.role}`] = hire;
    });
    if (result.existing.gap !== null) {
      found['existing.spending'] = result.existing.spending;
      found['existing.gap'] = result.existing.gap;
    }
    hiringPlan(values, data.model, result).forEach((year) => Object.entries(year).forEach(([key, value]) => { found[`years.${year.year}.${key}`] = value; }));
    const offset = medicaidOffset(values, result);
    if (offset !== null) found['medicaid.offset'] = offset;
    found['existing.total'] = today;
    found['gap.total'] = gap;
    return found;
  }

  function show(found) {
    root.querySelectorAll('[data-output]').forEach((element) => {
      const value = found[element.dataset.output];
      if (value === undefined) return;
      element.dataset.value = String(value);
      element.textContent = kinds[element.dataset.kind](value);
    });
  }

  function update() {
    const values = valuesOf(state);
    const result = profile(values, data.model);
    part('today').replaceChildren(...(result.existing.gap === null ? ['Enter what the city spends on this work today to see the gap.']
      : [out('existing.spending', 'dollars'), ' is spent on this work today; the total less that is ', out('existing.gap', 'dollars'), ' a year.']));
    part('years').replaceChildren(...Array.from({ length: values[YEARS] }, (_, index) => tr(null, [String(index + 1)], ...YEAR.map(([key, , kind]) => out(`years.${index + 1}.${key}`, kind)))));
    part('oneoff').replaceChildren(...(values['phasing.one_off_share'] ? [' With what one-off money pays today, that is ', ...Array.from({ length: values[YEARS] }, (_, index) => [index ? ', ' : '', out(`years.${index + 1}.recurring_needed`, 'dollars')]).flat(), ' year by year.'] : []));
    part('offset').replaceChildren(...(medicaidOffset(values, result) === null ? [values['medicaid.rate'] === null ? 'No hourly rate of Medicaid is known here.' : 'Whether it is worked out is chosen under “What Medicaid could pay back”.']
      : ['Medicaid could pay back ', out('medicaid.offset', 'dollars'), ' a year, once organizations are enrolled and claims paid. It is not taken off the total.']));
    show(results(values, result));
    total = result.budget.total;
    const change = total - report.budget.total;
    const percent = signed((change / report.budget.total) * 100, (x) => number(x, 1) + '%');
    part('against').textContent = change ? `${signed(change, dollars)} (${percent}) against the report` : 'As in the report';
    tellTop();
    sure.update(values);
    draw(result);
    let invalid = 0;
    Object.values(fields).forEach(({ item, field, reset, note, element }) => {
      const wrong = field.hasAttribute('aria-invalid');
      const mine = item.name in state;
      invalid += wrong;
      reset.hidden = !mine && !wrong;
      element.classList.toggle('changed', mine);
      note.textContent = wrong ? '' : readAs(field.value, values[item.name], item);
    });
    result.staffing.forEach((post) => { fields[`roles.${post.role}.count`].field.placeholder = String(post.count); });
    fields.people_at_risk.field.placeholder = number(result.people_at_risk.estimate, 1);
    part('invalid').hidden = !invalid;
    part('reset').disabled = !Object.keys(state).length && !invalid && budget === data.money && !title;
    live.querySelectorAll('details').forEach((details) => {
      const changes = details.querySelectorAll('.changed').length;
      details.querySelector('.badge').textContent = changes ? `${changes} changed` : '';
    });
    buy();
    writeAddress();
    clearTimeout(spoken);
    spoken = setTimeout(() => {
      const more = change === 0 ? 'as in the report' : `${dollars(Math.abs(change))} ${change > 0 ? 'more' : 'less'} than in the report`;
      part('status').textContent = `Total ${dollars(result.budget.total)} a year, ${more}. ${number(result.staff, 1)} posts.`;
    }, 600);
  }

  // What a link says that was made with other assumptions than this page's.
  function tellOlder() {
    const [edition, check] = opened.e.split('.');
    const [month, mine] = data.edition.split('.');
    if (opened.t === opened.now && check === mine) return '';
    let made = 'When this link was made';
    if (check !== mine) made = `This link was made with ${edition === month ? 'other assumptions' : 'the assumptions of ' + edition}, when`;
    return ` ${made}${check === mine ? ',' : ''} this case came to ${dollars(opened.t)}. With this page\u2019s assumptions it comes to ${opened.t === opened.now ? 'the same' : dollars(opened.now)}.${opened.known || opened.t === opened.now ? '' : ' A report of that time shows it as it was.'}`;
  }

  // A case that came with a link is told where the page opens, far above the calculator.
  function tellTop() {
    top.hidden = !linked || !(Object.keys(state).length || title);
    const named = title ? `the case \u201c${title}\u201d` : 'a case';
    top.replaceChildren(`This link opens ${named} of ${dollars(total)} a year. ${part('against').textContent}.${opened ? tellOlder() : ''} `,
      button('Go to the case', () => (live.querySelector('.changed :is(input, select)') || part('title')).focus()), ' ', opened && opened.known ? button(state === opened.past ? 'Show it with today\u2019s assumptions' : 'Show it as it was then', () => {
        state = state === opened.past ? opened.state : opened.past;
        fillAll();
        update();
        openChanged();
        top.querySelector('button:last-child').focus();
      }) : '');
  }

  // Two bars on one scale: this case and the report.
  function draw(result) {
    const most = Math.max(result.budget.total, report.budget.total, 1);
    [['here', result], ['there', report]].forEach(([key, one]) => {
      let x = 0;
      part(key).replaceChildren(...LINES.map((line, index) => {
        const width = (one.budget[line] / most) * 100;
        const bar = make('rect', { x, width, height: 10, class: `k${index}` });
        x += width;
        return bar;
      }));
    });
  }

  function buy() {
    const answer = part('buys');
    const field = find(MONEY);
    const wrong = field.hasAttribute('aria-invalid');
    if (budget === null || wrong) {
      answer.replaceChildren(wrong ? wrongMoney : 'Staff are the model\u2019s own for as many people as the money reaches.');
      return;
    }
    const values = valuesOf(state);
    const found = affordable(values, data.model, budget);
    const money2 = (name) => out('affordable.' + name, 'dollars');
    if (found.people === 0) answer.replaceChildren('It is below the smallest program, ', money2('smallest'), ' a year for one person: one worker in each role and the city office.');
    else {
      answer.replaceChildren(found.everyone ? 'It serves everyone planned: ' : 'It serves ', out('affordable.people'),
        found.everyone ? ' people' : ` of ${number(profile(values, data.model).people_at_risk.served, 1)} people`, ' with ', out('affordable.staff'), ' posts for ', money2('total'), ' a year; ', money2('left'), ' is left.');
    }
    show(Object.fromEntries(Object.entries(found).map(([key, value]) => ['affordable.' + key, value])));
  }

  function editMoney() {
    const field = find(MONEY);
    const answer = parse(field.value, money);
    wrongMoney = answer.error;
    if (answer.error) field.setAttribute('aria-invalid', 'true');
    else {
      field.removeAttribute('aria-invalid');
      budget = answer.value;
    }
    buy();
    writeAddress();
  }

  const changed = () => (budget === data.money ? state : { ...state, [MONEY]: budget });

  function address() {
    const mine = changed();
    const kept = Object.fromEntries(Object.keys(known).filter((name) => name in mine).map((name) => [name, mine[name]]));
    const others = location.hash.slice(1).split('&').filter((item) => item.includes('=') && /^\d+:/.test(item) && !(prefix && item.startsWith(prefix)));
    if (prefix) others.unshift(...location.hash.slice(1).split('&').filter((item) => item.includes('=') && !/^\d+:/.test(item)));
    // What came with a link keeps its edition and total until it is changed.
    const now = JSON.stringify([kept, title]);
    if (opened && !opened.kept) opened.kept = now;
    const { e, t } = opened && opened.kept === now ? opened : { e: data.edition, t: total };
    const parts = linkParts(kept, title, e, t).map((one) => prefix + one);
    return [...parts, ...others].join('&');
  }

  function writeAddress() {
    if (inLab) return;
    const hash = address();
    const now = location.hash.slice(1);
    // A link to a heading stays until there is a case to keep.
    if (hash === now || (!hash && !now.includes('='))) return;
    history.replaceState(history.state, '', hash ? '#' + hash : location.pathname + location.search);
  }

  const differing = (values) => Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== items[name].baseline));
  const totalOf = (changes) => profile(valuesOf(changes), data.model).budget.total;

  const openChanged = () => live.querySelectorAll('details').forEach((details) => { if (details.querySelector('.changed')) details.open = true; });

  function readState() {
    // In JupyterLab the address is the notebook's own.
    const hash = inLab ? '' : location.hash.slice(1);
    if (started && !hash.includes('=')) return;
    const found = readAddress(hash, prefix, known);
    budget = MONEY in found.values ? found.values[MONEY] : data.money;
    delete found.values[MONEY];
    const all = found.values;
    found.values = differing(all);
    if (tooMany(found.values)) {
      ['people_at_risk', 'population'].forEach((name) => { if (name in found.values) found.bad.push(name); delete found.values[name]; });
    }
    state = found.values;
    title = found.head.c || '';
    linked = title || Object.keys(state).length;
    const { e, t } = found.head;
    opened = e && t !== undefined ? { e, t, state, now: totalOf(state) } : null;
    if (opened) {
      const then = data.earlier[e.split('.')[0]] || {};
      opened.past = differing({ ...Object.fromEntries(Object.entries(then).map(([key, value]) => [coded[key].name, value])), ...all });
      // Offered only if it is the case that the link tells of, to the dollar.
      opened.known = opened.now !== t && totalOf(opened.past) === t;
    }
    const notice = part('notice');
    notice.hidden = !found.bad.length;
    notice.textContent = found.bad.length ? `Part of this link is not understood and was left out: ${found.bad.map((name) => (coded[name] ? coded[name].title : name).slice(0, 60)).slice(0, 5).join(', ')}.` : '';
    fillAll();
    update();
    openChanged();
  }

  const save = (name, type, text) => {
    const url = URL.createObjectURL(new Blob([text], { type }));
    const link = make('a', { href: url, download: name });
    root.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  };
  const saveJson = () => save(`${data.slug}-case.json`, 'application/json', JSON.stringify({ ...data.case, ...(title ? { title } : {}), changes: { ...data.case.changes, ...changed() } }, null, 2) + '\n');
  const saveCsv = () => {
    const values = valuesOf(state);
    const lines = [['kind', 'name', 'title', 'unit', 'report', 'case']];
    if (title) lines.push(['case', 'title', 'Name of this case', '', '', title]);
    Object.values(items).forEach((item) => lines.push(['input', item.name, item.title, item.unit, item.baseline, values[item.name]]));
    const before = results(data.values, report);
    Object.entries(results(values, profile(values, data.model))).forEach(([name, value]) => lines.push(['result', name, '', '', before[name], value]));
    save(`${data.slug}-case.csv`, 'text/csv', '\ufeff' + lines.map((line) => line.map(csvCell).join(',')).join('\r\n') + '\r\n');
  };
  const copy = async () => {
    const hash = address();
    const field = part('link');
    field.value = location.href.split('#')[0] + (hash ? '#' + hash : '');
    field.hidden = false;
    field.select();
    let done = false;
    try {
      await navigator.clipboard.writeText(field.value);
      done = true;
    } catch {
      done = document.execCommand('copy');
    }
    part('status').textContent = done ? 'Link copied.' : 'Copy the link from the field.';
  };
  const resetAll = () => {
    state = {};
    title = '';
    budget = data.money;
    part('notice').hidden = true;
    fillAll();
    update();
    part('status').textContent = 'All inputs are as in the report.';
    fields.population.field.focus();
  };

  // The worksheet for printing, on one page: what was changed first and marked, the rest small, and
  // what has no value left out.
  function worksheet() {
    const values = valuesOf(state);
    const mine = (item) => item.name in state;
    const line = (item) => make('p', { class: mine(item) ? 'changed' : null }, make('span', null, mine(item) ? '\u25cf ' : '', item.title), make('span', null, shown(values[item.name], item) + (mine(item) ? ` (report: ${shown(item.baseline, item)})` : '')));
    const rest = (item) => !mine(item) && item.baseline !== null && !item.name.endsWith('.existing');
    const count = Object.keys(state).length;
    part('head').replaceChildren(make('b', null, title ? `${title}. ` : ''), `${data.place}. Scenario: ${data.scenario}. ${count} input${count === 1 ? '' : 's'} changed (marked \u25cf). Printed ${new Date().toLocaleDateString('en-US')}.`);
    part('sheet').replaceChildren(...Object.values(items).filter(mine).map(line), ...Object.values(items).filter(rest).map(line));
  }
  const print = () => {
    const cell = root.closest('.cell') || root;
    const off = () => { document.body.classList.remove('cvi-print'); cell.classList.remove('cvi-printed'); };
    document.body.classList.add('cvi-print');
    cell.classList.add('cvi-printed');
    window.addEventListener('afterprint', off, { once: true });
    window.print();
  };

  const table = (heads, rows, caption) => make('table', null, caption ? make('caption', null, caption) : null,
    make('thead', null, make('tr', null, ...heads.map((head) => make('th', { scope: 'col' }, head)))), make('tbody', null, ...rows));
  const tr = (kind, head, ...cells) => make('tr', { class: kind }, make('th', { scope: 'row' }, ...head), ...cells.map((cell) => make('td', null, cell)));
  const scroll = (name, child) => make('div', { class: 'wide', tabindex: 0, role: 'region', 'aria-label': name }, child);
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const button = (label, click, more) => make('button', { type: 'button', class: 'quiet', click, ...more }, label);
  const bar = (name, key) => make('div', { class: 'bar' }, make('span', null, name), make('svg', { 'data-part': key, viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false' }));

  const side = make('div', { class: 'side' },
    make('div', { class: 'sum' },
      make('p', null, 'Total a year'), make('p', { class: 'big' }, out('budget.total', 'dollars')),
      make('p', { 'data-part': 'against' }), sure.line,
      make('p', { class: 'trio' }, out('people_at_risk.rounded'), ' at the highest risk, ', out('people_at_risk.served'), ' served at one time · ', out('staffing.total'), ' posts'),
      make('p', { class: 'bad', 'data-part': 'invalid', hidden: true }, 'A field needs attention; the results use its value before.')),
    make('div', { class: 'lines' }, bar('This case', 'here'), bar('Report', 'there'),
      scroll('Budget by line', table(['Dollars a year', 'This case', 'Change'], [
        ...LINES.map((line, index) => tr(null, [make('i', { class: `k${index}` }), data.lines[line]], out(`budget.${line}`, 'dollars'), out(`difference.${line}`, 'dollarChange'))),
        tr('total', ['Total'], out('budget.total', 'dollars'), out('difference.total', 'dollarChange'))])),
      make('p', { class: 'help' }, out('per_resident', 'cents'), ' for each of ', out('population.value'), ' residents, ', out('per_person', 'dollars'), ' for each person served. Wraparound: ',
        ...data.model.kinds.flatMap((kind, index) => [index ? ', ' : '', data.kinds[kind].toLowerCase(), ' ', out(`wraparound.${kind}`, 'dollars')]), '.'),
      make('p', { class: 'help', 'data-part': 'today' }), make('p', { class: 'help', 'data-part': 'offset' })));
  const form = make('form', { submit: (event) => event.preventDefault(), autocomplete: 'off' },
    ...data.groups.map((title, index) => make('details', { open: index < 2 },
      make('summary', null, title, ' ', make('span', { class: 'badge' })), make('fieldset', null, make('legend', null, title), ...Object.values(items).filter((item) => item.group === index).map(row)))));
  const more = make('div', { class: 'more' },
    scroll('Staff by role', table(['Posts', 'Needed', 'Report', 'Change', 'Today', 'To hire'], [
      ...report.staffing.map((post) => tr(null, [data.roles[post.role]], out(`staffing.${post.role}.count`), number(post.count, 1), out(`difference.${post.role}`, 'change'), out(`existing.${post.role}`), out(`gap.${post.role}`))),
      tr('total', ['All posts'], out('staffing.total'), number(report.staff, 1), out('difference.staff', 'change'), out('existing.total'), out('gap.total'))], 'Staff by role')),
    sure.box,
    scroll('Plan by year', make('table', null, make('caption', null, 'Plan by year'), make('thead', null, make('tr', null, ...['Year', ...YEAR.map(([, words]) => words)].map((words) => make('th', { scope: 'col' }, words)))), make('tbody', { 'data-part': 'years' }))),
    make('p', { class: 'help' }, 'People reached and likely spent: with some posts empty, as the hiring plan says. Prices grow as entered; the total above is in today’s dollars. New money: the budget less the pay of posts filled today, whatever is spent otherwise.', make('span', { 'data-part': 'oneoff' })),
    make('div', { class: 'buys' }, make('label', { for: id(MONEY) }, 'What does a budget buy?', make('span', { class: 'unit' }, 'dollars a year')),
      make('input', { type: 'text', inputmode: 'numeric', autocomplete: 'off', id: id(MONEY), 'data-input': MONEY, 'aria-describedby': id('buys'), input: editMoney, change: () => { if (!wrongMoney) find(MONEY).value = fieldText(budget, money); } }),
      make('p', { 'data-part': 'buys', id: id('buys') })),
    make('p', { class: 'name' }, make('label', { for: id('title') }, 'Name of this case'),
      make('input', { type: 'text', maxlength: 80, autocomplete: 'off', id: id('title'), 'data-part': 'title', 'aria-describedby': id('title-h'), input: () => { title = cleanTitle(part('title').value); update(); } }),
      make('span', { class: 'help', id: id('title-h') }, 'Kept in the link, the files and the print. At most 80 letters.')),
    make('div', { class: 'acts' },
      inLab ? null : button('Copy link to this case', copy), button('Download CSV', saveCsv), button('Download case (JSON)', saveJson),
      inLab ? null : button('Print worksheet', print), button('Reset all', resetAll, { 'data-part': 'reset' }),
      make('input', { type: 'text', readonly: true, hidden: true, 'data-part': 'link', 'aria-label': 'Link to this case' })),
    make('p', { class: 'status', role: 'status', 'aria-live': 'polite', 'data-part': 'status' }));
  live.replaceChildren(make('p', { class: 'sheet', 'data-part': 'head' }), make('p', { class: 'bad', role: 'alert', 'data-part': 'notice', hidden: true }), make('div', { class: 'grid' }, side, form), more, make('div', { class: 'sheet', 'data-part': 'sheet' }));
  const top = make('div', { class: 'callout no-print', role: 'status', hidden: true });
  top.style.overflowWrap = 'anywhere';
  if (!inLab) (document.querySelector('main') || root).prepend(top);
  let started = false;
  root.dataset.ready = '';
  live.hidden = false;
  root.querySelector('.cvi-static').hidden = true;
  readState();
  started = true;
  window.addEventListener('hashchange', readState);
  window.addEventListener('beforeprint', worksheet);
}

document.querySelectorAll('.cvi:not([data-ready])').forEach((root) => {
  window.cviCalculators = (window.cviCalculators || 0) + 1;
  start(root, window.cviCalculators);
});
