// Figures as people type them, and as they stand in a field, in a sentence and in a file.

const number = (x, digits) => x.toLocaleString('en-US', { maximumFractionDigits: digits });
const dollars = (x) => (x < 0 ? '\u2212$' : '$') + number(Math.abs(halfUp(x)), 0);
const cents = (x) => '$' + x.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const signed = (x, show) => (x === 0 ? '\u2013' : (x > 0 ? '+' : '\u2212') + show(Math.abs(x)));
const own = (object, name) => Object.prototype.hasOwnProperty.call(object, name);
const isShare = (item) => item.unit.startsWith('share');
const isMoney = (item) => item.unit.startsWith('dollars');
const NUMBER = /^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d{1,3})?$/i;
const GROUPED = /^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/;
const TIMES = { k: 3, thousand: 3, m: 6, mil: 6, million: 6, b: 9, bn: 9, billion: 9 };

// The double of a decimal times ten to `power`: the point moves, nothing is multiplied.
function scaled(typed, power) {
  const [digits, exponent] = typed.toLowerCase().split('e');
  return Number(`${digits}e${Number(exponent || 0) + power}`);
}

// Why a number is not taken that is written as elsewhere in the world; empty if it is not.
function foreign(typed, item) {
  if (/^\d{1,3}((\.\d{3}){2,}|([\s'\u2019]\d{3})+)$/.test(typed)) return `Write ${typed.replace(/[^\d]/g, ',')}.`;
  if (typed.includes(',')) {
    const turned = typed.replace(/[.,]/g, (mark) => (mark === ',' ? '.' : ','));
    const clear = GROUPED.test(turned) || NUMBER.test(turned);
    return clear ? `Decimals follow a point here. Write ${turned}.` : 'Commas only part thousands, as in 30,000.';
  }
  const thousands = item.whole || item.unit === 'people' || isMoney(item);
  if (!thousands || !/^[1-9]\d{0,2}\.\d{3}$/.test(typed)) return '';
  return `A point parts decimals here. Write ${typed.replace('.', ',')} or ${typed.endsWith('0') ? typed.slice(0, -1) : typed + '0'}.`;
}

// A number as people type it, or as a link has it (`linked`: shares are fractions there), or the
// reason why not.
function parse(text, item, linked) {
  let typed = text.trim().replace(/^\$\s*/, '');
  if (!typed) return item.optional ? { value: null } : { error: 'Enter a number.' };
  if (item.switch) {
    return /^(true|false)$/.test(typed) ? { value: typed === 'true' } : { error: 'Yes or no.' };
  }
  if (item.choices) {
    return item.choices.some(([key]) => key === typed) ? { value: typed } : { error: 'Choose one of the list.' };
  }
  const large = item.high > 1000 && !linked;
  let power = isShare(item) && !linked ? -2 : 0;
  const ending = /^(.*[\d.])\s*(%|[a-z]+)$/i.exec(typed);
  const word = ending ? ending[2].toLowerCase() : '';
  if (isShare(item) ? word === '%' : large && own(TIMES, word)) {
    power = TIMES[word] || -2;
    typed = ending[1];
  }
  if (GROUPED.test(typed)) typed = typed.replace(/,/g, '');
  const hint = linked || (power > 0 && !typed.includes(',')) ? '' : foreign(typed, item);
  if (hint) return { error: hint };
  if (!NUMBER.test(typed)) {
    let how = 'digits and a decimal point';
    if (isShare(item)) how = 'a percentage, such as 12.5';
    else if (large) how = 'digits, such as 30,000, 30k or 5 million';
    return { error: `This is not a number. Write ${how}.` };
  }
  const value = scaled(typed, power);
  if (item.whole && !Number.isInteger(value)) return { error: 'Enter a whole number.' };
  if (!(value >= item.low && value <= item.high)) {
    return { error: `Outside the range: from ${shown(item.low, item)} to ${shown(item.high, item)}.` };
  }
  return { value: value === 0 ? 0 : value };
}

function shown(value, item) {
  if (value === null) return item.empty || 'computed';
  if (item.switch) return value ? 'yes' : 'no';
  if (item.choices) return item.choices.find(([key]) => key === value)[1];
  if (isMoney(item)) return '$' + number(value, 2);
  if (isShare(item)) return number(value * 100, 4) + '%';
  return number(value, 4);
}

// A value as its field has it: every digit, so that typing it again gives the same double.
function fieldText(value, item) {
  if (value === null) return '';
  const [digits, power] = String(value).split('e');
  if (!isShare(item)) return power ? String(value) : digits.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));
  if (power) return `${digits}e${Number(power) + 2}%`;
  const [whole, part = ''] = digits.split('.');
  const rest = part.slice(2);
  return (whole + part.slice(0, 2).padEnd(2, '0')).replace(/^0+(?=\d)/, '') + (rest ? '.' + rest : '') + '%';
}

// What stands beside a field whose text could be read in another way.
function readAs(text, value, item) {
  if (value === null || item.switch || item.choices || text.trim() === fieldText(value, item)) return '';
  const other = Number(text);
  const fraction = isShare(item) && other > 0 && other < 1 && other >= item.low && other <= item.high;
  return '= ' + shown(value, item) + (fraction ? `, not ${shown(other, item)}` : '');
}

function csvCell(value) {
  const text = value === null || value === undefined ? '' : String(value);
  const safe = typeof value !== 'number' && /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
  return /[",\r\n]/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
}
