// Where the page's worker begins. The phone is imported by a call: of what a worker is started with, Chromium keeps no
// compiled code, and compiles half a megabyte again each time.

// Where its code does not come, the page hears of it as of anything else that ends the worker.
const loaded = import("./worker-phone.ts").catch(reportError);

// The page sends the port that its calls come through. They wait in it.
addEventListener("message", async ({ ports: [port] }) => {
  const phone = await loaded;
  if (port) phone?.answerPage(port);
});
