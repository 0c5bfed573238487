// The table of all numbers of many pictures and pages: walked through by keyboard, corrected, copied, saved.

import { $, made, percent, say } from "./pen.js";

const GUESSES = 5, KEYS = "ABCDE"; // guesses of a number, and their keys
const CROP_WIDE = 560, CROP_HIGH = 150, AROUND = 0.6; // pixels of a number's picture; of its height, around it
const COLUMNS = ["file", "page", "row", "text", "probability", "reason", "box", "likeliest", "written", "corrected"];
const MAY_BE = /^[0-9.,\-/:= ]*$/; // what a number may be corrected to
const FORMULA = /^[=+\-@\t\r]/, NEGATIVE = /^-[0-9]+([.,][0-9]+)?$/; // as reading/tables/csv_file.py
const REASONS = {
  low_confidence: "not sure", not_a_digit: "partly no digit", cut_off: "cut off by the picture's edge",
  unexpected: "not what is expected",
};

const table = {
  pages: [], // {name, page, pages, answer, error, image}: what was read, in the order in which it was given
  rows: [], // {page, row, number}: all numbers in reading order; `number.corrected` is what somebody said
  at: -1, // the row that is looked at
  past: [], // {at, before}: for undo
  all: false, // whether the walk goes through all numbers, or those that are not sure
  marks: false, // whether texts have their marks
};
const hooks = { opened() {}, corrected() {} };

const isCorrected = (number) => number.corrected !== undefined || number.digits.some((digit) => digit.corrected !== undefined);
const isDoubtful = (number) => number.reason !== null && !isCorrected(number);

function textOf(number) {
  // What stands in the table: what somebody said, or the digits, "?" for one that is not sure
  if (number.corrected !== undefined) return number.corrected;
  const marks = (at) => (table.marks ? number.marks.filter((mark) => mark.after === at).map(({ mark }) => mark).join("") : "");
  const digits = number.digits.map((digit, i) => marks(i) + (digit.corrected ?? digit.digit ?? "?"));
  return digits.join("") + marks(number.digits.length);
}

const isNumber = (number) => number.digits.some((digit) => digit.reason !== "not_a_digit");
const unseen = () => table.rows.filter(({ number }) => isDoubtful(number)).length;

function clearTable() {
  for (const { image } of table.pages) if (image) URL.revokeObjectURL(image);
  Object.assign(table, { pages: [], rows: [], at: -1, past: [] });
  showTable();
}

function addPage(page) {
  // A page that was read, or that could not be: its numbers follow those that are there
  table.pages.push(page);
  page.image = page.answer?.picture ? pictureOf(page.answer.picture) : null;
  const rows = (page.answer?.rows ?? []).map((row) => row.filter(isNumber)).filter((row) => row.length);
  rows.forEach((row, i) => row.forEach((number) => table.rows.push({ page, row: i + 1, number })));
  showTable();
}

function pictureOf(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
}

const placeOf = (page) => (page.pages > 1 ? `${page.name}, page ${page.page}` : page.name);

function whyOf(number) {
  if (number.corrected === "") return "left out by you";
  if (isCorrected(number)) return textOf(number).replace(/[^0-9]/g, "") === number.likeliest.replace(/[^0-9]/g, "")
    ? "confirmed by you" : "corrected by you";
  return number.reason ? REASONS[number.reason] : percent(number.probability);
}

// ---------------------------------------------------------------- the table

function showTable() {
  const { pages, rows } = table, left = unseen();
  $("day").hidden = pages.length < 2 && rows.length < 2;
  $("count").textContent = [
    `${pages.length} ${pages.length === 1 ? "page" : "pages"}`, `${rows.length} ${rows.length === 1 ? "number" : "numbers"}`,
    left ? `${left} not sure` : "all sure or looked at",
  ].join(", ");
  $("walk").disabled = !rows.length;
  $("walk").textContent = left ? `Look at the ${left} that ${left === 1 ? "is" : "are"} not sure` : "Look at all";
  const lines = [];
  for (const page of pages) {
    const own = rows.filter((row) => row.page === page);
    if (!own.length) lines.push(emptyLine(page));
    for (const row of own) lines.push(lineOf(row));
  }
  $("lines").replaceChildren(...lines);
}

function emptyLine(page) {
  const line = made("tr", {}), why = page.error ?? "no number on it";
  line.append(cell(placeOf(page)), cell(""), cell(""), cell(why));
  line.dataset.kind = page.error ? "error" : "none";
  return line;
}

function lineOf(row) {
  const line = made("tr", {}), open = made("button", { type: "button", className: "number" });
  open.textContent = textOf(row.number) || "–";
  open.addEventListener("click", () => look(table.rows.indexOf(row)));
  const number = made("td", {});
  number.append(open);
  line.append(cell(placeOf(row.page)), cell(row.row), number, cell(whyOf(row.number)));
  line.dataset.kind = isCorrected(row.number) ? "corrected" : row.number.reason ? "unsure" : "sure";
  if (table.rows[table.at] === row) line.setAttribute("aria-current", "true");
  return line;
}

const cell = (text) => made("td", { textContent: text });

// ---------------------------------------------------------------- one number after the other

function look(at) {
  // Show a number by itself: its picture, its guesses, and a field to type in
  table.at = at;
  const row = table.rows[at];
  $("look").hidden = !row;
  showTable();
  if (!row) return hooks.opened(null);
  const { number, page } = row, guesses = guessesOf(number);
  $("where").textContent = `${placeOf(page)}, row ${row.row}`;
  $("why").textContent = [whyOf(number), ...notesOf(number)].join("; ");
  $("guesses").replaceChildren(...guesses.map(([text, share], i) => {
    const guess = made("button", { type: "button", className: "guess" });
    guess.append(made("kbd", { textContent: KEYS[i] }), made("b", { textContent: text }),
      made("span", { textContent: percent(share) }));
    guess.addEventListener("click", () => settle(text));
    return guess;
  }));
  $("typed").value = number.corrected ?? (isCorrected(number) ? textOf(number) : guesses[0]?.[0] ?? "");
  $("back").disabled = !table.past.length;
  paintCrop(row);
  hooks.opened(page, number);
  $("typed").focus({ preventScroll: true });
  $("typed").select();
  $("look").scrollIntoView({ block: "nearest" });
  say(`${textOf(number) || "no number"}, ${$("why").textContent}`);
}

function guessesOf(number) {
  const all = [[number.likeliest, number.probability], ...number.alternatives.map((other) => [other.text, other.probability])];
  const known = new Set();
  return all.filter(([text]) => text && !text.includes("?") && !known.has(text) && known.add(text)).slice(0, GUESSES);
}

const notesOf = (number) => {
  const said = number.digits.flatMap((digit) => (digit.reason ? digit.notes : []));
  return [...new Set(said.filter((note) => !/^(thickened|thinned)/.test(note)))].slice(0, 3);
};

function settle(text) {
  // What the number is; "" leaves it out
  const row = table.rows[table.at];
  table.past.push({ at: table.at, before: row.number.corrected });
  row.number.corrected = text;
  hooks.corrected(row.page, row.number);
  step(1);
}

function step(by) {
  // To the next number that is not sure, from the end to the beginning again; or to the next of all
  const { rows, at } = table, count = rows.length;
  if (table.all && rows[at + by]) return look(at + by);
  for (let i = 1; !table.all && i <= count; i++) {
    const next = (((at + by * i) % count) + count) % count;
    if (isDoubtful(rows[next].number)) return look(next);
  }
  table.at = -1;
  $("look").hidden = true;
  showTable();
  $("walk").focus();
  say("All numbers have been looked at");
}

function undo() {
  const last = table.past.pop();
  if (!last) return;
  const { number, page } = table.rows[last.at];
  if (last.before === undefined) delete number.corrected;
  else number.corrected = last.before;
  hooks.corrected(page, number);
  look(last.at);
}

function accept() {
  const text = $("typed").value.trim();
  if (!MAY_BE.test(text)) return void ($("why").textContent = "Digits and the marks . , - / : = only");
  settle(text.replace(/ /g, ""));
}

$("look").addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey) {
    if (event.key.toLowerCase() !== "z") return;
    event.stopPropagation(); // the drawing stays as it is
    event.preventDefault();
    return undo();
  }
  if (event.altKey) return;
  const guess = KEYS.indexOf(event.key.toUpperCase()), buttons = $("guesses").children;
  const does = { Enter: accept, Escape: leave, ArrowDown: () => step(1), ArrowUp: () => step(-1) }[event.key]
    ?? { n: () => step(1), p: () => step(-1), u: undo, x: () => settle("") }[event.key.toLowerCase()]
    ?? (guess >= 0 && guess < buttons.length ? () => buttons[guess].click() : null);
  if (!does || (event.key === "Enter" && event.target.id !== "typed")) return;
  event.preventDefault();
  does();
});

function leave() {
  table.at = -1;
  $("look").hidden = true;
  hooks.opened(null);
  showTable();
  $("walk").focus();
}

$("walk").addEventListener("click", () => {
  Object.assign(table, { at: -1, all: !unseen() });
  step(1);
});
$("accept").addEventListener("click", accept);
$("skip").addEventListener("click", () => step(1));
$("none").addEventListener("click", () => settle(""));
$("back").addEventListener("click", undo);

// ---------------------------------------------------------------- pictures of single numbers

function paintCrop({ page, number }) {
  const canvas = $("crop"), { answer } = page;
  canvas.hidden = !page.image;
  if (!page.image) return;
  const picture = new Image();
  picture.addEventListener("load", () => {
    if (table.rows[table.at]?.number !== number) return; // another one by now
    const scale = picture.naturalWidth / answer.width, turn = answer.turn ?? 0;
    const [left, top, right, bottom] = number.box.map((value) => value * scale);
    const room = AROUND * Math.min(right - left, bottom - top);
    const from = { x: left - room, y: top - room, wide: right - left + 2 * room, high: bottom - top + 2 * room };
    const lies = turn % 180 !== 0, [wide, high] = lies ? [from.high, from.wide] : [from.wide, from.high];
    const zoom = Math.min(CROP_WIDE / wide, CROP_HIGH / high, 6);
    Object.assign(canvas, { width: Math.max(1, Math.round(wide * zoom)), height: Math.max(1, Math.round(high * zoom)) });
    const pen = canvas.getContext("2d");
    pen.translate(canvas.width / 2, canvas.height / 2);
    pen.rotate((turn * Math.PI) / 180);
    pen.scale(zoom, zoom);
    pen.translate(-(from.x + from.wide / 2), -(from.y + from.high / 2));
    pen.drawImage(picture, 0, 0);
    pen.lineWidth = 3 / zoom;
    pen.strokeStyle = getComputedStyle(canvas).getPropertyValue("--unsure");
    for (const digit of number.digits) if (digit.digit === null) underline(pen, digit.box, scale, turn, 4 / zoom);
  });
  picture.src = page.image;
}

function underline(pen, box, scale, turn, below) {
  // On the side of a digit that is its foot, once the picture is turned
  const [left, top, right, bottom] = box.map((value) => value * scale);
  const feet = {
    0: [left, bottom + below, right, bottom + below], 90: [right + below, top, right + below, bottom],
    180: [left, top - below, right, top - below], 270: [left - below, top, left - below, bottom],
  }[turn];
  pen.beginPath();
  pen.moveTo(feet[0], feet[1]);
  pen.lineTo(feet[2], feet[3]);
  pen.stroke();
}

// ---------------------------------------------------------------- copying and saving

function records() {
  const listed = [];
  for (const page of table.pages) {
    const own = table.rows.filter((row) => row.page === page);
    if (!own.length) listed.push([page.name, page.page, "", "", "", page.error ?? "no number on it", "", "", "", ""]);
    for (const { row, number } of own)
      listed.push([
        page.name, page.page, row, textOf(number), number.probability, isDoubtful(number) ? REASONS[number.reason] : "",
        number.box.join(" "), number.likeliest, number.written, isCorrected(number) ? textOf(number) : "",
      ]);
  }
  return listed;
}

const safe = (text) => (FORMULA.test(text) && !NEGATIVE.test(text) ? `'${text}` : text);
const quoted = (value) => (typeof value === "number" ? `${value}` : `"${safe(value).replace(/"/g, '""')}"`);

async function copy() {
  const text = [COLUMNS, ...records()].map((record) => record.map((value) => `${value}`.replace(/[\t\n]/g, " ")).join("\t")).join("\n");
  try {
    await navigator.clipboard.writeText(text);
    $("told").textContent = `${table.rows.length} numbers copied: paste them into a spreadsheet`;
  } catch {
    $("told").textContent = "The browser lets no page copy here: download the table instead";
  }
}

function download() {
  const lines = [COLUMNS, ...records()].map((record) => record.map(quoted).join(","));
  const link = made("a", { href: URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/csv" })), download: "numbers.csv" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  $("told").textContent = "numbers.csv was saved";
}

$("copy").addEventListener("click", copy);
$("download").addEventListener("click", download);

export { addPage, clearTable, hooks, showTable, table };
