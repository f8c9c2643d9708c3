/* A sheet in the browser: one editor that moves from cell to cell, so that thousands of cells stay light. */
"use strict";

const RANGE = /\s*[–~～]\s*/;
const MOST_LISTED = 40;

/* ——— numbers as people write them, exact: the rules of the server, in whole millionths ——— */

const UNITS = { "%": [1n, 100n], "‰": [1n, 1000n], "千": [1000n, 1n], "万": [10000n, 1n], "亿": [100000000n, 1n] };
const PLAIN = /^([+-]?)((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)$/;
const YUAN = /^(?:元|¥|人民币)|(?:元|¥|人民币)$/g;
const SCALE = 1000000n;

/* Millionths of the number, or a reason: "empty", "notNumber", "tooPrecise", "notPositive". */
function millionths(text) {
  let plain = text.normalize("NFKC").replace(/\s+/g, "").replace("−", "-").replace(YUAN, "");
  if (!plain) return { wrong: "empty" };
  const unit = UNITS[plain.slice(-1)] || [1n, 1n];
  if (plain.slice(-1) in UNITS) plain = plain.slice(0, -1);
  const found = PLAIN.exec(plain);
  if (!found) return { wrong: "notNumber" };
  const [whole, fraction = ""] = found[2].replace(/,/g, "").split(".");
  const digits = BigInt(whole + fraction) * unit[0] * SCALE;
  const divisor = 10n ** BigInt(fraction.length) * unit[1];
  if (digits % divisor || digits / divisor >= 10n ** 18n) return { wrong: "tooPrecise" };
  const value = digits / divisor;
  if (found[1] === "-" || value === 0n) return { wrong: "notPositive" };
  return { value };
}

/* As the server writes it: no zeros that say nothing. */
function written(value) {
  const fraction = String(value % SCALE).padStart(6, "0").replace(/0+$/, "");
  return String(value / SCALE) + (fraction ? `.${fraction}` : "");
}

/* By how many hundredths of a percent a number moved, half away from zero. */
function moved(before, after) {
  const twice = (after - before) * 20000n;
  const sign = twice < 0n ? -1n : 1n;
  return sign * ((sign * twice + before) / (2n * before));
}

function percent(hundredths) {
  const size = hundredths < 0n ? -hundredths : hundredths;
  const sign = hundredths < 0n ? "-" : "+";
  return `${sign}${size / 100n}.${String(size % 100n).padStart(2, "0")} %`;
}

/* ——— the sheet ——— */

const box = document.getElementById("grid");
const form = document.querySelector("form[data-sheet]");
if (box && form) new Sheet(JSON.parse(box.textContent), form);

function Sheet(data, form) {
  const words = data.words;
  const host = form.querySelector("[data-grid]");
  const state = form.querySelector("[data-state]");
  const faults = form.querySelector("[data-faults]");
  const summary = document.querySelector("[data-summary]");
  const height = data.rows.length;
  const width = data.columns.length;
  const cells = [];
  const wrong = new Map(); // "r,c" → sentence
  let saved, base, now;
  let at = { r: 0, c: 0 };
  let from = { r: 0, c: 0 };
  let undone = [];
  let past = [];
  let editor = null;
  let revision = data.revision;
  let act = data.act;

  load(data.rows);
  build();
  mark(true); // without the focus: the page is read from its top
  refresh();

  function load(rows) {
    saved = rows.map((row) => row.cells.map((cell) => cell[0]));
    base = rows.map((row) => row.cells.map((cell) => cell[cell.length - 1]));
    now = saved.map((row) => [...row]);
  }

  /* ——— drawing ——— */

  function build() {
    const plain = form.querySelector("[data-plain]");
    if (plain) plain.remove();
    const table = document.createElement("table");
    table.className = "sheet-table";
    table.setAttribute("role", "grid");
    table.setAttribute("aria-label", data.name);
    const head = table.createTHead().insertRow();
    head.append(heading(data.corner, "col"), ...data.columns.map((text) => heading(text, "col")));
    const body = table.createTBody();
    for (let r = 0; r < height; r++) {
      const row = body.insertRow();
      row.append(heading(data.rows[r].label, "row"));
      cells.push([]);
      for (let c = 0; c < width; c++) {
        const cell = row.insertCell();
        cell.setAttribute("role", "gridcell");
        cell.tabIndex = -1;
        cell.dataset.r = r;
        cell.dataset.c = c;
        cells[r].push(cell);
        draw(r, c);
      }
    }
    host.append(table);
    host.hidden = false;
    if (data.mayEdit) form.addEventListener("submit", save);
    host.addEventListener("mousedown", press);
    host.addEventListener("mouseover", drag);
    host.addEventListener("dblclick", () => edit());
    host.addEventListener("keydown", key);
    host.addEventListener("copy", copy);
    host.addEventListener("cut", copy);
    host.addEventListener("paste", paste);
    window.addEventListener("beforeunload", (event) => {
      if (unsaved().length) event.preventDefault();
    });
  }

  function heading(text, scope) {
    const cell = document.createElement("th");
    cell.scope = scope;
    cell.textContent = text;
    return cell;
  }

  function draw(r, c) {
    const cell = cells[r][c];
    const value = now[r][c];
    const change = changeOf(r, c);
    const fault = wrong.get(`${r},${c}`);
    cell.textContent = value;
    cell.classList.toggle("is-unsaved", value !== saved[r][c]);
    cell.classList.toggle("is-wrong", Boolean(fault));
    if (fault) cell.setAttribute("aria-invalid", "true");
    else cell.removeAttribute("aria-invalid");
    cell.title = fault || "";
    if (!change) return;
    const note = document.createElement("small");
    note.className = change.tone;
    note.textContent = change.text;
    cell.append(note);
  }

  /* What a cell says otherwise than the version before: in words, with a sign and a colour. */
  function changeOf(r, c) {
    const before = base[r][c];
    const after = now[r][c];
    if (!data.before || before === after) return null;
    const was = fill(words.was, { value: before || words.none });
    const old = data.is_text ? {} : millionths(before);
    const next = data.is_text ? {} : millionths(after);
    if (!old.value || !next.value) return { tone: "move", text: was, size: null };
    const size = moved(old.value, next.value);
    const tone = size > 0n ? "move-up" : size < 0n ? "move-down" : "move";
    const sign = size > 0n ? `↑ ${words.up} ` : size < 0n ? `↓ ${words.down} ` : "";
    return { tone, size, text: `${sign}${percent(size)}`, was };
  }

  function refresh() {
    const changes = [];
    for (let r = 0; r < height; r++) {
      for (let c = 0; c < width; c++) {
        const change = changeOf(r, c);
        if (change) changes.push({ r, c, change });
      }
    }
    listFaults();
    const open = unsaved().length;
    state.textContent = open ? fill(words.unsaved, { n: open }) : "";
    summary.hidden = false;
    const line = data.before
      ? fill(changes.length ? words.changed : words.unchanged, { before: data.before, n: changes.length })
      : words.first;
    const sizes = changes.map((each) => each.change.size).filter((size) => size !== null);
    const up = sizes.filter((size) => size > 0n).reduce((a, b) => (a > b ? a : b), 0n);
    const down = sizes.filter((size) => size < 0n).reduce((a, b) => (a < b ? a : b), 0n);
    const range = fill(words.range, { up: up ? percent(up) : words.none, down: down ? percent(down) : words.none });
    summary.querySelector("[data-summary-words]").textContent = sizes.length ? `${line}。${range}` : line;
    const list = summary.querySelector("[data-summary-list]");
    list.replaceChildren(...changes.slice(0, MOST_LISTED).map(({ r, c, change }) => {
      const item = document.createElement("li");
      const text = `${base[r][c] || words.none} → ${now[r][c] || words.none} `;
      item.textContent = fill(words.where, { row: data.rows[r].label, column: data.columns[c], text });
      const note = document.createElement("span");
      note.className = change.tone;
      note.textContent = change.size === null ? "" : change.text;
      item.append(note);
      return item;
    }));
    if (changes.length > MOST_LISTED) {
      const item = document.createElement("li");
      item.textContent = fill(words.more, { n: changes.length - MOST_LISTED });
      list.append(item);
    }
  }

  function listFaults() {
    faults.hidden = !wrong.size;
    if (!wrong.size) return faults.replaceChildren();
    const title = document.createElement("p");
    title.textContent = fill(words.fix, { n: wrong.size });
    const list = document.createElement("ul");
    for (const [place, text] of [...wrong].slice(0, MOST_LISTED)) {
      const [r, c] = place.split(",").map(Number);
      const item = document.createElement("li");
      const go = document.createElement("button");
      go.type = "button";
      go.className = "btn btn-sm btn-link";
      go.textContent = fill(words.where, { row: data.rows[r].label, column: data.columns[c], text });
      go.addEventListener("click", () => select(r, c));
      item.append(go);
      list.append(item);
    }
    return faults.replaceChildren(title, list);
  }

  function unsaved() {
    const found = [];
    for (let r = 0; r < height; r++) {
      for (let c = 0; c < width; c++) if (now[r][c] !== saved[r][c]) found.push({ r, c });
    }
    return found;
  }

  /* ——— values ——— */

  function reckon(text) {
    if (data.is_text) return text.trim() ? { text: text.trim() } : { text: "", wrong: words.empty };
    const parts = data.is_range ? text.split(RANGE) : [text];
    const values = parts.map(millionths);
    const bad = values.find((each) => each.wrong);
    if (bad) return { text: text.trim(), wrong: fill(words[bad.wrong], { text: text.trim().slice(0, 40) }) };
    return { text: values.map((each) => written(each.value)).join(" – ") };
  }

  /* One step that can be undone: patches are [r, c, text]. */
  function put(patches) {
    if (!data.mayEdit || !patches.length) return;
    past.push(patches.map(([r, c]) => [r, c, now[r][c]]));
    undone = [];
    apply(patches);
  }

  function apply(patches) {
    for (const [r, c, text] of patches) {
      const value = reckon(text);
      now[r][c] = value.text;
      if (value.wrong && value.text !== saved[r][c]) wrong.set(`${r},${c}`, value.wrong);
      else wrong.delete(`${r},${c}`);
      draw(r, c);
    }
    refresh();
  }

  function turn(back, forth) {
    const step = back.pop();
    if (!step) return;
    forth.push(step.map(([r, c]) => [r, c, now[r][c]]));
    apply(step);
    select(step[0][0], step[0][1]);
  }

  /* ——— selection ——— */

  function select(r, c, extend = false) {
    r = Math.max(0, Math.min(height - 1, r));
    c = Math.max(0, Math.min(width - 1, c));
    mark(false);
    at = { r, c };
    if (!extend) from = at;
    mark(true);
    cells[r][c].focus();
    cells[r][c].scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function area() {
    return {
      top: Math.min(at.r, from.r), bottom: Math.max(at.r, from.r),
      left: Math.min(at.c, from.c), right: Math.max(at.c, from.c),
    };
  }

  function mark(on) {
    const { top, bottom, left, right } = area();
    for (let r = top; r <= bottom; r++) {
      for (let c = left; c <= right; c++) cells[r][c].classList.toggle("is-selected", on);
    }
    cells[at.r][at.c].tabIndex = on ? 0 : -1;
    cells[at.r][at.c].classList.toggle("is-current", on);
  }

  function each(act) {
    const { top, bottom, left, right } = area();
    const found = [];
    for (let r = top; r <= bottom; r++) for (let c = left; c <= right; c++) found.push(act(r, c));
    return found;
  }

  function placeOf(event) {
    const cell = event.target.closest("td");
    return cell && { r: Number(cell.dataset.r), c: Number(cell.dataset.c) };
  }

  function press(event) {
    const place = placeOf(event);
    if (!place || event.target === editor) return;
    if (editor) finish(true);
    event.preventDefault();
    const isAgain = place.r === at.r && place.c === at.c;
    select(place.r, place.c, event.shiftKey);
    // A finger has no key to begin with: its second tap does.
    if (isAgain && matchMedia("(pointer: coarse)").matches) edit();
  }

  function drag(event) {
    const place = event.buttons === 1 && !editor && placeOf(event);
    if (place) select(place.r, place.c, true);
  }

  /* ——— typing ——— */

  function edit(text) {
    if (!data.mayEdit || editor) return;
    const cell = cells[at.r][at.c];
    editor = document.createElement("input");
    editor.className = "sheet-editor";
    editor.setAttribute("aria-label", `${data.rows[at.r].label} ${data.columns[at.c]}`);
    editor.value = text ?? now[at.r][at.c];
    cell.replaceChildren(editor);
    editor.focus();
    editor.addEventListener("blur", () => finish(true));
  }

  function finish(keep) {
    if (!editor) return;
    const { value } = editor;
    editor = null; // before drawing: removing the input blurs it once more
    const { r, c } = at;
    if (keep && value !== now[r][c]) put([[r, c, value]]);
    else draw(r, c);
  }

  const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  function key(event) {
    if (event.isComposing) return;
    if (editor) return keyInEditor(event);
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === "z") return stop(event, () => (event.shiftKey ? turn(undone, past) : turn(past, undone)));
    if (command && event.key.toLowerCase() === "y") return stop(event, () => turn(undone, past));
    if (command && event.key.toLowerCase() === "a") return stop(event, all);
    if (command && event.key.toLowerCase() === "s") return stop(event, () => form.requestSubmit());
    if (command || event.altKey) return undefined;
    if (event.key in MOVES) {
      const [r, c] = MOVES[event.key];
      return stop(event, () => select(at.r + r, at.c + c, event.shiftKey));
    }
    switch (event.key) {
      case "Enter": return stop(event, () => select(at.r + (event.shiftKey ? -1 : 1), at.c));
      case "Tab": return tab(event);
      case "Home": return stop(event, () => select(at.r, 0, event.shiftKey));
      case "End": return stop(event, () => select(at.r, width - 1, event.shiftKey));
      case "PageDown": return stop(event, () => select(at.r + 20, at.c, event.shiftKey));
      case "PageUp": return stop(event, () => select(at.r - 20, at.c, event.shiftKey));
      case "F2": return stop(event, () => edit());
      case "Delete":
      case "Backspace": return stop(event, () => put(each((r, c) => [r, c, ""])));
      default:
        if (event.key.length === 1) stop(event, () => edit(event.key));
        return undefined;
    }
  }

  function keyInEditor(event) {
    const { r, c } = at;
    if (event.key === "Escape") return stop(event, () => { finish(false); select(r, c); });
    if (event.key === "Enter") return stop(event, () => { finish(true); select(r + (event.shiftKey ? -1 : 1), c); });
    if (event.key === "Tab") { finish(true); return tab(event); }
    return undefined;
  }

  /* From the last cell Tab leaves the sheet: nobody is caught in it. */
  function tab(event) {
    const next = at.r * width + at.c + (event.shiftKey ? -1 : 1);
    if (next < 0 || next >= width * height) return;
    stop(event, () => select(Math.floor(next / width), next % width));
  }

  function stop(event, act) {
    event.preventDefault();
    act();
  }

  function all() {
    select(0, 0);
    select(height - 1, width - 1, true);
  }

  /* ——— clipboard ——— */

  function copy(event) {
    if (editor) return;
    const { top, bottom, left, right } = area();
    const lines = [];
    for (let r = top; r <= bottom; r++) lines.push(now[r].slice(left, right + 1).join("\t"));
    event.clipboardData.setData("text/plain", lines.join("\n"));
    event.preventDefault();
    if (event.type === "cut") put(each((r, c) => [r, c, ""]));
  }

  function paste(event) {
    if (editor) return;
    event.preventDefault();
    const text = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "");
    const lines = text.split("\n").map((line) => line.split("\t"));
    const { top, left } = area();
    if (lines.length === 1 && lines[0].length === 1) return put(each((r, c) => [r, c, lines[0][0]]));
    const patches = [];
    let isOver = false;
    lines.forEach((line, r) => line.forEach((value, c) => {
      if (top + r < height && left + c < width) patches.push([top + r, left + c, value]);
      else isOver = true;
    }));
    put(patches);
    select(top, left);
    select(top + lines.length - 1, left + Math.max(...lines.map((line) => line.length)) - 1, true);
    if (isOver) state.textContent = words.tooBig;
    return undefined;
  }

  /* ——— saving ——— */

  async function save(event) {
    event.preventDefault();
    finish(true);
    const changed = unsaved();
    if (wrong.size) return select(...[...wrong.keys()][0].split(",").map(Number));
    const body = new FormData(form);
    body.set("act", act);
    body.set("revision", revision);
    body.set("cells", JSON.stringify(changed.map(({ r, c }) => ({ keys: keysOf(r, c), value: now[r][c] }))));
    state.textContent = words.saving;
    try {
      const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      answered(response.status, await response.json(), changed);
    } catch {
      state.textContent = words.offline;
    }
    return undefined;
  }

  function answered(status, answer, changed) {
    act = answer.act || act;
    if (status === 200) {
      revision = answer.revision;
      changed.forEach(({ r, c }) => { saved[r][c] = now[r][c]; draw(r, c); });
      refresh();
      state.textContent = words.saved;
      tell(answer);
    } else if (status === 409 && answer.rows) {
      merge(answer, changed);
    } else {
      (answer.cells || []).forEach(note);
      refresh();
      state.textContent = answer.error;
    }
  }

  function note({ keys, text }) {
    const wanted = JSON.stringify(keys);
    data.rows.forEach((row, r) => row.cells.forEach((_cell, c) => {
      if (JSON.stringify(keysOf(r, c)) !== wanted) return;
      wrong.set(`${r},${c}`, text);
      draw(r, c);
    }));
  }

  function keysOf(r, c) {
    return [...data.rows[r].keys, ...data.column_keys.slice(c, c + 1)];
  }

  /* Somebody else saved: theirs is loaded, mine is put upon it, and I decide anew. */
  function merge(answer, changed) {
    const mine = changed.map(({ r, c }) => [r, c, now[r][c]]);
    const isSame = answer.rows.length === height && answer.rows.every((row) => row.cells.length === width);
    if (isSame && answer.revision !== revision) {
      load(answer.rows);
      revision = answer.revision;
      for (let r = 0; r < height; r++) for (let c = 0; c < width; c++) draw(r, c);
      apply(mine);
      state.textContent = `${answer.error} ${words.merged}`;
    } else {
      state.textContent = answer.error;
    }
  }

  function tell({ lines, good }) {
    const verdict = document.querySelector("[data-verdict]");
    const list = verdict.querySelector("ul");
    const line = verdict.querySelector("p");
    list.hidden = !lines.length;
    list.replaceChildren(...lines.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }));
    line.hidden = !good;
    line.textContent = good;
  }
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
}
