// Reads the code of a safety number by the camera: each picture is looked at here, and the next one takes its place.

// As protocol's safetyNumberOf gives them; any other code that comes before the camera is somebody else's business.
const safetyNumber = /^\d{60}$/;
const betweenPicturesMs = 100;
// Enough for a code on a screen, and quick on a cheap phone.
const longestSide = 640;

/** Whether there is one, as far as a page is told that was not given it yet. */
export async function hasCamera(): Promise<boolean> {
  // Missing where the page did not come by HTTPS or the loopback.
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.some(({ kind }) => kind === "videoinput");
}

/**
 * Turns the camera on, shows what it sees, and resolves to the first safety number in it; the camera is off by then.
 * @throws what the browser says where it gives no camera, and the signal's reason.
 */
export async function readSafetyNumber(
  video: HTMLVideoElement,
  signal: AbortSignal,
): Promise<string> {
  const { default: decodeQR } = await import("qr/decode.js");
  const camera = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment" },
  });
  try {
    signal.throwIfAborted();
    video.srcObject = camera;
    await video.play();
    for (;;) {
      const read = codeIn(pictureOf(video), decodeQR);
      if (read !== undefined && safetyNumber.test(read)) return read;
      await new Promise((resolve) => setTimeout(resolve, betweenPicturesMs));
      signal.throwIfAborted();
    }
  } finally {
    for (const track of camera.getTracks()) track.stop();
    video.srcObject = null;
  }
}

function pictureOf(video: HTMLVideoElement): ImageData {
  const { videoWidth, videoHeight } = video;
  const scale = Math.min(1, longestSide / Math.max(videoWidth, videoHeight));
  const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
  const drawing = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!drawing) throw new Error("No picture can be drawn here.");
  drawing.drawImage(video, 0, 0, width, height);
  return drawing.getImageData(0, 0, width, height);
}

/** Undefined for a picture without a code that can be read. */
function codeIn(picture: ImageData, decode: (picture: ImageData) => string): string | undefined {
  try {
    return decode(picture);
  } catch {
    return undefined;
  }
}
