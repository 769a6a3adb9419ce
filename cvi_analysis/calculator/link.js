// A case in the address. docs/calculator.md has the format; case_link.py is the same in Python.

const MONEY = 'phasing.money_at_hand';

// An input's short code: the same in every edition, whatever else there is.
function code(name) {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return (hash >>> 0).toString(36).padStart(4, '0').slice(-4);
}

// A case's name without what shows nothing or turns the line around.
const cleanTitle = (text) => text.replace(/[\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/gu, ' ').replace(/ +/g, ' ').replace(/^ | $/g, '');

// Signs at which a mail program may end a link are encoded too.
const quoted = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => '%' + sign.charCodeAt(0).toString(16).toUpperCase()).replace(/%20/g, '+');

function written(value) {
  if (value === null) return '';
  return typeof value === 'string' ? quoted(value) : String(value).replace(/^(-?)0\./, '$1.');
}

// A case as parts of an address; none where it has neither a change nor a name.
function linkParts(changes, title, edition, total) {
  const parts = Object.entries(changes).map(([name, value]) => `${code(name)}=${written(value)}`);
  if (!parts.length && !title) return parts;
  return [...(title ? ['c=' + quoted(title)] : []), 'e=' + edition, 't=' + total.toString(36), ...parts];
}

// The values that stand before the inputs; undefined if one is impossible.
const HEAD = {
  c: (text) => {
    const title = cleanTitle(text);
    return title && [...title].length <= 80 ? title : undefined;
  },
  e: (text) => (/^20\d\d-\d\d(-\d\d)?\.[0-9a-z]{6}$/.test(text) ? text : undefined),
  t: (text) => (/^[0-9a-z]{1,10}$/.test(text) ? parseInt(text, 36) : undefined),
};

// What an address says of a case; parts that are unknown, impossible or there twice go into `bad`.
function readAddress(hash, prefix, items) {
  const found = { values: {}, head: {}, bad: [] };
  if (!hash.includes('=')) return found;
  const parts = hash.split('&');
  if (hash.length > 16384 || parts.length > 300) {
    found.bad.push(hash.slice(0, 20) + '\u2026');
    return found;
  }
  const names = {};
  Object.keys(items).forEach((name) => { names[code(name)] = name; });
  parts.forEach((part) => {
    const cut = part.indexOf('=');
    let key = part;
    let text = '';
    try {
      key = decodeURIComponent(cut < 0 ? part : part.slice(0, cut));
      text = cut < 0 ? '' : part.slice(cut + 1);
      text = decodeURIComponent(key === prefix + 'c' ? text.replace(/\+/g, ' ') : text);
    } catch {
      found.bad.push(part);
      return;
    }
    if (/^\d+:/.test(key) !== (prefix !== '')) return;
    if (!key.startsWith(prefix)) return;
    key = key.slice(prefix.length);
    const name = own(names, key) ? names[key] : key;
    if (cut >= 0 && own(HEAD, key) && !own(found.head, key)) {
      const value = HEAD[key](text);
      if (value === undefined) found.bad.push(key);
      else found.head[key] = value;
      return;
    }
    const answer = cut >= 0 && own(items, name) && !own(found.values, name) ? parse(text, items[name], true) : { error: 'unknown' };
    if (answer.error) found.bad.push(key);
    else found.values[name] = answer.value;
  });
  return found;
}
