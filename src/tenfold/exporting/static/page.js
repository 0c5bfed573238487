// The exported page: draw a digit, and the network that is written below reads it. No connection.

import { $, aside, hooks, made, paint, percent, redraw, say, sheet, showShares, showTile, verdict } from "./pen.js";
import { tileOf } from "./framing.js";
import { bytesOf, networkOf } from "./network.js";

const DRAWN = 280, EDGE = 20; // pixels: so much paper lies around that Python seeks no ruling either
const PARITY = 1e-3; // of a probability, as where the network was exported
const SPOKEN_MS = 500;

const model = JSON.parse($("model").textContent);
const network = networkOf(model.network, bytesOf(model.weights));

const side = DRAWN + 2 * EDGE;
const reader = Object.assign(document.createElement("canvas"), { width: side, height: side })
  .getContext("2d", { willReadFrequently: true });

function drawing() {
  // what is drawn, black on white: uint8 [side * side], grey
  reader.setTransform(1, 0, 0, 1, 0, 0);
  reader.fillStyle = "#fff";
  reader.fillRect(0, 0, side, side);
  reader.save();
  reader.translate(EDGE, EDGE);
  reader.beginPath();
  reader.rect(0, 0, DRAWN, DRAWN);
  reader.clip();
  paint(reader, DRAWN, "#000");
  reader.restore();
  const { data } = reader.getImageData(0, 0, side, side);
  const grey = new Uint8Array(side * side);
  for (let i = 0; i < grey.length; i++) grey[i] = data[4 * i];
  return grey;
}

function read(grey) {
  // the tile, what the network says of it, and the answer as `tenfold.load()` gives it
  const tile = tileOf({ width: side, height: side, data: grey }, model.framing);
  return tile && { tile, ...answered(network(tile)) };
}

function answered({ probabilities, is_digit }) {
  const probability = Math.max(...probabilities), likeliest = probabilities.indexOf(probability);
  const kind = is_digit < model.digit_min ? "none"
    : probability * is_digit < model.reject_threshold ? "unsure" : "sure";
  return { probabilities, is_digit, probability, likeliest, kind };
}

// ---------------------------------------------------------------- files, which it does not read

function refuse(event, carried) {
  const [file] = carried?.files ?? [];
  if (!file) return;
  event.preventDefault(); // or the browser leaves the page to show the file
  const pages = file.type === "application/pdf" ? "a picture of each page first (pdftoppm -r 200 -png FILE.pdf page), then " : "";
  aside(`${file.name}: this page reads what is drawn on it, and no files. What to do: ${pages}tenfold read FILE`);
}
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  refuse(event, event.dataTransfer);
});
document.addEventListener("paste", (event) => refuse(event, event.clipboardData));

// ---------------------------------------------------------------- showing

let due = 0, speaking = 0;

hooks.drawn = () => {
  $("undo").disabled = !sheet.past.length;
  $("clear").disabled = !sheet.strokes.length;
  $("invitation").hidden = Boolean(sheet.strokes.length);
  $("verdict").setAttribute("aria-busy", "true");
  aside("");
  due ||= requestAnimationFrame(answer); // once a frame, however many points came
};

function answer() {
  due = 0;
  redraw();
  const begun = performance.now();
  const said = sheet.strokes.length ? read(drawing()) : null;
  show(said);
  performance.measure("answer", { start: begun, end: performance.now() });
  $("verdict").setAttribute("aria-busy", "false");
  clearTimeout(speaking);
  speaking = setTimeout(() => say(`${$("text").textContent.trim()} ${$("words").textContent}`), SPOKEN_MS);
}

function show(said) {
  showTile(said?.tile);
  showShares(said?.probabilities, said?.likeliest);
  const share = said && percent(said.probability);
  if (!sheet.strokes.length) verdict("idle", "", "Nothing drawn yet");
  else if (!said) verdict("none", "–", "Nothing to read yet");
  else if (said.kind === "none") verdict("none", "–", "This is no digit");
  else if (said.kind === "sure") verdict("sure", said.likeliest, share);
  else verdict("unsure", made("span", { className: "doubt", textContent: said.likeliest }),
    `Not sure: perhaps a ${said.likeliest}, ${share}`);
}

function checked() {
  // one tile again, of which Python has said what it is
  const { probabilities, is_digit } = network(Uint8Array.from(model.check.tile));
  const apart = [...probabilities.map((share, i) => share - model.check.probabilities[i]), is_digit - model.check.is_digit];
  return apart.every((difference) => Math.abs(difference) <= PARITY);
}

if (!checked()) {
  $("line").textContent = "This browser computes otherwise than tenfold: do not trust its answers";
  $("line").hidden = false;
}
globalThis.tenfold = Object.freeze({ drawing, read }); // to look into, and to test
hooks.drawn();
