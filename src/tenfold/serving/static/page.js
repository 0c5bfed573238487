// The page of `tenfold serve`: draw or give a picture, see what is read. No library, no build.

const $ = (id) => document.getElementById(id);
const canvas = $("canvas"), paper = $("paper"), pen = canvas.getContext("2d");

const UNITS = 1000; // the paper's width in its own units, whatever its size on the screen
const SENT_PIXELS = 320; // the long side of a drawing as it is sent: larger is read no better, and later
const SENT_PAUSE_MS = 40; // between two questions while a stroke grows
const RETRY_MS = 1500;
const STEP = 25, SMALL_STEP = 6; // of the pen that the arrow keys move, in units
const TEACHING = 20; // corrections from which the page says what else they are good for
const AROUND = 6; // pixels of the screen between a digit and its box
const THRESHOLDS = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];

const state = {
  strokes: [], // each a list of {x, y, width}, in units
  past: [], // earlier lists of strokes, for undo
  picture: null, // a File, while one is shown instead of a drawing
  answer: null, // the last that came, and still fits what is shown
  digits: [], // all of its digits in reading order
  chosen: 0, // which digit the bars and the tile are of
  threshold: 0.5,
  keeps: false, // whether corrections are kept
  asked: 0, // questions so far; an answer to an older one is dropped
};

// ---------------------------------------------------------------- strokes

const ratio = () => UNITS / canvas.clientWidth;
const height = () => canvas.clientHeight * ratio();
const nib = () => Math.min(UNITS, height()) / 26; // a natural width for a digit as high as the paper

class Stroke {
  // Points are smoothed a little against the hand's tremor; the width follows pressure or pace.
  constructor(x, y, pressure) {
    this.points = [{ x, y, width: nib() * weight(pressure, 0) }];
    this.time = performance.now();
  }

  add(x, y, pressure, time) {
    const last = this.points.at(-1);
    const moved = Math.hypot(x - last.x, y - last.y);
    if (moved < 2) return;
    const pace = moved / Math.max(1, time - this.time); // units a millisecond
    const width = 0.75 * last.width + 0.25 * nib() * weight(pressure, pace);
    this.points.push({ x: last.x + 0.8 * (x - last.x), y: last.y + 0.8 * (y - last.y), width });
    this.time = time;
  }
}

function weight(pressure, pace) {
  return pressure === null ? 1.1 - 0.35 * Math.min(1, pace / 6) : 0.55 + 0.9 * pressure;
}

function paintStroke(context, points, scale) {
  const at = (point) => [point.x * scale, point.y * scale];
  if (points.length === 1) {
    context.beginPath();
    context.arc(...at(points[0]), (points[0].width * scale) / 2, 0, 7);
    context.fill();
    return;
  }
  let from = points[0];
  for (let i = 1; i < points.length; i++) {
    // from the middle of one pair of points to the middle of the next: no corner anywhere
    const point = points[i], next = points[i + 1] ?? point;
    const to = { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    context.lineWidth = point.width * scale;
    context.beginPath();
    context.moveTo(...at(from));
    context.quadraticCurveTo(...at(point), ...at(to));
    context.stroke();
    from = to;
  }
}

function paint(context, width, colour) {
  context.fillStyle = context.strokeStyle = colour;
  context.lineCap = context.lineJoin = "round";
  for (const points of state.strokes) paintStroke(context, points, width / UNITS);
}

function redraw() {
  const dense = window.devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * dense), tall = Math.round(canvas.clientHeight * dense);
  if (canvas.width !== width || canvas.height !== tall) Object.assign(canvas, { width, height: tall });
  pen.clearRect(0, 0, width, tall);
  paint(pen, width, getComputedStyle(document.body).color);
  if (keyboard.shown) keyboard.paint(width / UNITS);
}

function change(strokes) {
  state.past.push(state.strokes);
  state.strokes = strokes;
}

// ---------------------------------------------------------------- pen, finger, mouse

let stroke = null, pointer = null;

function place(event) {
  const edge = canvas.getBoundingClientRect();
  return [(event.clientX - edge.left) * ratio(), (event.clientY - edge.top) * ratio()];
}

const pressureOf = (event) => (event.pointerType === "pen" && event.pressure ? event.pressure : null);

canvas.addEventListener("pointerdown", (event) => {
  if (pointer !== null || event.button !== 0) return;
  pointer = event.pointerId;
  canvas.setPointerCapture(pointer);
  keyboard.hide();
  stroke = new Stroke(...place(event), pressureOf(event));
  change([...state.strokes, stroke.points]);
  paper.classList.add("drawing");
  drawn();
});

canvas.addEventListener("pointermove", (event) => {
  if (event.pointerId !== pointer) return;
  const all = event.getCoalescedEvents?.() ?? [];
  for (const one of all.length ? all : [event]) stroke.add(...place(one), pressureOf(one), one.timeStamp);
  drawn();
});

for (const kind of ["pointerup", "pointercancel"])
  canvas.addEventListener(kind, (event) => {
    if (event.pointerId !== pointer) return;
    stroke = pointer = null;
    paper.classList.remove("drawing");
    drawn({ done: true });
  });

// ---------------------------------------------------------------- keyboard

const keyboard = {
  x: UNITS / 2, y: 200, down: false, shown: false,

  move(dx, dy) {
    this.x = Math.min(UNITS - 20, Math.max(20, this.x + dx));
    this.y = Math.min(height() - 20, Math.max(20, this.y + dy));
    if (this.down) {
      state.strokes = [...state.strokes.slice(0, -1), [...state.strokes.at(-1), this.point()]];
    }
  },
  point() {
    return { x: this.x, y: this.y, width: nib() };
  },
  lower() {
    this.down = !this.down;
    if (this.down) change([...state.strokes, [this.point()]]);
    say(this.down ? "pen down" : "pen up");
  },
  paint(scale) {
    pen.strokeStyle = pen.fillStyle = getComputedStyle(paper).getPropertyValue("--accent");
    pen.lineWidth = 5 * scale;
    pen.beginPath();
    pen.arc(this.x * scale, this.y * scale, 22 * scale, 0, 7);
    this.down ? pen.fill() : pen.stroke();
  },
  hide() {
    this.down = this.shown = false;
  },
};

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

canvas.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const step = event.shiftKey ? SMALL_STEP : STEP;
  const by = ARROWS[event.key];
  if (by) keyboard.move(by[0] * step, by[1] * step);
  else if (event.key === " ") keyboard.lower();
  else if (event.key === "Delete" || event.key === "Backspace") return void clear();
  else return;
  event.preventDefault();
  keyboard.shown = true;
  drawn({ done: !keyboard.down });
});
canvas.addEventListener("blur", () => {
  keyboard.hide();
  redraw();
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && event.target !== $("token")) {
    event.preventDefault();
    undo();
  }
});

// ---------------------------------------------------------------- undo, clear, pictures

function undo() {
  if (state.picture) return void showPicture(null);
  if (!state.past.length) return;
  keyboard.down = false;
  state.strokes = state.past.pop();
  drawn({ done: true });
}

function clear() {
  if (state.picture) return void showPicture(null);
  if (!state.strokes.length) return;
  keyboard.down = false;
  change([]);
  drawn({ done: true });
}

$("undo").addEventListener("click", undo);
$("clear").addEventListener("click", clear);

function showPicture(file) {
  const image = $("picture");
  if (image.src) URL.revokeObjectURL(image.src);
  state.picture = file;
  image.hidden = !file;
  if (file) image.src = URL.createObjectURL(file);
  else image.removeAttribute("src");
  paper.classList.toggle("pictured", Boolean(file));
  drawn({ done: true });
}
$("picture").addEventListener("load", showBoxes);

function take(files) {
  const file = [...(files ?? [])].find((one) => one.type.startsWith("image/"));
  if (file) showPicture(file);
  return Boolean(file);
}

for (const id of ["file", "camera"])
  $(id).addEventListener("change", (event) => {
    take(event.target.files);
    event.target.value = ""; // the same picture may be chosen again
  });
document.addEventListener("paste", (event) => take(event.clipboardData?.files) && event.preventDefault());

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
  take(event.dataTransfer?.files);
});

// ---------------------------------------------------------------- asking

let waiting = false, due = false, pause = 0;

function drawn({ done = false } = {}) {
  $("undo").disabled = !state.past.length && !state.picture;
  $("clear").disabled = !state.strokes.length && !state.picture;
  $("clear").textContent = state.picture ? "Back to drawing" : "Clear";
  $("invitation").hidden = Boolean(state.strokes.length || state.picture);
  redraw();
  if (!state.answer) showVerdict();
  if (!state.strokes.length && !state.picture) {
    state.asked += 1; // whatever comes back now is about a drawing that is gone
    clearTimeout(pause);
    wait(false);
    show(null);
  } else if (done || !waiting) {
    clearTimeout(pause);
    done ? ask() : (pause = setTimeout(ask, SENT_PAUSE_MS));
  } else due = true;
}

async function ask() {
  const number = ++state.asked;
  wait(true);
  due = false;
  try {
    const body = state.picture ?? (await drawing());
    const answer = await post("predict?tiles=true", body, body.type || "application/octet-stream");
    if (number === state.asked) show(answer);
  } catch (problem) {
    if (number === state.asked) refused(problem);
  }
  if (number !== state.asked) return;
  wait(false);
  if (due) drawn();
}

function wait(yes) {
  waiting = yes;
  $("verdict").setAttribute("aria-busy", String(yes));
}

async function drawing() {
  const scale = SENT_PIXELS / Math.max(UNITS, height());
  const sheet = new OffscreenCanvas(Math.round(UNITS * scale), Math.round(height() * scale));
  const context = sheet.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, sheet.width, sheet.height);
  paint(context, UNITS * scale, "#000");
  return sheet.convertToBlob({ type: "image/png" });
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
    verdict("none", "–", problem.message);
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

const percent = (share) => (share > 0.9995 ? "100 %" : `${(100 * share).toFixed(1)} %`);

function kindOf(digit) {
  if (digit.reason === "not_a_digit") return "none";
  return digit.probability * digit.is_digit < state.threshold ? "unsure" : "sure";
}

function show(answer) {
  state.answer = answer;
  state.digits = answer ? answer.rows.flat().flatMap((number) => number.digits) : [];
  state.chosen = Math.max(0, Math.min(state.chosen, state.digits.length - 1));
  showVerdict();
  showBoxes();
  showChosen();
  const notes = answer?.notes ?? [];
  $("notes").replaceChildren(...notes.map((note) => made("li", { textContent: note })));
  $("done").hidden = !notes.length || !state.picture;
  clearTimeout(speaking);
  speaking = setTimeout(() => say(`${$("text").textContent.trim()} ${$("words").textContent}`), 500);
}

function showVerdict() {
  const { answer, digits } = state;
  const kinds = digits.map(kindOf);
  const real = digits.filter((digit) => kindOf(digit) !== "none");
  if (!answer) verdict("idle", "", state.strokes.length || state.picture ? "Reading …" : "Nothing drawn yet");
  else if (!digits.length) verdict("none", "–", state.picture ? "No digit in this picture" : "No digit here");
  else if (!real.length) verdict("none", "–", digits.length > 1 ? "None of these is a digit" : "This is no digit");
  else if (digits.length === 1) {
    const [digit] = digits;
    verdict(kinds[0], textOf(answer), kinds[0] === "sure"
      ? percent(digit.probability) : `Not sure: perhaps a ${digit.likeliest}, ${percent(digit.probability)}`);
  } else {
    const doubts = kinds.filter((kind) => kind === "unsure").length;
    const all = real.reduce((product, digit) => product * digit.probability, 1);
    verdict(doubts ? "unsure" : "sure", textOf(answer), doubts
      ? `${real.length} digits, not sure of ${doubts === real.length ? "any" : doubts}`
      : `${percent(all)} that all ${real.length} are right`);
  }
}

function textOf(answer) {
  // as nodes: a digit that is not sure looks it, and what is no digit is left out
  const text = new DocumentFragment();
  const rows = answer.rows
    .map((row) => row.map((number) => number.digits.filter((digit) => kindOf(digit) !== "none")))
    .map((row) => row.filter((number) => number.length)).filter((row) => row.length);
  rows.forEach((row, i) => {
    if (i) text.append("\n");
    row.forEach((number, j) => {
      if (j) text.append(" ");
      for (const digit of number) {
        const unsure = kindOf(digit) === "unsure";
        text.append(unsure ? made("span", { className: "doubt", textContent: digit.likeliest }) : `${digit.likeliest}`);
      }
    });
  });
  return text;
}

function verdict(kind, text, words) {
  $("verdict").dataset.kind = kind;
  $("text").replaceChildren(text || "\u00a0");
  const length = $("text").textContent.length;
  $("text").className = `text ${length > 24 ? "longer" : length > 5 ? "long" : ""}`;
  $("words").textContent = words;
}

function showBoxes() {
  const { digits } = state;
  const edge = shownArea();
  $("boxes").replaceChildren(...digits.map((digit, i) => {
    const [left, top, right, bottom] = digit.box ?? [0, 0, 0, 0];
    const kind = kindOf(digit), sign = kind === "unsure" ? `${digit.likeliest}?` : digit.likeliest;
    const box = made("button", { type: "button", className: "box" });
    const share = kind === "none" ? "no digit" : percent(digit.probability);
    const name = kind === "none" ? "no digit" : `${digit.likeliest}, ${percent(digit.probability)}`;
    box.dataset.kind = kind;
    box.setAttribute("aria-pressed", String(i === state.chosen && digits.length > 1));
    box.setAttribute("aria-label", `${kind === "unsure" ? "not sure, " : ""}${name}`);
    const wide = (right - left) * edge.scale + 2 * AROUND, high = top * edge.scale + edge.top - AROUND;
    box.classList.toggle("below", high < 34);
    box.classList.toggle("small", wide < 76);
    box.classList.toggle("tiny", wide < 40);
    const short = `${Math.floor(100 * digit.probability)}%`;
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
  const shares = digit?.probabilities ?? Array(10).fill(0);
  [...$("bars").children].forEach((item, label) => {
    const bar = item.firstElementChild;
    bar.style.setProperty("--share", shares[label]);
    bar.classList.toggle("top", Boolean(digit) && label === digit.likeliest);
    bar.classList.toggle("corrected", Boolean(digit) && label === digit.corrected);
    bar.setAttribute("aria-label", `${label}: ${percent(shares[label])}`);
    if (state.keeps) bar.disabled = !digit;
  });
  showTile(digit?.tile);
  $("correct").hidden = !state.keeps || !digit;
  $("correct").textContent = digit?.corrected === undefined
    ? "Read wrong? Tap the right digit above, and it is kept."
    : `Kept as ${digit.corrected}; ${digit.kept} kept in all.` + (digit.kept < TEACHING ? "" :
      " They can teach the model your hand: tenfold train DIR --from ink.");
}

function showTile(tile) {
  const context = $("tile").getContext("2d");
  if (!tile) return context.clearRect(0, 0, 28, 28);
  const pixels = context.createImageData(28, 28);
  for (let i = 0; i < 784; i++) {
    const level = tile[Math.floor(i / 28)][i % 28];
    pixels.data.set([level, level, level, 255], 4 * i);
  }
  context.putImageData(pixels, 0, 0);
}

async function correct(label) {
  const digit = state.digits[state.chosen];
  if (!digit) return;
  try {
    const said = await post("corrections", JSON.stringify({ tile: digit.tile, label }), "application/json");
    Object.assign(digit, { corrected: label, kept: said.kept });
    showChosen();
    say($("correct").textContent);
  } catch (problem) {
    $("correct").textContent = `Not kept: ${problem.message}`;
  }
}

let speaking = 0;
const say = (text) => void ($("spoken").textContent = text);
const made = (kind, traits) => Object.assign(document.createElement(kind), traits);

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

function makeBars() {
  for (let label = 0; label < 10; label++) {
    const bar = made(state.keeps ? "button" : "div", { className: "bar" });
    if (state.keeps) {
      bar.type = "button";
      bar.addEventListener("click", () => correct(label));
    } else bar.setAttribute("role", "img");
    bar.append(made("i", {}), made("span", { textContent: label }));
    const item = made("li", {});
    item.append(bar);
    $("bars").append(item);
  }
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
  makeBars();
  drawn();
}

new ResizeObserver(() => {
  redraw();
  showBoxes();
}).observe(paper);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
begin();
