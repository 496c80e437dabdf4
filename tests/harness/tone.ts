// Finds the loudest frequency in samples: what AnalyserNode does in the page, for Node.

/** Power of one frequency in the samples (Goertzel). */
function power(samples: Int16Array, hz: number, rate: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / rate);
  let [previous, before] = [0, 0];
  for (const sample of samples) {
    [previous, before] = [sample + coefficient * previous - before, previous];
  }
  return previous * previous + before * before - coefficient * previous * before;
}

export function loudestHz(samples: Int16Array, rate: number): number {
  let best = { hz: 0, power: -1 };
  for (let hz = 100; hz <= 3000; hz += 5) {
    const found = power(samples, hz, rate);
    if (found > best.power) best = { hz, power: found };
  }
  return best.hz;
}

export function energy(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += (sample / 32_768) ** 2;
  return Math.sqrt(sum / Math.max(1, samples.length));
}
