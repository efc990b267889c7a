// The Messaging app as files: `/` is its page, and everything else what the build put beside it. The app says where it
// is in the fragment, which never reaches a server, so no other path is the page.
import { existsSync } from "node:fs";
import { join, sep } from "node:path";
import { fastifyStatic } from "@fastify/static";
import type { FastifyInstance, FastifyPluginAsync } from "fastify";
import type { Log } from "../log.ts";
import { isFromThisMachine } from "../this-machine.ts";
import { demoOrigin, framingOfPage, framingOfPhone, isDemoPage } from "./demo.ts";
import { noFraming, securityHeaders } from "./security-headers.ts";

export interface AppParts {
  /** What the build made; absolute. It may be missing. */
  readonly directory: string;
  /** Only beside the fake SMS transport, whose messages the demo shows. */
  readonly withDemo: boolean;
  readonly log: Log;
}

const demoPath = "/demo";
const demoFile = "demo.html";

/** The path of the demo, where there is one. */
export async function serveApp(
  http: FastifyInstance,
  { directory, withDemo, log }: AppParts,
): Promise<string | undefined> {
  if (!existsSync(join(directory, "index.html"))) {
    log.warn("the Messaging app is not built: npm run build");
    return;
  }
  const hasDemo = withDemo && existsSync(join(directory, demoFile));
  // In a scope of its own: the policy is for these files alone.
  const files: FastifyPluginAsync = async (scope) => {
    await serveFiles(scope, directory, hasDemo);
    if (hasDemo) serveDemo(scope);
  };
  await http.register(files);
  return hasDemo ? demoPath : undefined;
}

async function serveFiles(scope: FastifyInstance, directory: string, hasDemo: boolean) {
  scope.addHook("onRequest", async ({ headers }, reply) => {
    reply.headers(securityHeaders(hasDemo ? framingOfPhone(headers.host) : noFraming));
  });
  await scope.register(fastifyStatic, {
    root: directory,
    dotfiles: "ignore",
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => void reply.header("cache-control", cachingOf(directory, path)),
    allowedPath: (path, _root, { routeOptions }) =>
      routeOptions.url === demoPath || isForAnyone(path),
  });
}

function serveDemo(scope: FastifyInstance): void {
  scope.get(demoPath, (request, reply) => {
    if (!isFromThisMachine(request)) return reply.code(404).send();
    const { host, "sec-fetch-mode": mode } = request.headers;
    // Only under its own name can the page show its phones. What is no browser may not find that name.
    if (mode === "navigate" && !isDemoPage(host)) {
      return reply.redirect(demoOrigin(host) + demoPath);
    }
    return reply.headers(securityHeaders(framingOfPage(host))).sendFile(demoFile);
  });
}

/** The demo has a path of its own, and what is compressed goes out under the name of what it is. */
function isForAnyone(path: string): boolean {
  return path !== `/${demoFile}` && !/\.(?:br|gz)$/.test(path);
}

/** Names in assets/ hold a hash of what is in them. All else is asked for again, cheaply: see the ETag. */
function cachingOf(directory: string, path: string): string {
  const isNamedByContent = path.startsWith(join(directory, "assets") + sep);
  return isNamedByContent ? "public, max-age=31536000, immutable" : "no-cache";
}
