// The pen of both pages to draw on: strokes by mouse, finger, pen and keys, undo, and the display of an
// answer with its tile and ten bars. A page sets `hooks`, and paints the sheet for its reader.

const $ = (id) => document.getElementById(id);
const made = (kind, traits) => Object.assign(document.createElement(kind), traits);
const say = (text) => void ($("spoken").textContent = text);
const percent = (share) => (share > 0.9995 ? "100 %" : `${(100 * share).toFixed(1)} %`);

function aside(text) {
  // Show a remark beside the answer, which stays
  $("aside").textContent = text;
  $("aside").hidden = !text;
}

const canvas = $("canvas"), paper = $("paper"), pen = canvas.getContext("2d");

const UNITS = 1000; // the paper's width in its own units, whatever its size on the screen
const STEP = 25, SMALL_STEP = 6; // of the pen that the arrow keys move, in units

const sheet = {
  strokes: [], // each a list of {x, y, width}, in units
  past: [], // earlier lists of strokes, for undo
};

const hooks = { drawn() {}, undo: takeBack, clear: wipe };

// Strokes

const ratio = () => UNITS / canvas.clientWidth;
const paperHeight = () => canvas.clientHeight * ratio();
const nib = () => Math.min(UNITS, paperHeight()) / 26; // the width of a pen for a digit as high as the paper

class Stroke {
  // Points {x, y, width}: the last one is the pen's place, the others are smoothed against tremor.
  // The width follows the pressure, or the pace where a device reports no pressure.
  constructor(x, y, pressure) {
    this.points = [{ x, y, width: nib() * weight(pressure, 0) }];
    this.time = performance.now();
  }

  add(x, y, pressure, time) {
    const [before, last] = [this.points.at(-2), this.points.at(-1)];
    const moved = Math.hypot(x - last.x, y - last.y);
    if (moved < 2) return;
    const pace = moved / Math.max(1, time - this.time); // units a millisecond
    const width = 0.75 * last.width + 0.25 * nib() * weight(pressure, pace);
    if (before) {
      last.x += 0.2 * (before.x - last.x);
      last.y += 0.2 * (before.y - last.y);
    }
    this.points.push({ x, y, width });
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
    // from the middle of one pair of points to the middle of the next, so that there is no corner
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
  for (const points of sheet.strokes) paintStroke(context, points, width / UNITS);
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
  sheet.past.push(sheet.strokes);
  sheet.strokes = strokes;
}

// Pen, finger, mouse

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
  change([...sheet.strokes, stroke.points]);
  paper.classList.add("drawing");
  hooks.drawn();
});

canvas.addEventListener("pointermove", (event) => {
  if (event.pointerId !== pointer) return;
  const samples = event.getCoalescedEvents?.() ?? [];
  const before = stroke.points.length;
  for (const sample of samples.length ? samples : [event])
    stroke.add(...place(sample), pressureOf(sample), sample.timeStamp);
  if (stroke.points.length > before) hooks.drawn();
});

for (const kind of ["pointerup", "pointercancel"])
  canvas.addEventListener(kind, (event) => {
    if (event.pointerId !== pointer) return;
    stroke = pointer = null;
    paper.classList.remove("drawing");
    hooks.drawn({ done: true, changed: false });
  });

// Keyboard

const keyboard = {
  x: UNITS / 2, y: 200, down: false, shown: false,

  move(dx, dy) {
    this.x = Math.min(UNITS - 20, Math.max(20, this.x + dx));
    this.y = Math.min(paperHeight() - 20, Math.max(20, this.y + dy));
    if (this.down) {
      sheet.strokes = [...sheet.strokes.slice(0, -1), [...sheet.strokes.at(-1), this.point()]];
    }
  },
  point() {
    return { x: this.x, y: this.y, width: nib() };
  },
  lower() {
    this.down = !this.down;
    if (this.down) change([...sheet.strokes, [this.point()]]);
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
  else if (event.key === "Delete" || event.key === "Backspace") return void hooks.clear();
  else return;
  event.preventDefault();
  keyboard.shown = true;
  hooks.drawn({ done: !keyboard.down });
});
canvas.addEventListener("blur", () => {
  keyboard.hide();
  redraw();
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && event.target.type !== "password") {
    event.preventDefault();
    hooks.undo();
  }
});

// Undo, clear

function takeBack() {
  if (!sheet.past.length) return;
  keyboard.down = false;
  sheet.strokes = sheet.past.pop();
  hooks.drawn({ done: true });
}

function wipe() {
  if (!sheet.strokes.length) return;
  keyboard.down = false;
  change([]);
  hooks.drawn({ done: true });
}

$("undo").addEventListener("click", () => hooks.undo());
$("clear").addEventListener("click", () => hooks.clear());

// The answer

function verdict(kind, text, words) {
  $("verdict").dataset.kind = kind;
  $("text").replaceChildren(text === "" ? "\u00a0" : text);
  const length = $("text").textContent.length;
  $("text").className = `text ${length > 24 ? "longer" : length > 5 ? "long" : ""}`;
  $("words").textContent = words;
}

function showTile(tile) {
  const context = $("tile").getContext("2d");
  if (!tile) return context.clearRect(0, 0, 28, 28);
  const pixels = context.createImageData(28, 28);
  for (let i = 0; i < 784; i++) {
    const level = tile[i];
    pixels.data.set([level, level, level, 255], 4 * i);
  }
  context.putImageData(pixels, 0, 0);
}

function showShares(shares, likeliest) {
  [...$("bars").children].forEach((item, label) => {
    const bar = item.firstElementChild, share = shares?.[label] ?? 0;
    bar.style.setProperty("--share", share);
    bar.classList.toggle("top", label === likeliest);
    bar.setAttribute("aria-label", `${label}: ${percent(share)}`);
  });
}

for (let label = 0; label < 10; label++) {
  const bar = made("div", { className: "bar" }), item = made("li", {});
  bar.setAttribute("role", "img");
  bar.append(made("i", {}), made("span", { textContent: label }));
  item.append(bar);
  $("bars").append(item);
}

new ResizeObserver(redraw).observe(paper);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

export {
  $, aside, hooks, made, paint, paper, paperHeight, percent, redraw, say, sheet, showShares, showTile, takeBack, UNITS,
  verdict, wipe,
};
