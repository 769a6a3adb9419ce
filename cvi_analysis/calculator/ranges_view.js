// How sure the case is, on the page: worked out in short slices after each change, so that typing
// never waits. Until it is done the old figures are gone or marked as busy.

const SLICE = 6; // milliseconds, and the step that was begun
const BARS = 8;
const HINTS = 4;

function sureView(data, items) {
  const { ranges, model } = data;
  const percent = (x) => number(x * 100, 0) + '%';
  const short = (x) => (x < 1e6 ? dollars(x) : `$${(x / 1e6).toFixed(1)} million`);
  const figure = (name, value, text) => make('span', { 'data-output': name, 'data-value': value }, text);
  const cell = (...children) => make('td', null, ...children);
  const table = (caption, heads, rows) => make('table', null, make('caption', null, caption),
    make('thead', null, make('tr', null, ...heads.map((head) => (head ? make('th', { scope: 'col' }, head) : make('td'))))), make('tbody', null, ...rows));
  const row = (head, ...cells) => make('tr', null, make('th', { scope: 'row' }, head), ...cells);
  const titleOf = (name) => {
    if (items[name]) return items[name].title;
    if (name === LOCAL) return 'Published local count of people at the highest risk';
    return name.endsWith('.posts') ? `City posts: ${data.roles[name.split('.')[1]]}` : ranges.names[name][3];
  };
  const line = make('p', { class: 'help', 'data-part': 'sure' });
  const spans = make('div', { class: 'wide', tabindex: 0, role: 'region', 'aria-label': 'Ranges of this case' });
  const bars = make('div', { class: 'wide', tabindex: 0, role: 'region', 'aria-label': 'What moves the total most' });
  const hints = make('ol');
  const box = make('div', { class: 'sure', 'data-part': 'sure-box' }, spans, bars,
    make('details', null, make('summary', null, 'What to find out first ', make('span', { class: 'badge' })), hints));

  function showRanges(found) {
    const { total } = found;
    line.replaceChildren('9 of 10 trials of our assumptions: ', figure('ranges.total.low', total.low, short(total.low)), ' to ',
      figure('ranges.total.high', total.high, short(total.high)), '. ', figure('ranges.total.below', total.below, percent(total.below)), ' came out below this total.');
    const rows = [['people_at_risk', 'People at the highest risk', found.people, (x) => number(x, 0)], ['staff', 'Posts', found.staff, (x) => number(x, 0)], ['total', 'Total a year', total, dollars]];
    spans.replaceChildren(table('How far our assumptions move this case: where 9 of 10 trials are', ['Figure', 'Low', 'Middle', 'High', 'Trials below this case'],
      rows.map(([key, title, one, show]) => row(title, ...['low', 'middle', 'high'].map((end) => cell(figure(`ranges.${key}.${end}`, one[end], show(one[end])))),
        cell(figure(`ranges.${key}.below`, one.below, percent(one.below)))))));
  }

  function showEffects(all) {
    const found = all.filter((one) => one.swing > 0).slice(0, BARS);
    const left = Math.min(...found.map((one) => one.least));
    const width = Math.max(...found.map((one) => one.most)) - left;
    bars.replaceChildren(found.length ? table('What moves the total most: one assumption changed at a time', ['Assumption', 'Lowest total', 'Highest total', ''],
      found.map((one) => row(titleOf(one.name), cell(figure(`effects.${one.name}.least`, one.least, short(one.least))), cell(figure(`effects.${one.name}.most`, one.most, short(one.most))),
        make('td', { 'aria-hidden': 'true' }, make('svg', { viewBox: '0 0 100 10', preserveAspectRatio: 'none', focusable: 'false' },
          make('rect', { class: 'k0', x: ((one.least - left) / width) * 100, width: (one.swing / width) * 100, height: 10 })))))) : 'No assumption with a range changes this total.');
  }

  function showHints(found) {
    hints.replaceChildren(...found.filter((one) => one.narrows >= 0.005).slice(0, HINTS).map((one) => make('li', null, ranges.groups[one.key], ': if this were known, the range of the total would narrow by ',
      figure(`find_out_first.${one.key}`, one.narrows, percent(one.narrows)), ' on average.')));
  }

  const busy = (parts, on) => parts.forEach((one) => { one.setAttribute('aria-busy', String(on)); });
  function* work(values) {
    showRanges(yield* rangesOf(values, model, ranges));
    busy([line, spans], false);
    yield;
    const effects = yield* effectsOf(values, model, ranges);
    showEffects(effects);
    yield;
    showHints(yield* findOutFirst(values, model, ranges));
    busy([bars, hints], false);
  }

  let running = null;
  let timer;
  let last;
  // Only what was asked for last is worked on; `all` at once where there is no time to wait.
  function go(all) {
    const until = all ? Infinity : performance.now() + SLICE;
    while (running && performance.now() < until) if (running.next().done) running = null;
    if (running) timer = setTimeout(go, 0);
  }
  function update(values) {
    const asked = JSON.stringify(values);
    if (asked === last) return;
    last = asked;
    busy([line, spans, bars, hints], true);
    [line, box].forEach((one) => one.querySelectorAll('[data-value]').forEach((old) => {
      delete old.dataset.value;
      old.textContent = '\u2026';
    }));
    if (!line.firstChild) line.textContent = 'How far our assumptions move it is being worked out.';
    running = work(values);
    clearTimeout(timer);
    timer = setTimeout(go, 20);
  }
  window.addEventListener('beforeprint', () => go(true));
  return { line, box, update };
}
