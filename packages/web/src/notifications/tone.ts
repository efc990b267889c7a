// A short tone, made here: no file is fetched for it. Before the first tap on the page a browser lets it be silent.

const secondsLong = 0.28;

export function playTone(): void {
  const context = new AudioContext();
  const loudness = new GainNode(context, { gain: 0 });
  loudness.connect(context.destination);
  const end = context.currentTime + secondsLong;
  loudness.gain.setValueAtTime(0.0001, context.currentTime);
  loudness.gain.exponentialRampToValueAtTime(0.12, context.currentTime + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.0001, end);
  // A fifth upwards.
  const pitch = new OscillatorNode(context, { frequency: 587.33 });
  pitch.frequency.setValueAtTime(880, context.currentTime + 0.1);
  pitch.connect(loudness);
  pitch.addEventListener("ended", () => void context.close());
  pitch.start();
  pitch.stop(end);
}
