// What OpenCV and Pillow do in tenfold/framing, on pictures {width, height, data}. Rounded as they
// round: a grey level more or less may become another radius of the pen.

function picture(width, height, data = new Uint8Array(width * height)) {
  return { width, height, data };
}

function mapped(data, Kind, change) {
  // a plain loop: Kind.from takes ten times as long
  const out = new Kind(data.length);
  for (let i = 0; i < out.length; i++) out[i] = change(data[i], i);
  return out;
}

function rounded(value) {
  // half to even, as Python and OpenCV do
  const near = Math.round(value);
  return near - value === 0.5 && near % 2 ? near - 1 : near;
}

const byte = (value) => Math.min(255, Math.max(0, rounded(value)));

function percentile(values, share) {
  // numpy's, of a typed array: linear between the two nearest
  const sorted = values.slice().sort();
  const place = ((sorted.length - 1) * share) / 100, below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

function cropped({ width, data }, { left, top, right, bottom }) {
  const cut = picture(right - left, bottom - top, new data.constructor((right - left) * (bottom - top)));
  for (let y = top; y < bottom; y++)
    cut.data.set(data.subarray(y * width + left, y * width + right), (y - top) * cut.width);
  return cut;
}

function padded({ width, height, data }, pad) {
  const wide = picture(width + 2 * pad, height + 2 * pad);
  for (let y = 0; y < height; y++)
    wide.data.set(data.subarray(y * width, (y + 1) * width), (y + pad) * wide.width + pad);
  return wide;
}

function boxOf({ width, height, data }) {
  // of what is not 0; null where all is
  let left = width, top = height, right = 0, bottom = 0;
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++)
      if (data[i]) {
        left = Math.min(left, x);
        right = Math.max(right, x + 1);
        top = Math.min(top, y);
        bottom = y + 1;
      }
  return right ? { left, top, right, bottom } : null;
}

// ---------------------------------------------------------------- components

function components({ width, height, data }) {
  // 8-connected: each its pixels, and the longer side of its box
  const seen = new Uint8Array(data.length), order = new Int32Array(data.length), found = [];
  let filled = 0;
  for (let start = 0; start < data.length; start++) {
    if (!data[start] || seen[start]) continue;
    const begin = filled;
    let left = width, top = height, right = 0, bottom = 0;
    seen[start] = 1;
    order[filled++] = start;
    for (let next = begin; next < filled; next++) {
      const x = order[next] % width, y = (order[next] - x) / width;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const near = v * width + u;
          if (!data[near] || seen[near]) continue;
          seen[near] = 1;
          order[filled++] = near;
        }
    }
    found.push({ pixels: order.subarray(begin, filled), extent: Math.max(right - left, bottom - top) + 1 });
  }
  return found;
}

// ---------------------------------------------------------------- convolution and morphology

function convolved({ width, height, data }, kernel) {
  // along rows, then along columns, float64; beyond the picture is 0, as the pictures' margins are
  const half = kernel.length >> 1;
  const across = new Float64Array(data.length), out = new Float64Array(data.length);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++)
      if (data[i]) for (let k = Math.max(-half, -x); k <= half && x + k < width; k++)
        across[i + k] += data[i] * kernel[half + k];
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++)
      if (across[i]) for (let k = Math.max(-half, -y); k <= half && y + k < height; k++)
        out[i + k * width] += across[i] * kernel[half - k];
  return out;
}

function bell(size, sigma) {
  const kernel = Array.from({ length: size }, (_, i) => Math.exp(-0.5 * ((i - (size >> 1)) / sigma) ** 2));
  const sum = kernel.reduce((a, b) => a + b);
  return kernel.map((value) => value / sum);
}

function blurredLevels(levels, sigma) {
  // cv2.GaussianBlur of float32: up to four sigmas
  const sums = convolved(levels, bell(rounded(8 * sigma + 1) | 1, sigma));
  return picture(levels.width, levels.height, mapped(sums, Float32Array, (sum) => sum));
}

function blurredBytes(bytes, sigma) {
  // cv2.GaussianBlur of uint8: up to three sigmas, the kernel in 1/256, what rounding leaves carried on
  const kernel = bell(rounded(6 * sigma + 1) | 1, sigma), half = kernel.length >> 1;
  let left = 0, sum = 0;
  for (let i = 0; i < half; i++) {
    const wanted = kernel[i] * 256 + left, near = rounded(wanted);
    kernel[i] = kernel[kernel.length - 1 - i] = near;
    left = wanted - near;
    sum += 2 * near;
  }
  kernel[half] = 256 - sum;
  const sums = convolved(bytes, kernel);
  return picture(bytes.width, bytes.height, mapped(sums, Uint8Array, (sum) => (sum + 0x8000) / 0x10000));
}

function disc(radius) {
  // cv2.MORPH_ELLIPSE: for each row, how far it reaches to either side
  return Array.from({ length: 2 * radius + 1 }, (_, i) =>
    rounded(Math.sqrt(radius * radius - (i - radius) ** 2)));
}

const square = (radius) => Array(2 * radius + 1).fill(radius);

function under({ width, height }, at, reach, look) {
  // each row of the element about a pixel, as far as it lies in the picture
  const radius = reach.length >> 1, x = at % width, y = (at - x) / width;
  for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
    const side = reach[v - y + radius];
    look(v * width + Math.max(0, x - side), v * width + Math.min(width - 1, x + side));
  }
}

function dilated(bytes, reach) {
  // the largest value under the element, whose rows reach so far to either side. Each pixel of ink
  // is spread, since most of a picture is paper
  const { width, height, data } = bytes, out = new data.constructor(data.length);
  for (let i = 0; i < data.length; i++) {
    const level = data[i];
    if (level) under(bytes, i, reach, (first, last) => {
      for (let k = first; k <= last; k++) if (out[k] < level) out[k] = level;
    });
  }
  return picture(width, height, out);
}

function eroded(bytes, reach) {
  // the smallest, which is 0 on paper
  const { width, height, data } = bytes, out = new data.constructor(data.length);
  for (let i = 0; i < data.length; i++) {
    let least = data[i];
    if (least) under(bytes, i, reach, (first, last) => {
      for (let k = first; k <= last; k++) if (data[k] < least) least = data[k];
    });
    out[i] = least;
  }
  return picture(width, height, out);
}

// ---------------------------------------------------------------- distance

const STRAIGHT = 65536, DIAGONAL = rounded(1.4 * 65536), KNIGHT = rounded(2.1969 * 65536);
const FORWARD = [
  [-1, -2, KNIGHT], [1, -2, KNIGHT], [-2, -1, KNIGHT], [-1, -1, DIAGONAL], [0, -1, STRAIGHT],
  [1, -1, DIAGONAL], [2, -1, KNIGHT], [-1, 0, STRAIGHT],
];

function distances({ width, data }) {
  // cv2.distanceTransform(DIST_L2, 5): Borgefors' chamfer distances in two passes, in 1/65536 of a
  // pixel. Two pixels of paper lie around the mask
  const far = mapped(data, Float64Array, (value) => (value ? Infinity : 0));
  const steps = FORWARD.map(([x, y]) => y * width + x), lengths = FORWARD.map((step) => step[2]);
  const nearer = (i, way) => {
    for (let k = 0; k < steps.length; k++) far[i] = Math.min(far[i], far[i + way * steps[k]] + lengths[k]);
  };
  for (let i = 0; i < far.length; i++) if (far[i]) nearer(i, 1);
  for (let i = far.length - 1; i >= 0; i--) if (far[i]) nearer(i, -1);
  return far;
}

// ---------------------------------------------------------------- other sizes

function resized(bytes, width, height, { tapsOf, add, row, pixel }) {
  // rows first, then columns: each new value is a sum of old ones, weighed
  const along = (data, wide, tall, taps, finish) => {
    const out = new Float64Array(taps.length * tall); // turned: columns lie as rows
    taps.forEach(({ first, weights }, i) => {
      for (let y = 0; y < tall; y++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum = add(sum, data[y * wide + first + k], weights[k]);
        out[i * tall + y] = finish(sum);
      }
    });
    return out;
  };
  const rows = along(bytes.data, bytes.width, bytes.height, tapsOf(bytes.width, width), row);
  // the turned rows of one column are one row now; turning them again puts them upright
  const out = along(rows, bytes.height, width, tapsOf(bytes.height, height), pixel);
  return picture(width, height, Uint8Array.from(out));
}

const upwards = (sum) => Math.min(255, Math.max(0, Math.floor(sum + 0.5)));
const plainly = { add: (sum, value, weight) => sum + value * weight, row: (sum) => sum, pixel: upwards };

// cv2.INTER_AREA, for smaller sizes: in single precision, as OpenCV adds
const byArea = {
  tapsOf(size, target) {
    const scale = size / target;
    return Array.from({ length: target }, (_, i) => {
      const from = i * scale, to = from + scale, cell = Math.min(scale, size - from);
      const end = Math.min(Math.floor(to), size - 1), start = Math.min(Math.ceil(from), end);
      const weights = Array(end - start).fill(1 / cell);
      const before = start - from > 1e-3, after = to - end > 1e-3;
      if (before) weights.unshift((start - from) / cell);
      if (after) weights.push(Math.min(to - end, 1, cell) / cell);
      return { first: start - before, weights: weights.map(Math.fround) };
    });
  },
  add: (sum, value, weight) => Math.fround(sum + Math.fround(value * weight)),
  row: (sum) => sum,
  pixel: byte,
};

const byHalves = { ...plainly, tapsOf: byArea.tapsOf }; // its short cut for exactly half the size

function smaller(bytes, width, height) {
  const halves = bytes.width === 2 * width && bytes.height === 2 * height;
  return resized(bytes, width, height, halves ? byHalves : byArea);
}

// cv2.INTER_CUBIC
const byCubic = {
  ...plainly,
  tapsOf(size, target) {
    return Array.from({ length: target }, (_, i) => {
      const place = ((i + 0.5) * size) / target - 0.5, start = Math.floor(place) - 1;
      const first = Math.max(0, start), last = Math.min(size - 1, start + 3);
      const weights = Array(last - first + 1).fill(0);
      for (let at = start; at < start + 4; at++) // beyond the edge is the edge
        weights[Math.min(last, Math.max(first, at)) - first] += cubic(at - place, -0.75);
      return { first, weights };
    });
  },
};

// Pillow's BICUBIC: reaches further where it makes smaller; weights in 1 / 2 ** 22, bytes between
const byPillow = {
  ...plainly,
  tapsOf(size, target) {
    const scale = size / target, wide = Math.max(1, scale), whole = 2 ** 22;
    if (scale === 1) return Array.from({ length: target }, (_, i) => ({ first: i, weights: [whole] }));
    return Array.from({ length: target }, (_, i) => {
      const centre = (i + 0.5) * scale;
      const first = Math.max(0, Math.trunc(centre - 2 * wide + 0.5));
      const last = Math.min(size, Math.trunc(centre + 2 * wide + 0.5));
      const exact = Array.from({ length: last - first }, (_, k) => cubic((first + k - centre + 0.5) / wide, -0.5));
      const sum = exact.reduce((a, b) => a + b);
      const weights = exact.map((weight) => Math.trunc((weight / sum) * whole + Math.sign(weight) / 2));
      return { first, weights };
    });
  },
  row: (sum) => upwards(sum / 2 ** 22),
  pixel: (sum) => upwards(sum / 2 ** 22),
};

function turned({ width, height, data }) {
  return picture(height, width, data.map((_, i) => data[(i % height) * width + Math.floor(i / height)]));
}

function resizedByPillow(bytes, width, height) {
  // columns first where that leaves less to do, by Pillow 13's measure
  const gone = bytes.height - height;
  if (gone <= 0 || gone <= 2 * (bytes.width - width)) return resized(bytes, width, height, byPillow);
  return turned(resized(turned(bytes), height, width, byPillow));
}

function cubic(distance, a) {
  // Keys' kernel
  const x = Math.abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

export {
  blurredBytes, blurredLevels, boxOf, byCubic, components, cropped, dilated, disc, distances, eroded, mapped,
  padded, percentile, picture, resized, resizedByPillow, rounded, smaller, square, STRAIGHT,
};
