// The page of `tenfold serve`: draw or give a picture, see what is read. No library, no build.

import {
  $, aside, hooks, made, paint, paper, paperHeight, percent, redraw, say, sheet, showShares, showTile, takeBack, UNITS,
  verdict, wipe,
} from "./pen.js";
import { addPage, clearTable, hooks as dayHooks, showTable, table } from "./table.js";

const SENT_PIXELS = 320; // the long side of a drawing as it is sent: larger is read no better, and later
const SENT_EVERY_MS = 100; // while a stroke grows, at most
const RETRY_MS = 1500;
const TEACHING = 20; // corrections from which the page says what else they are good for
const PICTURES = /\.(png|jpe?g|bmp|gif|tiff?|webp|heic|heif|pdf)$/i; // browsers know no type for some of them
const TOLD_BY = 1 << 16; // bytes of a file that is no picture, from which the server says what it is
const AROUND = 6; // pixels of the screen between a digit and its box
const THRESHOLDS = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];

const state = {
  files: [], // pictures and documents, while they are shown instead of a drawing
  open: null, // the page of the table that is shown
  answer: null, // the last that came, and still fits what is shown
  digits: [], // all of its digits in reading order
  chosen: 0, // which digit the bars and the tile are of
  threshold: 0.5,
  usual: 0.5, // the threshold of the model
  keeps: false, // whether corrections are kept
  corrections: new Map(), // by tile: the digit that it was said to be, and how many were kept by then
  asked: 0, // questions so far; an answer to an older one is dropped
};

// ---------------------------------------------------------------- undo, clear, pictures

Object.assign(hooks, {
  drawn,
  undo: () => (state.files.length ? showPictures([]) : takeBack()),
  clear: () => (state.files.length ? showPictures([]) : wipe()),
});

let shownUrl = null; // of the first file, until its page comes back as a picture

function showPictures(files) {
  clearTable();
  Object.assign(state, { files, open: null });
  if (shownUrl) URL.revokeObjectURL(shownUrl);
  shownUrl = files.length ? URL.createObjectURL(files[0]) : null;
  showImage(shownUrl);
  paper.classList.toggle("pictured", Boolean(files.length));
  drawn({ done: true });
}

function showImage(url) {
  const image = $("picture");
  image.hidden = !url;
  $("unshown").hidden = true;
  if (url) image.src = url;
  else image.removeAttribute("src");
}
$("picture").addEventListener("load", showBoxes);
$("picture").addEventListener("error", () => {
  // TIFF, HEIC and whatever is no picture: the server may still read it, or says what it is
  if (!state.files.length || state.open?.image) return;
  $("picture").hidden = true;
  $("unshown").hidden = false;
  $("unshown").textContent = (state.open ?? state.files[0]).name;
});

const isPicture = (file) => file.type.startsWith("image/") || file.type === "application/pdf" || PICTURES.test(file.name);

function take(files, otherwise) {
  const all = [...(files ?? [])];
  if (all.length) showPictures(all);
  else if (otherwise) aside(otherwise);
  return all.length > 0;
}

for (const id of ["file", "camera"])
  $(id).addEventListener("change", (event) => {
    take(event.target.files);
    event.target.value = ""; // the same picture may be chosen again
  });
document.addEventListener("paste", (event) => {
  if (event.target.closest?.("input")) return;
  const found = take(event.clipboardData?.files, "What was pasted is no picture: copy the picture itself");
  if (found) event.preventDefault();
});

let dragged = 0;
document.addEventListener("dragenter", (event) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  dragged += 1;
  $("drop").hidden = false;
});
document.addEventListener("dragleave", () => {
  dragged = Math.max(0, dragged - 1);
  $("drop").hidden = dragged === 0;
});
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  dragged = 0;
  $("drop").hidden = true;
  take(event.dataTransfer?.files, "What was dropped is no file: save the picture, and drop that");
});

// ---------------------------------------------------------------- asking

let waiting = false; // for the answer to the newest question
let due = false, timer = 0; // something was drawn since: ask when it comes, or when the timer rings
let askedAt = 0; // on the page's clock

function drawn({ done = false, changed = true } = {}) {
  if (!changed && !due && !timer) return; // all that there is has been asked about
  aside("");
  $("undo").disabled = !sheet.past.length && !state.files.length;
  $("clear").disabled = !sheet.strokes.length && !state.files.length;
  $("clear").textContent = state.files.length ? "Back to drawing" : "Clear";
  $("invitation").hidden = Boolean(sheet.strokes.length || state.files.length);
  if (!sheet.strokes.length && !state.files.length) {
    state.asked += 1; // whatever comes back now is about a drawing that is gone
    nothingDue();
    wait(false);
    show(null);
  } else if (done) ask();
  else if (waiting) due = true;
  else timer ||= setTimeout(ask, askedAt + SENT_EVERY_MS - performance.now());
  if (changed) redraw();
  if (!state.answer) showVerdict();
}

async function ask() {
  const number = ++state.asked;
  wait(true);
  nothingDue();
  askedAt = performance.now();
  try {
    if (state.files.length) await readFiles(number);
    else {
      const answer = await post("predict?tiles=true&page=1", drawing(), "image/tiff");
      if (number === state.asked) show(answer);
    }
  } catch (problem) {
    if (number === state.asked) refused(problem);
  }
  if (number !== state.asked) return;
  wait(false);
  if (due) drawn({ changed: false });
}

async function readFiles(number) {
  // Each page of each file in turn; those that were read before an interruption stay
  for (const file of state.files) {
    for (let page = 1, pages = 1; page <= pages; page++) {
      const known = table.pages.find((entry) => entry.file === file && entry.page === page);
      const entry = known ?? await readPage(file, page, pages);
      if (number !== state.asked) return;
      if (!known) addPage(entry);
      pages = entry.pages;
      if (!state.open) open(entry);
      const left = state.files.length - 1 - state.files.indexOf(file);
      aside(left || page < pages ? `Reading: ${file.name}${pages > 1 ? `, page ${page} of ${pages}` : ""}; ${left} files to go` : "");
    }
  }
}

async function readPage(file, page, pages) {
  const entry = { file, name: file.name, page, pages, answer: null, error: null, image: null };
  try {
    const [body, type] = await sendable(file);
    entry.answer = await post(`predict?tiles=true&picture=true&page=${page}`, body, type);
    Object.assign(entry, { pages: entry.answer.pages, error: entry.answer.error });
  } catch (problem) {
    if (!(problem instanceof Refusal) || problem.status === 401 || problem.status === 503) throw problem;
    entry.error = problemOf(problem);
  }
  return entry;
}

const problemOf = ({ message, hint }) => `${message.replace(/^picture: /, "")}${hint && `. What to do: ${hint}`}`;

function open(entry, digit = 0) {
  // Show a page of the table, and one of its digits
  state.open = entry;
  state.chosen = digit;
  if (entry.image) showImage(entry.image);
  else if (entry.file !== state.files[0]) {
    showImage(null);
    $("unshown").hidden = false;
    $("unshown").textContent = entry.name;
  }
  show(entry.answer);
  if (!entry.answer) verdict("none", "–", `${entry.name}: ${entry.error}`);
}

Object.assign(dayHooks, {
  opened(entry, number) {
    if (!entry) return;
    const digits = (entry.answer?.rows ?? []).flat().flatMap((each) => each.digits);
    const doubtful = number.digits.find((digit) => digit.reason) ?? number.digits[0];
    open(entry, Math.max(0, digits.indexOf(doubtful)));
  },
  corrected(entry, number) {
    const digits = number.digits.filter((digit) => digit.reason !== "not_a_digit");
    const said = [...(number.corrected ?? "")].filter((letter) => letter >= "0" && letter <= "9");
    const fits = number.corrected !== undefined && said.length === digits.length;
    digits.forEach((digit, i) => {
      if (!fits) delete digit.corrected;
      else if (digit.corrected !== +said[i]) {
        digit.corrected = +said[i];
        if (state.keeps && digit.corrected !== digit.likeliest) keep(digit, digit.corrected).catch(() => {});
      }
    });
    if (entry === state.open) show(entry.answer);
  },
});

async function sendable(file) {
  // of what is no picture the beginning is enough, however long it is
  const body = isPicture(file) ? file : file.slice(0, TOLD_BY);
  try {
    await body.slice(0, 1).arrayBuffer();
  } catch {
    throw new Refusal(0, { error: "cannot be read: a folder, perhaps", hint: "open a picture in it" });
  }
  return [body, file.type.startsWith("image/") ? file.type : "application/octet-stream"];
}

function nothingDue() {
  clearTimeout(timer);
  due = false;
  timer = 0;
}

function wait(yes) {
  waiting = yes;
  $("verdict").setAttribute("aria-busy", String(yes));
}

function drawing() {
  const scale = SENT_PIXELS / Math.max(UNITS, paperHeight());
  const wide = Math.round(UNITS * scale), tall = Math.round(paperHeight() * scale);
  const context = new OffscreenCanvas(wide, tall).getContext("2d", { alpha: false, willReadFrequently: true });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, wide, tall);
  paint(context, UNITS * scale, "#000");
  return greyPicture(context.getImageData(0, 0, wide, tall).data, wide, tall);
}

function greyPicture(pixels, wide, tall) {
  // A grey TIFF (revision 6.0: section 2 has the tags, section 9 PackBits) of RGBA pixels, made at once:
  // the browser's own encoders answer a frame later, which is longer than reading the drawing takes.
  const packed = [], start = 122; // of the packed bytes: after a header of 8, nine tags of 12 and 6 around them
  for (let y = 0; y < tall; y++) packRow(packed, pixels, 4 * wide * y, 4 * wide * (y + 1));
  const tags = [
    [256, wide], [257, tall], [258, 8], // bits
    [259, 32773], // PackBits
    [262, 1], // 0 is black
    [273, start], [277, 1], [278, tall], [279, packed.length], // one strip, of one sample a pixel
  ];
  const bytes = new Uint8Array(start + packed.length), view = new DataView(bytes.buffer);
  view.setUint32(0, 0x2a4949, true); // "II", 42: little-endian
  view.setUint32(4, 8, true);
  view.setUint16(8, tags.length, true);
  tags.forEach(([tag, value], i) => {
    view.setUint16(10 + 12 * i, tag, true);
    view.setUint16(12 + 12 * i, 4, true); // LONG
    view.setUint32(14 + 12 * i, 1, true);
    view.setUint32(18 + 12 * i, value, true);
  });
  bytes.set(packed, start);
  return bytes;
}

function packRow(packed, pixels, from, to) {
  // runs of one grey, and what lies between them as it is; the red of a pixel is its grey
  let plain = -1;
  while (from < to) {
    let end = from + 4;
    while (end < to && end - from < 4 * 128 && pixels[end] === pixels[from]) end += 4;
    const length = (end - from) / 4;
    if (length > 2) {
      packed.push(257 - length, pixels[from]);
      plain = -1;
    } else
      for (let i = from; i < end; i += 4) {
        if (plain < 0 || packed[plain] === 127) plain = packed.push(-1) - 1;
        packed[plain] += 1;
        packed.push(pixels[i]);
      }
    from = end;
  }
}

class Refusal extends Error {
  constructor(status, said) {
    super(said?.error ?? `the server answered ${status}`);
    this.status = status;
    this.hint = said?.hint ?? "";
  }
}

async function post(path, body, type) {
  const headers = { "content-type": type };
  const token = sessionStorage.getItem("token");
  if (token) headers.authorization = `Bearer ${token}`;
  const response = await fetch(path, { method: "POST", body, headers });
  const said = await response.json().catch(() => null);
  if (!response.ok) throw new Refusal(response.status, said);
  connected(true);
  return said;
}

function refused(problem) {
  if (problem.status === 401) return void $("ask").showModal();
  if (problem instanceof Refusal && problem.status !== 503) {
    show(null);
    verdict("none", "–", `drawing: ${problemOf(problem)}`);
    return;
  }
  connected(false, problem.status === 503 ? "The server is busy" : "The server cannot be reached");
  setTimeout(reconnect, RETRY_MS);
}

async function reconnect() {
  if ($("line").hidden) return;
  try {
    const response = await fetch("v2/health/ready");
    if (response.ok) {
      connected(true);
      return void drawn({ done: true });
    }
  } catch { /* not yet */ }
  setTimeout(reconnect, RETRY_MS);
}

function connected(yes, why = "") {
  if ($("line").hidden !== yes) $("line").textContent = yes ? "" : `${why}; you can go on drawing`;
  $("line").hidden = yes;
}

$("ask").addEventListener("close", () => {
  sessionStorage.setItem("token", $("token").value);
  $("token").value = "";
  drawn({ done: true });
});

// ---------------------------------------------------------------- showing

const shown = (digit) => digit.corrected ?? digit.likeliest;
const tileOf = (digit) => digit.tile.flat().join();
const isConfirmed = (digit) => digit.corrected === digit.likeliest && digit.reason !== "not_a_digit";

function kindOf(digit) {
  if (digit.corrected !== undefined) return "corrected";
  if (digit.reason === "not_a_digit") return "none";
  // what is in doubt for another reason than its probability stays so, unless guesses are asked for
  if (digit.reason && state.threshold >= state.usual) return "unsure";
  return digit.probability * digit.is_digit < state.threshold ? "unsure" : "sure";
}

function show(answer) {
  state.answer = answer;
  state.digits = numbersOf(answer).flatMap((number) => number.digits);
  for (const digit of state.digits) Object.assign(digit, state.corrections.get(tileOf(digit)));
  state.chosen = Math.max(0, Math.min(state.chosen, state.digits.length - 1));
  showVerdict();
  showBoxes();
  showChosen();
  const marked = numbersOf(answer).find((number) => number.marks.length && number.digits.length);
  $("marked").hidden = !marked;
  $("example").textContent = marked?.written ?? "";
  const notes = notesOf(answer);
  $("notes").replaceChildren(...notes.map((note) => made("li", { textContent: note })));
  $("done").hidden = !notes.length || !state.files.length;
  clearTimeout(speaking);
  speaking = setTimeout(() => say(`${$("text").textContent.trim()} ${$("words").textContent}`), 500);
}

function notesOf(answer) {
  if (!answer) return [];
  const left = state.digits.filter((digit) => digit.reason === "not_a_digit").length;
  const empty = answer.cells.filter((cell) => cell.empty).length;
  return [
    ...(answer.pages > 1 ? [`page ${answer.page} of ${answer.pages}`] : []), ...answer.notes,
    ...(left ? [`left out: ${left} ${left === 1 ? "piece" : "pieces"} of ink that ${left === 1 ? "is" : "are"} no digit`] : []),
    ...(answer.cells.length ? [`${answer.cells.length} boxes or cells, ${empty} of them empty`] : []),
  ];
}

function showVerdict() {
  const { answer, digits } = state;
  const kinds = digits.map(kindOf);
  const real = digits.filter((digit) => kindOf(digit) !== "none");
  if (!answer) verdict("idle", "", sheet.strokes.length || state.files.length ? "Reading …" : "Nothing drawn yet");
  else if (!digits.length) verdict("none", "–", state.files.length ? "No digit in this picture" : "No digit here");
  else if (!real.length) verdict("none", "–", digits.length > 1 ? "None of these is a digit" : "This is no digit");
  else if (digits.length === 1) {
    const [digit] = digits, share = percent(digit.probability);
    verdict(kinds[0], textOf(answer), kinds[0] === "sure" ? share
      : kinds[0] === "corrected" ? wordsOfCorrected(digit) : `Not sure: perhaps a ${digit.likeliest}, ${share}`);
  } else {
    const doubts = kinds.filter((kind) => kind === "unsure").length;
    const corrected = kinds.includes("corrected");
    verdict(doubts ? "unsure" : corrected ? "corrected" : "sure", textOf(answer), wordsOfSeveral(real, doubts));
  }
}

function wordsOfCorrected(digit) {
  if (isConfirmed(digit)) return "Confirmed by you";
  return `Corrected by you: it was read as ${digit.reason === "not_a_digit" ? "no digit" : `a ${digit.likeliest}`}`;
}

function wordsOfSeveral(real, doubts) {
  const open = real.filter((digit) => kindOf(digit) !== "corrected"), count = real.length;
  const confirmed = real.filter(isConfirmed).length, corrected = count - open.length - confirmed;
  const all = percent(open.reduce((product, digit) => product * digit.probability, 1));
  const words = [];
  if (corrected) words.push(`${corrected} corrected by you`);
  if (confirmed) words.push(`${confirmed} confirmed by you`);
  if (doubts) words.push(`${count} digits, not sure of ${doubts === count ? "any" : doubts}`);
  else if (open.length === count) words.push(`${all} that all ${count} are right`);
  else if (open.length) words.push(`${all} that the ${open.length > 1 ? `${open.length} others are` : "other is"} right`);
  return words.join("; ");
}

function textOf(answer) {
  // as nodes: a digit that is not sure, or was corrected, looks it, and what is no digit is left out
  const text = new DocumentFragment();
  const rows = answer.rows.map((row) => row.filter((number) => number.digits.some((digit) => kindOf(digit) !== "none")))
    .filter((row) => row.length);
  rows.forEach((row, i) => {
    if (i) text.append("\n");
    row.forEach((number, j) => {
      if (j) text.append(" ");
      if (number.corrected === undefined) text.append(...piecesOf(number));
      else text.append(made("span", { className: "mended", textContent: number.corrected || "–" }));
    });
  });
  return text;
}

function piecesOf(number) {
  const pieces = [];
  const marks = (at) => table.marks && pieces.push(...number.marks.filter((mark) => mark.after === at).map(({ mark }) => mark));
  number.digits.forEach((digit, i) => {
    marks(i);
    const kind = kindOf(digit), className = { unsure: "doubt", corrected: "mended" }[kind];
    if (kind !== "none") pieces.push(className ? made("span", { className, textContent: shown(digit) }) : `${digit.likeliest}`);
  });
  marks(number.digits.length);
  return pieces;
}

function showBoxes() {
  const { digits, answer } = state, edge = shownArea();
  const onScreen = ([left, top, right, bottom], around) => ({
    left: edge.left + left * edge.scale - around, top: edge.top + top * edge.scale - around,
    right: edge.left + right * edge.scale + around, bottom: edge.top + bottom * edge.scale + around,
  });
  const around = Math.min(AROUND, 0.5 * narrowestGap(digits) * edge.scale); // boxes of neighbours stay apart
  const places = digits.map((digit) => onScreen(digit.box ?? [0, 0, 0, 0], Math.max(1, around)));
  const taken = [...places];
  $("boxes").replaceChildren(...digits.map((digit, i) => boxOf(digit, i, places[i], taken)));
  $("cells").replaceChildren(
    ...(answer?.cells ?? []).map((cell) => placed(made("div", { className: cell.empty ? "cell empty" : "cell" }), onScreen(cell.box, 0))),
    ...numbersOf(answer).flatMap((number) => number.marks).map((mark) =>
      placed(made("div", { className: "mark", title: mark.mark }), onScreen(mark.box, 2))),
  );
  $("cells").classList.toggle("marked", table.marks);
}

const numbersOf = (answer) => (answer?.rows ?? []).flat();

function narrowestGap(digits) {
  const gaps = digits.slice(1).map((digit, i) => digit.box[0] - digits[i].box[2]).filter((gap) => gap > -20);
  return Math.max(0, Math.min(2 * AROUND, ...gaps));
}

function placed(element, place) {
  Object.assign(element.style, {
    left: `${place.left}px`, top: `${place.top}px`, width: `${place.right - place.left}px`, height: `${place.bottom - place.top}px`,
  });
  return element;
}

function boxOf(digit, i, place, taken) {
  const kind = kindOf(digit), sign = kind === "unsure" ? `${digit.likeliest}?` : shown(digit);
  const box = made("button", { type: "button", className: "box" });
  const by = isConfirmed(digit) ? "confirmed" : "corrected";
  const share = kind === "none" ? "no digit" : kind === "corrected" ? by : percent(digit.probability);
  const name = kind === "none" ? "no digit" : kind === "corrected" ? `${sign}, ${by} by you` : `${digit.likeliest}, ${share}`;
  box.dataset.kind = kind;
  box.setAttribute("aria-pressed", String(i === state.chosen && state.digits.length > 1));
  box.setAttribute("aria-label", `${kind === "unsure" ? "not sure, " : ""}${name}`);
  const short = kind === "none" ? "–" : kind === "corrected" ? `${sign} ✓` : `${sign} ${Math.floor(100 * digit.probability)}%`;
  const long = kind === "none" ? share : `${sign}  ${share}`;
  for (const [text, small] of [[long, false], [short, true], [`${kind === "none" ? "–" : sign}`, true]]) {
    const room = roomFor(text, small, place, taken);
    if (!room) continue;
    taken.push(room);
    const label = made("span", { textContent: text, className: small ? "small" : "" });
    Object.assign(label.style, { left: `${room.left - place.left - 2}px`, top: `${room.top - place.top - 2}px` });
    box.append(label);
    break;
  }
  box.addEventListener("click", () => choose(i));
  return placed(box, place);
}

function roomFor(text, small, place, taken) {
  // Where a label hides neither a digit nor another label: above its box, or below it; null where nowhere
  const wide = text.length * (small ? 6.4 : 7.8) + (small ? 12 : 20), high = small ? 18 : 22;
  const left = Math.max(0, Math.min(place.left, paper.clientWidth - wide));
  for (const top of [place.top - high - 3, place.bottom + 3]) {
    const room = { left, top, right: left + wide, bottom: top + high };
    const within = top >= 0 && room.bottom <= paper.clientHeight;
    if (within && !taken.some((other) => crosses(other, room))) return room;
  }
  return null;
}

const crosses = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

function shownArea() {
  // where the picture that was sent lies on the paper: pixels of the screen a pixel of it
  const wide = state.answer?.width || 1, tall = state.answer?.height || 1;
  const scale = Math.min(paper.clientWidth / wide, paper.clientHeight / tall);
  return { scale, left: (paper.clientWidth - wide * scale) / 2, top: (paper.clientHeight - tall * scale) / 2 };
}

function choose(i) {
  state.chosen = i;
  showBoxes();
  showChosen();
  $("boxes").children[i]?.focus();
}

function showChosen() {
  const digit = state.digits[state.chosen];
  showShares(digit?.probabilities, digit?.likeliest);
  [...$("bars").children].forEach((item, label) => {
    const bar = item.firstElementChild;
    bar.classList.toggle("corrected", Boolean(digit) && label === digit.corrected);
    bar.disabled = !digit;
  });
  showTile(digit?.tile.flat());
  $("correct").hidden = !digit;
  const wrong = `Read wrong? Tap the right digit above${state.keeps ? ", and it is kept" : ""}.`;
  $("correct").textContent = digit?.corrected === undefined ? wrong
    : digit.kept === undefined ? `Changed to ${digit.corrected} on this page.`
    : `Kept as ${digit.corrected}; ${digit.kept} kept in all.` + (digit.kept < TEACHING ? "" :
      " They can teach the model your hand: tenfold train DIR --from pictures.");
}

async function keep(digit, label) {
  // Store a tile under the digit that it shows, where the server keeps corrections
  const said = await post("corrections", JSON.stringify({ tile: digit.tile, label }), "application/json");
  state.corrections.set(tileOf(digit), { corrected: label, kept: said.kept });
  Object.assign(digit, { corrected: label, kept: said.kept });
}

async function correct(label) {
  const digit = state.digits[state.chosen];
  if (!digit) return;
  try {
    if (state.keeps) await keep(digit, label);
    else {
      state.corrections.set(tileOf(digit), { corrected: label });
      digit.corrected = label;
    }
    const number = numbersOf(state.answer).find((each) => each.digits.includes(digit));
    if (number) delete number.corrected; // what its digits say now
    showVerdict();
    showBoxes();
    showChosen();
    showTable();
    say(`${$("text").textContent.trim()} ${$("words").textContent}. ${$("correct").textContent}`);
  } catch (problem) {
    $("correct").textContent = `Not kept: ${problem.message}`;
  }
}

let speaking = 0;

// ---------------------------------------------------------------- threshold and beginning

function showThreshold() {
  state.threshold = THRESHOLDS[$("reject").value];
  $("limit").textContent = `${+(100 * state.threshold).toFixed(2)} %`;
  $("reject").setAttribute("aria-valuetext", $("limit").textContent);
}
$("reject").addEventListener("input", () => {
  showThreshold();
  show(state.answer);
});

$("marks").addEventListener("change", () => {
  table.marks = $("marks").checked;
  show(state.answer);
  showTable();
});

function letBarsCorrect() {
  // each bar is the digit that it should have been
  [...$("bars").children].forEach((item, label) => {
    const bar = made("button", { className: "bar", type: "button" });
    bar.append(...item.firstElementChild.childNodes);
    bar.addEventListener("click", () => correct(label));
    item.replaceChildren(bar);
  });
}

async function begin() {
  try {
    const settings = await (await fetch("settings")).json();
    state.keeps = settings.keeps_corrections;
    const threshold = settings.reject_threshold;
    state.usual = threshold;
    if (!THRESHOLDS.includes(threshold)) THRESHOLDS.push(threshold);
    THRESHOLDS.sort((a, b) => a - b);
    $("reject").max = THRESHOLDS.length - 1;
    $("reject").value = THRESHOLDS.indexOf(threshold);
  } catch {
    connected(false, "The server cannot be reached");
    setTimeout(reconnect, RETRY_MS);
  }
  showThreshold();
  letBarsCorrect();
  drawn();
}

new ResizeObserver(showBoxes).observe(paper);
begin();
