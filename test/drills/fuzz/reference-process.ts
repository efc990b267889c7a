// The reference of the fuzz drill: a process that answers at once and does nothing else. How long its answers take is the
// machine's doing.
process.on("message", (message) => process.send?.(message));
process.on("disconnect", () => process.exit(0));
