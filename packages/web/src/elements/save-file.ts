// Hands the owner a file. It is made on the device and goes nowhere but where they put it.

export function saveFile(name: string, type: string, parts: readonly string[]): void {
  const url = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Once the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** 2026-05-03, for names of files that people sort. */
export function dateForFile(at: Date): string {
  return at.toISOString().slice(0, 10);
}
