// The page of `tenfold serve`: draw or give a picture, see what is read. No library, no build.

import {
  $, aside, hooks, made, paint, paper, paperHeight, percent, redraw, say, sheet, showShares, showTile, takeBack, UNITS,
  verdict, wipe,
} from "./pen.js";

const SENT_PIXELS = 320; // the long side of a drawing as it is sent: larger is read no better, and later
const SENT_EVERY_MS = 100; // while a stroke grows, at most
const RETRY_MS = 1500;
const TEACHING = 20; // corrections from which the page says what else they are good for
const PICTURES = /\.(png|jpe?g|bmp|gif|tiff?|webp|heic|heif|pdf)$/i; // browsers know no type for some of them
const TOLD_BY = 1 << 16; // bytes of a file that is no picture, from which the server says what it is
const AROUND = 6; // pixels of the screen between a digit and its box
const THRESHOLDS = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];

const state = {
  picture: null, // a File, while one is shown instead of a drawing
  answer: null, // the last that came, and still fits what is shown
  digits: [], // all of its digits in reading order
  chosen: 0, // which digit the bars and the tile are of
  threshold: 0.5,
  keeps: false, // whether corrections are kept
  corrections: new Map(), // by tile: the digit that it was said to be, and how many were kept by then
  asked: 0, // questions so far; an answer to an older one is dropped
};

// ---------------------------------------------------------------- undo, clear, pictures

Object.assign(hooks, {
  drawn,
  undo: () => (state.picture ? showPicture(null) : takeBack()),
  clear: () => (state.picture ? showPicture(null) : wipe()),
});

function showPicture(file) {
  const image = $("picture");
  if (image.src) URL.revokeObjectURL(image.src);
  state.picture = file;
  image.hidden = !file;
  $("unshown").hidden = true;
  if (file) image.src = URL.createObjectURL(file);
  else image.removeAttribute("src");
  paper.classList.toggle("pictured", Boolean(file));
  drawn({ done: true });
}
$("picture").addEventListener("load", showBoxes);
$("picture").addEventListener("error", () => {
  // TIFF, HEIC and whatever is no picture: the server may still read it, or says what it is
  if (!state.picture) return;
  $("picture").hidden = true;
  $("unshown").hidden = false;
  $("unshown").textContent = state.picture.name;
});

const isPicture = (file) => file.type.startsWith("image/") || file.type === "application/pdf" || PICTURES.test(file.name);

function take(files, otherwise) {
  const all = [...(files ?? [])], file = all.find(isPicture) ?? all[0];
  if (file) showPicture(file);
  if (all.length > 1) aside(`${file.name} alone is read, of ${all.length} files: give the others one by one`);
  else if (!file && otherwise) aside(otherwise);
  return Boolean(file);
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
  $("undo").disabled = !sheet.past.length && !state.picture;
  $("clear").disabled = !sheet.strokes.length && !state.picture;
  $("clear").textContent = state.picture ? "Back to drawing" : "Clear";
  $("invitation").hidden = Boolean(sheet.strokes.length || state.picture);
  if (!sheet.strokes.length && !state.picture) {
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
    const [body, type] = state.picture ? await sendable(state.picture) : [drawing(), "image/tiff"];
    const answer = await post("predict?tiles=true&page=1", body, type);
    if (number === state.asked) show(answer);
  } catch (problem) {
    if (number === state.asked) refused(problem);
  }
  if (number !== state.asked) return;
  wait(false);
  if (due) drawn({ changed: false });
}

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
    const name = state.picture?.name ?? "drawing", message = problem.message.replace(/^picture: /, "");
    verdict("none", "–", `${name}: ${message}${problem.hint && `. What to do: ${problem.hint}`}`);
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
  return digit.probability * digit.is_digit < state.threshold ? "unsure" : "sure";
}

function show(answer) {
  state.answer = answer;
  state.digits = answer ? answer.rows.flat().flatMap((number) => number.digits) : [];
  for (const digit of state.digits) Object.assign(digit, state.corrections.get(tileOf(digit)));
  state.chosen = Math.max(0, Math.min(state.chosen, state.digits.length - 1));
  showVerdict();
  showBoxes();
  showChosen();
  const notes = [...(answer?.notes ?? [])];
  if (answer?.pages > 1) notes.unshift(`page ${answer.page} of ${answer.pages}; tenfold read and the API read all`);
  $("notes").replaceChildren(...notes.map((note) => made("li", { textContent: note })));
  $("done").hidden = !notes.length || !state.picture;
  clearTimeout(speaking);
  speaking = setTimeout(() => say(`${$("text").textContent.trim()} ${$("words").textContent}`), 500);
}

function showVerdict() {
  const { answer, digits } = state;
  const kinds = digits.map(kindOf);
  const real = digits.filter((digit) => kindOf(digit) !== "none");
  if (!answer) verdict("idle", "", sheet.strokes.length || state.picture ? "Reading …" : "Nothing drawn yet");
  else if (!digits.length) verdict("none", "–", state.picture ? "No digit in this picture" : "No digit here");
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
  const rows = answer.rows
    .map((row) => row.map((number) => number.digits.filter((digit) => kindOf(digit) !== "none")))
    .map((row) => row.filter((number) => number.length)).filter((row) => row.length);
  rows.forEach((row, i) => {
    if (i) text.append("\n");
    row.forEach((number, j) => {
      if (j) text.append(" ");
      for (const digit of number) {
        const className = { unsure: "doubt", corrected: "mended" }[kindOf(digit)];
        text.append(className ? made("span", { className, textContent: shown(digit) }) : `${digit.likeliest}`);
      }
    });
  });
  return text;
}

function showBoxes() {
  const { digits } = state;
  const edge = shownArea();
  $("boxes").replaceChildren(...digits.map((digit, i) => {
    const [left, top, right, bottom] = digit.box ?? [0, 0, 0, 0];
    const kind = kindOf(digit), sign = kind === "unsure" ? `${digit.likeliest}?` : shown(digit);
    const box = made("button", { type: "button", className: "box" });
    const by = isConfirmed(digit) ? "confirmed" : "corrected";
    const share = kind === "none" ? "no digit" : kind === "corrected" ? by : percent(digit.probability);
    const name = kind === "none" ? "no digit" : kind === "corrected" ? `${sign}, ${by} by you` : `${digit.likeliest}, ${share}`;
    box.dataset.kind = kind;
    box.setAttribute("aria-pressed", String(i === state.chosen && digits.length > 1));
    box.setAttribute("aria-label", `${kind === "unsure" ? "not sure, " : ""}${name}`);
    const wide = (right - left) * edge.scale + 2 * AROUND, high = top * edge.scale + edge.top - AROUND;
    box.classList.toggle("below", high < 34);
    box.classList.toggle("small", wide < 76);
    box.classList.toggle("tiny", wide < 40);
    const short = kind === "corrected" ? "✓" : `${Math.floor(100 * digit.probability)}%`;
    const label = kind === "none" ? (wide < 76 ? "–" : share)
      : wide < 40 ? `${sign}\n${short}` : wide < 76 ? `${sign} ${short}` : `${sign}  ${share}`;
    box.append(made("span", { textContent: label }));
    Object.assign(box.style, {
      left: `${edge.left + left * edge.scale - AROUND}px`, top: `${high}px`,
      width: `${wide}px`, height: `${(bottom - top) * edge.scale + 2 * AROUND}px`,
    });
    box.addEventListener("click", () => choose(i));
    return box;
  }));
}

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
    if (state.keeps) bar.disabled = !digit;
  });
  showTile(digit?.tile.flat());
  $("correct").hidden = !state.keeps || !digit;
  $("correct").textContent = digit?.corrected === undefined
    ? "Read wrong? Tap the right digit above, and it is kept."
    : `Kept as ${digit.corrected}; ${digit.kept} kept in all.` + (digit.kept < TEACHING ? "" :
      " They can teach the model your hand: tenfold train DIR --from pictures.");
}

async function correct(label) {
  const digit = state.digits[state.chosen];
  if (!digit) return;
  try {
    const said = await post("corrections", JSON.stringify({ tile: digit.tile, label }), "application/json");
    state.corrections.set(tileOf(digit), { corrected: label, kept: said.kept });
    Object.assign(digit, { corrected: label, kept: said.kept });
    showVerdict();
    showBoxes();
    showChosen();
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

function letBarsCorrect() {
  // where corrections are kept, each bar is the digit that it should have been
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
    if (!THRESHOLDS.includes(threshold)) THRESHOLDS.push(threshold);
    THRESHOLDS.sort((a, b) => a - b);
    $("reject").max = THRESHOLDS.length - 1;
    $("reject").value = THRESHOLDS.indexOf(threshold);
  } catch {
    connected(false, "The server cannot be reached");
    setTimeout(reconnect, RETRY_MS);
  }
  showThreshold();
  if (state.keeps) letBarsCorrect();
  drawn();
}

new ResizeObserver(showBoxes).observe(paper);
begin();
