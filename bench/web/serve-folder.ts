// The service as a process of its own, with another folder in the place of the app: `serve-folder.ts FOLDER DATA`.
import { once } from "node:events";
import { readConfig, startServer } from "@assent/server";

const [appDirectory, data] = process.argv.slice(2);
const options = { appDirectory, data, port: 0, sms: "fake", logLevel: "warn" };
const server = await startServer(readConfig(options, {}));
console.log(`ready ${server.origin}`);
await once(process, "SIGTERM");
await server.close();
