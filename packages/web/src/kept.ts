// What this browser keeps of the owner's choices, beside the phone. Where it lets a page keep nothing, as with all site data
// blocked, to look for it throws: choices hold for this page then, and the screens come up to say what is wrong.

const ofThisPage = new Map<string, string>();

export function kept(key: string): string | null {
  const here = ofThisPage.get(key);
  if (here !== undefined) return here;
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
    ofThisPage.delete(key);
  } catch {
    ofThisPage.set(key, value);
  }
}

export function forget(key: string): void {
  ofThisPage.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
}
