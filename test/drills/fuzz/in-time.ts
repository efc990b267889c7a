// Ends a wait for what does not come.

export async function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timeout = setTimeout(() => late.reject(new Error("no answer came in 30 s")), 30_000);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timeout);
  }
}
