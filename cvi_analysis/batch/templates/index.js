"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const one = (selector) => document.querySelector(selector);
  const table = one(".cities"), body = table.tBodies[0], rows = [...body.rows];
  const MOST = 4;
  let picked = [];

  // Reports name other cities without knowing whether these have one.
  const asked = new URLSearchParams(location.search).get("city");
  if (asked && Object.hasOwn(data, asked)) {
    location.replace(`${asked}.html`);
    return;
  }

  // Finding: by name, state and size; the map shows what the table shows.
  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f.]/g, "").toLowerCase();
  const find = one("#find"), state = one("#state"), size = one("#size");
  const filter = () => {
    const words = fold(find.value).split(/[\s,]+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = fold(row.dataset.words);
      const fits = words.every((word) => text.includes(word)) &&
        (!state.value || row.dataset.state === state.value) &&
        (!size.value || row.dataset.size === size.value);
      row.hidden = !fits;
      shown += fits;
      const dot = document.getElementById(`dot-${row.dataset.slug}`);
      if (dot) dot.classList.toggle("off", !fits);
    }
    one("#status").textContent = shown === rows.length
      ? `All ${shown} cities are shown.` : shown === 0
      ? "No city fits. Try fewer letters, or another state or size."
      : `${shown} of ${rows.length} cities ${shown === 1 ? "is" : "are"} shown.`;
  };
  for (const field of [find, state, size]) field.addEventListener("input", filter);
  // Enter opens the city that is left, or of several the one of just this name.
  one(".finder").addEventListener("submit", (event) => {
    event.preventDefault();
    const fits = rows.filter((row) => !row.hidden);
    const named = fits.filter((row) => fold(row.cells[1].textContent) === fold(find.value).trim());
    const only = fits.length === 1 ? fits : named;
    if (only.length === 1) location.assign(only[0].querySelector("th a").href);
    else if (fits.length) {
      one("#status").textContent = find.value.trim()
        ? `${fits.length} cities fit. Type more of the name, or choose one in the table.`
        : "Type a city’s name, or choose one in the table.";
    }
  });
  one("#clear").addEventListener("click", () => {
    find.value = state.value = size.value = "";
    filter();
    find.focus();
  });

  // Sorting: figures from the largest, words from A, first.
  const heads = [...table.tHead.rows[0].cells];
  const value = (row, head) => {
    const cell = row.cells[heads.indexOf(head)];
    const text = cell.dataset.value || cell.textContent.trim();
    const plain = text.replace(/[$,]/g, "");
    return plain !== "" && !isNaN(plain) ? Number(plain) : text;
  };
  for (const head of heads.filter((head) => head.classList.contains("by"))) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      const down = now ? now === "ascending" : head.classList.contains("num");
      rows.sort((a, b) => {
        const x = value(a, head), y = value(b, head);
        const order = typeof x === "number" && typeof y === "number"
          ? x - y : String(x).localeCompare(String(y));
        return down ? -order : order;
      });
      body.replaceChildren(...rows);
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
    });
  }

  // Side by side: two to four cities, kept in the address so that it can be passed on.
  const whole = (x) => x.toLocaleString("en-US");
  const dollars = (x) => "$" + whole(x);
  const millions = (x) => x >= 999500 ? `$${(x / 1e6).toFixed(1)} million` : dollars(x);
  const cents = (x) => "$" + x.toFixed(2);
  const measures = [
    ["People"],
    ["Residents", "population", whole],
    ["People at the highest risk", "people", whole, "people_range"],
    ["Staff"],
    ["Full-time staff", "staff", whole, "staff_range"],
    ["Frontline", "frontline", whole],
    ["Supervisors", "supervisors", whole],
    ["City office", "city_office", whole],
    ["Money, a year"],
    ["Annual budget", "total", millions, "total_range"],
    ["Pay and benefits", "team", millions],
    ["Training and evaluation", "support", millions],
    ["Wraparound services", "wraparound", millions],
    ["For each resident", "per_resident", cents],
    ["For each person served", "per_person", dollars],
  ];
  const make = (tag, text, attributes = {}) => {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    for (const [name, content] of Object.entries(attributes)) element.setAttribute(name, content);
    return element;
  };
  const show = () => {
    const enough = picked.length > 1;
    one("#tray").hidden = picked.length === 0;
    one("#tray-text").textContent = enough
      ? `Chosen: ${picked.map((slug) => data[slug].name).join("; ")}.`
      : picked.length ? `Chosen: ${data[picked[0]].name}. Choose one to three more.` : "";
    one("#compare").disabled = !enough;
    for (const row of rows) {
      const box = row.querySelector("input");
      box.checked = picked.includes(row.dataset.slug);
      box.disabled = !box.checked && picked.length >= MOST;
    }
    const section = one("#side-by-side");
    section.hidden = !enough;
    try {
      history.replaceState(null, "", enough ? `#compare=${picked.join(",")}` : location.pathname + location.search);
    } catch { /* some browsers refuse this for files */ }
    if (!enough) return;
    const side = make("table", "", { class: "data side" });
    side.append(make("caption", `${picked.length} cities side by side`));
    const top = make("tr");
    top.append(make("th", "For one year", { scope: "col" }));
    for (const slug of picked) {
      const head = make("th", "", { scope: "col" });
      head.append(make("a", data[slug].name, { href: `${slug}.html` }));
      top.append(head);
    }
    side.append(make("thead"));
    side.tHead.append(top);
    const inside = make("tbody");
    for (const [title, key, format, range] of measures) {
      const row = make("tr", "", key ? {} : { class: "group" });
      row.append(make("th", title, key ? { scope: "row" } : { colspan: picked.length + 1, scope: "colgroup" }));
      const most = Math.max(...picked.map((slug) => data[slug][key] || 0));
      if (key) for (const slug of picked) {
        const cell = make("td", format(data[slug][key]));
        if (range) {
          const [low, high] = data[slug][range];
          if (low !== high) cell.append(make("span", `Range: ${format(low)} to ${format(high)}`, { class: "range" }));
        }
        const bar = make("span", "", { class: "bar", "aria-hidden": "true" });
        // A share of one length for all: of their cells, which are not equally wide, bars would lie.
        bar.style.setProperty("--share", most ? data[slug][key] / most : 0);
        cell.append(bar);
        row.append(cell);
      }
      inside.append(row);
    }
    side.append(inside);
    one("#side-by-side .scroll").replaceChildren(side);
  };
  for (const row of rows) {
    row.querySelector("input").addEventListener("change", (event) => {
      const slug = row.dataset.slug;
      picked = event.target.checked ? [...picked, slug] : picked.filter((other) => other !== slug);
      show();
    });
  }
  one("#compare").addEventListener("click", () => {
    one("#side-by-side h2").focus();
    one("#side-by-side").scrollIntoView();
  });
  one("#none").addEventListener("click", () => {
    const last = picked[0];
    picked = [];
    show();
    document.querySelector(`[data-slug="${last}"] input`).focus();
  });
  const wanted = /^#compare=([\w,-]+)$/.exec(location.hash);
  if (wanted) picked = [...new Set(wanted[1].split(","))].filter((slug) => data[slug]).slice(0, MOST);
  for (const element of document.querySelectorAll(".needs-script")) element.hidden = false;
  filter();
  show();
})();
