// GET /demo/held: the rows of the service's own store, for the demo to show how little there is. For development: there beside
// the fake SMS transport alone, and for this machine alone.
import type { FastifyInstance } from "fastify";
import { isFromThisMachine } from "../this-machine.ts";
import type { HeldStore } from "./store.ts";

export function serveHeld(http: FastifyInstance, held: HeldStore): void {
  http.get("/demo/held", async (request, reply) => {
    if (!isFromThisMachine(request)) return reply.code(404).send();
    return reply.send(await held.tables());
  });
}
