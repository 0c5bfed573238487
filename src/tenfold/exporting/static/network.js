// The network: steps that tenfold/exporting/graph.py has written, over arrays of one tile each.

const BLOCK = 4; // rows of weights and of patches that are multiplied at once: sixteen sums in registers

function networkOf({ steps, sizes, weights, outputs }, bytes) {
  // a function from a tile uint8 [28 * 28] to { probabilities, is_digit }
  const values = sizes.map((size) => new Float32Array(size));
  const constants = weights.map((weight) => decoded(bytes, weight));
  const program = steps.map(({ op, from, to, weights: used = [], ...rest }) =>
    operations[op](values[to], from.map((place) => values[place]), used.map((i) => constants[i]), rest));
  return (tile) => {
    values[0].set(tile);
    for (const step of program) step();
    return { probabilities: [...values[outputs[0]]], is_digit: values[outputs[1]][0] };
  };
}

function decoded(bytes, { at, count, half }) {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const numbers = new Float32Array(count); // plain loops: Float32Array.from takes ten times as long
  for (let i = 0; i < count; i++)
    numbers[i] = half ? single(view.getUint16(2 * i, true)) : view.getFloat32(4 * i, true);
  return numbers;
}

function single(half) {
  // IEEE 754 half precision to a number; weights are finite
  const sign = half & 0x8000 ? -1 : 1, exponent = (half >> 10) & 31, fraction = half & 1023;
  return exponent ? sign * (1 + fraction / 1024) * 2 ** (exponent - 15) : sign * fraction * 2 ** -24;
}

function bytesOf(base64) {
  const letters = atob(base64), bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

// each: (out, [inputs], [weights], attributes) to a function that fills `out`
const operations = {
  conv: convolution,
  linear: (out, [x], [weight, bias]) => {
    const multiply = multiplication(weight, out.length, x.length, 1);
    return () => {
      multiply.patches.set(x);
      multiply.into(out, bias);
    };
  },
  pool: pooling,
  relu: (out, [x]) => () => {
    for (let i = 0; i < out.length; i++) out[i] = x[i] > 0 ? x[i] : 0;
  },
  sigmoid: (out, [x]) => () => {
    for (let i = 0; i < out.length; i++) out[i] = 1 / (1 + Math.exp(-x[i]));
  },
  log: (out, [x]) => () => {
    for (let i = 0; i < out.length; i++) out[i] = Math.log(x[i]);
  },
  add: (out, [x, y]) => () => {
    for (let i = 0; i < out.length; i++) out[i] = x[i] + y[i];
  },
  scale: (out, [x], _, { by, plus }) => () => {
    for (let i = 0; i < out.length; i++) out[i] = x[i] * by + plus;
  },
  channels: (out, [x], [by, plus]) => () => {
    const area = out.length / by.length;
    for (let i = 0; i < out.length; i++) {
      const channel = Math.floor(i / area);
      out[i] = x[i] * by[channel] + plus[channel];
    }
  },
  softmax: (out, [x], _, { size }) => () => {
    for (let row = 0; row < out.length; row += size) {
      const some = x.subarray(row, row + size), most = Math.max(...some);
      const shares = some.map((value) => Math.exp(value - most));
      const sum = shares.reduce((a, b) => a + b);
      out.set(shares.map((share) => share / sum), row);
    }
  },
  mean: (out, [x], _, { count, inner }) => () => {
    for (let i = 0; i < out.length; i++) {
      const first = Math.floor(i / inner) * inner * count + (i % inner);
      let sum = 0;
      for (let k = 0; k < count; k++) sum += x[first + k * inner];
      out[i] = sum / count;
    }
  },
  pick: (out, [x], _, { places }) => () => {
    for (let i = 0; i < out.length; i++) out[i] = x[places[i]];
  },
  join: (out, inputs) => () => {
    let at = 0;
    for (const x of inputs) {
      out.set(x, at);
      at += x.length;
    }
  },
  constant: (out, _, [value]) => () => out.set(value),
};

function multiplication(weight, rows, size, count) {
  // weight [rows, size] times patches [count, size], both filled up to whole blocks
  const up = (n) => Math.ceil(n / BLOCK) * BLOCK;
  const filled = new Float32Array(up(rows) * size), patches = new Float32Array(up(count) * size);
  filled.set(weight);
  const sums = new Float32Array(up(rows) * up(count)), stride = up(count);
  const into = (out, bias) => {
    multiplied(filled, patches, sums, up(rows), stride, size);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < count; i++) out[row * count + i] = sums[row * stride + i] + bias[row];
  };
  return { patches, into };
}

function multiplied(a, b, sums, rows, columns, size) {
  for (let row = 0; row < rows; row += 4)
    for (let column = 0; column < columns; column += 4) {
      let s00 = 0, s01 = 0, s02 = 0, s03 = 0, s10 = 0, s11 = 0, s12 = 0, s13 = 0;
      let s20 = 0, s21 = 0, s22 = 0, s23 = 0, s30 = 0, s31 = 0, s32 = 0, s33 = 0;
      const a0 = row * size, a1 = a0 + size, a2 = a1 + size, a3 = a2 + size;
      const b0 = column * size, b1 = b0 + size, b2 = b1 + size, b3 = b2 + size;
      for (let k = 0; k < size; k++) {
        const p0 = a[a0 + k], p1 = a[a1 + k], p2 = a[a2 + k], p3 = a[a3 + k];
        const q0 = b[b0 + k], q1 = b[b1 + k], q2 = b[b2 + k], q3 = b[b3 + k];
        s00 += p0 * q0; s01 += p0 * q1; s02 += p0 * q2; s03 += p0 * q3;
        s10 += p1 * q0; s11 += p1 * q1; s12 += p1 * q2; s13 += p1 * q3;
        s20 += p2 * q0; s21 += p2 * q1; s22 += p2 * q2; s23 += p2 * q3;
        s30 += p3 * q0; s31 += p3 * q1; s32 += p3 * q2; s33 += p3 * q3;
      }
      const first = row * columns + column;
      sums.set([s00, s01, s02, s03], first);
      sums.set([s10, s11, s12, s13], first + columns);
      sums.set([s20, s21, s22, s23], first + 2 * columns);
      sums.set([s30, s31, s32, s33], first + 3 * columns);
    }
}

function convolution(out, [x], [weight, bias], { input, output, kernel, strides, pads }) {
  // each patch under the kernel as a row, then one multiplication
  const [channels, high, wide] = input, [count, tall, broad] = output, [rows, columns] = kernel;
  const size = channels * rows * columns, multiply = multiplication(weight, count, size, tall * broad);
  const { patches } = multiply;
  return () => {
    for (let y = 0, at = 0; y < tall; y++)
      for (let u = 0; u < broad; u++)
        for (let channel = 0; channel < channels; channel++)
          for (let v = 0; v < rows; v++) {
            const row = y * strides[0] - pads[0] + v, first = u * strides[1] - pads[1];
            const inside = row >= 0 && row < high, start = (channel * high + row) * wide;
            for (let k = first; k < first + columns; k++)
              patches[at++] = inside && k >= 0 && k < wide ? x[start + k] : 0;
          }
    multiply.into(out, bias);
  };
}

function pooling(out, [x], _, { input, output, kernel, strides, pads, average, padding }) {
  // the largest or the mean of what is under the kernel; `padding` counts as zeros, but not what
  // lies beyond it
  const [channels, high, wide] = input, [, tall, broad] = output;
  return () => {
    for (let channel = 0, at = 0; channel < channels; channel++)
      for (let y = 0; y < tall; y++)
        for (let u = 0; u < broad; u++, at++) {
          const top = y * strides[0] - pads[0], left = u * strides[1] - pads[1];
          const bottom = Math.min(top + kernel[0], high + pads[2]);
          const right = Math.min(left + kernel[1], wide + pads[3]);
          let most = -Infinity, sum = 0, count = 0;
          for (let v = Math.max(0, top); v < Math.min(bottom, high); v++)
            for (let k = Math.max(0, left); k < Math.min(right, wide); k++) {
              const value = x[(channel * high + v) * wide + k];
              most = Math.max(most, value);
              sum += value;
              count += 1;
            }
          out[at] = average ? sum / (padding ? (bottom - top) * (right - left) : count) : most;
        }
  };
}

export { bytesOf, networkOf };
