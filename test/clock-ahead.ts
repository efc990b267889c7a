// Loaded into a service's process before all else: its clock is ahead of the machine's by as much as its environment
// says. Nothing but a service that a test starts loads this.
const aheadMs = Number(process.env["ASSENT_TEST_CLOCK_AHEAD_MS"]);
const machineNow = Date.now;
Date.now = () => machineNow() + aheadMs;
