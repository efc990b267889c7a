// Loaded into a service's process before all else: so much more time has passed than on the machine, by the clock on the
// wall and by how long the machine has been up, as its environment says. Nothing but a service that a test starts loads this.
import os from "node:os";

const aheadMs = Number(process.env["ASSENT_TEST_CLOCK_AHEAD_MS"]);
const machineNow = Date.now;
Date.now = () => machineNow() + aheadMs;
const machineUptime = os.uptime;
os.uptime = () => machineUptime() + aheadMs / 1_000;
