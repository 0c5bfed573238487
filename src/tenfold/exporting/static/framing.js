// From a drawn digit to its tile, step by step as tenfold/framing does it. The drawing is black on
// white, at most 320 pixels a side, with paper all around: so the ink is dark, the paper plain and
// without ruling, and the steps that find that out in photographs are left out here.

import {
  blurredBytes, blurredLevels, boxOf, byCubic, components, cropped, dilated, disc, distances, eroded, mapped,
  padded, percentile, picture, resized, resizedByPillow, rounded, smaller, square, STRAIGHT,
} from "./imaging.js";

const SIDE = 28;
const MARGIN = 8; // pixels around the ink, into which it is blurred

function tileOf(grey, { INK_BOX, ...constants }) {
  // grey uint8, 255 is paper; the tile uint8 [28 * 28], null where nothing is drawn
  const ink = picture(grey.width, grey.height);
  for (let i = 0; i < ink.data.length; i++) ink.data[i] = 255 - grey.data[i];
  const box = boxOf(ink);
  if (!box) return null;
  const levels = cropped(ink, grown(box, ink, MARGIN)); // the rest is paper
  const mask = inkOf(levels, constants);
  return mask && framed(strokeOf(levels, mask, constants), INK_BOX);
}

function grown({ left, top, right, bottom }, { width, height }, by) {
  return {
    left: Math.max(0, left - by), top: Math.max(0, top - by),
    right: Math.min(width, right + by), bottom: Math.min(height, bottom + by),
  };
}

// ---------------------------------------------------------------- ink, as framing/ink/ink.py and binarisation.py

function inkOf(levels, { CONTRAST_MIN, WEAK, STRONG, SPECK }) {
  // 1 where there is a stroke; null where nothing stands out
  const smooth = blurredLevels(levels, 1);
  const strength = strengthOf(smooth, CONTRAST_MIN);
  if (!strength) return null;
  const kept = components(above(smooth, WEAK * strength))
    .filter(({ pixels }) => pixels.some((at) => smooth.data[at] > STRONG * strength));
  const longest = longestOf(kept);
  const mask = picture(levels.width, levels.height);
  for (const { pixels, extent } of kept)
    if (extent >= SPECK * longest) for (const at of pixels) mask.data[at] = 1;
  return mask;
}

const above = ({ width, height, data }, limit) =>
  picture(width, height, mapped(data, Uint8Array, (level) => level > limit));
const longestOf = (found) => found.reduce((most, { extent }) => Math.max(most, extent), 0);

function strengthOf(levels, floor) {
  // the ink's level in the middle of strokes: the median over the components, by their size
  const found = components(above(levels, floor)), longest = longestOf(found);
  const middles = found.filter(({ extent }) => extent >= 0.3 * longest)
    .sort((a, b) => b.extent - a.extent).slice(0, 60)
    .map(({ pixels }) => {
      const middle = percentile(mapped(pixels, Float32Array, (at) => levels.data[at]), 85);
      return { middle, weight: Math.sqrt(pixels.length) * middle };
    })
    .sort((a, b) => a.middle - b.middle);
  let left = middles.reduce((sum, { weight }) => sum + weight, 0) / 2;
  return middles.find(({ weight }) => (left -= weight) <= 0)?.middle ?? 0;
}

// ---------------------------------------------------------------- stroke, as framing/ink/stroke.py

function strokeOf(levels, mask, constants) {
  // in single precision, as numpy computes: a rim pixel more or less is another box
  const f = Math.fround, paper = f(constants.PAPER), range = f(constants.FULL - constants.PAPER);
  const full = f(percentile(levels.data.filter((_, i) => mask.data[i]), 75));
  const near = dilated(mask, square(1));
  const share = new Float32Array(levels.data.length);
  for (let i = 0; i < share.length; i++)
    if (near.data[i]) share[i] = Math.min(1, Math.max(0, f(f(f(levels.data[i] / full) - paper) / range)));
  const cut = cropped(picture(levels.width, levels.height, share), boxOf({ ...levels, data: share }));
  return normalised({ ...cut, data: mapped(cut.data, Uint8Array, (level) => rounded(f(level * 255))) }, constants);
}

function strokeWidth({ width, height, data }) {
  const far = distances(above({ width, height, data }, 127));
  let sum = 0, count = 0;
  for (let i = 0; i < far.length; i++)
    if (far[i]) {
      sum += far[i] / STRAIGHT - 0.5;
      count += 1;
    }
  return count ? (4 * sum) / count : 0;
}

function normalised(ink, { WORK, BOX, PALE, PAD, BLUR_MAX, THIN, THICK, AIM_THIN, AIM_THICK }) {
  // at WORK times the tile's size, strokes widened or narrowed towards those of MNIST
  const scale = (WORK * BOX) / Math.max(ink.width, ink.height);
  const size = [ink.width, ink.height].map((side) => Math.max(1, rounded(side * scale)));
  let work = scale < 1 ? smaller(ink, ...size) : resized(ink, ...size, byCubic);
  if (scale < 1 && work.data.some((level) => level)) {
    const full = Math.max(percentile(work.data.filter((level) => level), 90), PALE);
    work.data = work.data.map((level) => Math.min(255, Math.trunc(level * (255 / full))));
  }
  work = padded(work, PAD);
  if (scale > 1.5) work = blurredBytes(work, Math.min(0.4 * scale, BLUR_MAX));
  const now = strokeWidth(work) / WORK;
  const aim = now < THIN ? AIM_THIN : now > THICK ? AIM_THICK : now;
  const radius = rounded(((WORK * Math.abs(aim - now)) / 2) * (1 + (aim - now) / BOX));
  if (now === 0 || radius < 1) return work;
  return aim > now ? dilated(work, disc(radius)) : eroded(work, disc(radius));
}

// ---------------------------------------------------------------- frame, as framing/frame.py

function framed(ink, inkBox) {
  const box = boxOf(ink);
  if (!box) return new Uint8Array(SIDE * SIDE);
  const cut = cropped(ink, box), scale = inkBox / Math.max(cut.width, cut.height);
  const size = [cut.width, cut.height].map((side) => Math.max(1, rounded(side * scale)));
  return centred(resizedByPillow(cut, ...size));
}

function centred({ width, height, data }) {
  // the centre of mass at the tile's centre, to the nearest pixel; no ink falls off
  let mass = 0, down = 0, across = 0;
  data.forEach((level, i) => {
    mass += level;
    across += level * (i % width);
    down += level * Math.floor(i / width);
  });
  const place = (moment, size) =>
    Math.min(SIDE - size, Math.max(0, rounded((SIDE - 1) / 2 - moment / mass)));
  const top = place(down, height), left = place(across, width);
  const tile = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < height; y++)
    tile.set(data.subarray(y * width, (y + 1) * width), (top + y) * SIDE + left);
  return tile;
}

export { tileOf };
