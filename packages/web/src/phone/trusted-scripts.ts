// The one place that vouches for script addresses (Trusted Types): those the build wrote, of this origin.

const policy = globalThis.trustedTypes?.createPolicy("assent", {
  createScriptURL: (url) => {
    if (new URL(url, location.href).origin !== location.origin) throw new TypeError("not ours");
    return url;
  },
});

/** @param url from the build. */
export function scriptUrl(url: string): string | URL {
  // The DOM's types do not know trusted ones yet where a URL is expected.
  return (policy?.createScriptURL(url) as unknown as string | undefined) ?? url;
}
