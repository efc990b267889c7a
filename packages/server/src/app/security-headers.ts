// What a browser may do with the Messaging app, and others with it: the whole policy. It starts from nothing; each
// thing that is allowed says why.

/** Origins, such as http://127.0.0.1:8080. */
export interface Framing {
  /** Which pages this one may show in frames. */
  readonly frames: readonly string[];
  /** Which pages may show this one in a frame. */
  readonly framedBy: readonly string[];
}

export const noFraming: Framing = { frames: [], framedBy: [] };

/** For documents and scripts alike: a worker is under the policy that came with its own script. */
export function securityHeaders(framing: Framing): Readonly<Record<string, string>> {
  return {
    "content-security-policy": contentSecurityPolicy(framing),
    "permissions-policy": permissionsPolicy,
    // No window that opened the app, or that it opened, can reach into it, and no other site can load parts of it.
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
}

function contentSecurityPolicy({ frames, framedBy }: Framing): string {
  const directives: Readonly<Record<string, readonly string[]>> = {
    "default-src": none,
    // libsodium, which blinds the numbers that are looked up, is WebAssembly. This lets no text become code.
    "script-src": [own, "'wasm-unsafe-eval'"],
    "style-src": [own],
    // Faces, QR codes and received pictures are made on the device.
    "img-src": [own, "data:", "blob:"],
    // The service itself, mailbox sockets included, and nobody else: what is read here cannot be sent elsewhere.
    "connect-src": [own],
    "manifest-src": [own],
    // The store and the cryptography run in workers; the service worker keeps the app for when there is no network.
    "worker-src": [own],
    "font-src": none,
    "frame-src": orNone(frames),
    "base-uri": none,
    "form-action": none,
    "frame-ancestors": orNone(framedBy),
    // Text becomes a script's address only in the app's one policy, which allows its own worker scripts.
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["assent"],
  };
  return Object.entries(directives)
    .map(([name, values]) => `${name} ${values.join(" ")}`)
    .join("; ");
}

const own = "'self'";
const none = ["'none'"];

function orNone(origins: readonly string[]): readonly string[] {
  return origins.length > 0 ? origins : none;
}

// Denied to the app itself and to all it might frame. Not named, because the app uses them: writing to the clipboard,
// and filling in the code from an SMS. The camera reads the other person's code, and the lock of the app asks the device who its
// owner is: both are nobody else's.
const permissionsPolicy = [
  ...["accelerometer", "autoplay", "browsing-topics", "clipboard-read"],
  ...["display-capture", "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope"],
  ...["hid", "identity-credentials-get", "idle-detection", "keyboard-map", "local-fonts"],
  ...["magnetometer", "microphone", "midi", "payment", "picture-in-picture"],
  ...["screen-wake-lock", "serial", "storage-access", "usb", "window-management"],
  ...["xr-spatial-tracking"],
]
  .map((feature) => `${feature}=()`)
  .concat("camera=(self)")
  .concat("publickey-credentials-create=(self)", "publickey-credentials-get=(self)")
  .join(", ");
