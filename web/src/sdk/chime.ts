/** Three notes of a major chord, upwards, in hertz. */
const NOTES = [523.25, 659.25, 783.99];
const NOTE_S = 0.22;

/** Plays three notes through the chosen speaker, made here: no sound file has to come first. Resolves at their end. */
export async function playChime(speaker: string): Promise<void> {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  const element = new Audio();
  element.srcObject = out.stream;
  try {
    // Where the browser cannot choose a speaker, it plays on the system's.
    if (speaker !== '' && 'setSinkId' in element) await element.setSinkId(speaker).catch(() => undefined);
    await element.play();
    NOTES.forEach((hertz, i) => {
      const at = context.currentTime + 0.05 + i * NOTE_S;
      const note = context.createOscillator();
      const gain = context.createGain();
      note.frequency.value = hertz;
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(0.25, at + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.001, at + 2 * NOTE_S);
      note.connect(gain).connect(out);
      note.start(at);
      note.stop(at + 2 * NOTE_S);
    });
    await new Promise((resolve) => setTimeout(resolve, (NOTES.length + 2) * NOTE_S * 1000));
  } finally {
    element.srcObject = null;
    await context.close();
  }
}
