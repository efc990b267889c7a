// What an hour of texts leaves in memory: the page's and the phone's own, after collecting what nobody needs.
import type { CDPSession } from "playwright-core";
import type { Figure } from "../scale.ts";
import { PhonePair } from "./phone-pair.ts";
import type { WebBench } from "./web-bench.ts";

const pairNumber = 2;
// Fewer than a mailbox keeps for one sender.
const atOnce = 100;

export async function measureMemory(bench: WebBench): Promise<Figure[]> {
  const { hourOfTexts } = bench.parts.scale;
  const phones = await PhonePair.start(bench, pairNumber);
  try {
    const heaps = await Heaps.of(await phones.page.context().newCDPSession(phones.page));
    const before = await heaps.megabytes();
    bench.parts.progress(`  ${hourOfTexts} texts`);
    const start = performance.now();
    for (let text = 1; text <= hourOfTexts; text += 1) {
      await phones.text();
      if (text % atOnce === 0 || text === hourOfTexts) await phones.allShown();
    }
    const seconds = (performance.now() - start) / 1_000;
    const after = await heaps.megabytes();
    await phones.box.press("Escape");
    await phones.page.getByRole("log").waitFor({ state: "detached" });
    const closed = await heaps.megabytes();
    const of = (name: string, value: number): Figure => ({ name, value, unit: "MB" });
    return [
      of("heap of the page, thread open", before.page),
      of(`  after ${hourOfTexts} texts came and were shown`, after.page),
      { name: "  ratio", value: after.page / before.page, unit: "×", reach: "≤ 1.5" },
      of("  and the thread was closed", closed.page),
      of("heap of the phone's worker", before.worker),
      of(`  after ${hourOfTexts} texts came`, after.worker),
      { name: "  texts sent, received and shown", value: hourOfTexts / seconds, unit: "texts/s" },
    ];
  } finally {
    await phones.close();
  }
}

interface Megabytes {
  readonly page: number;
  readonly worker: number;
}

/** The heaps of a page and of its worker, over one session: Playwright gives none for workers. */
class Heaps {
  readonly #page: CDPSession;
  readonly #worker: string;
  #lastId = 0;

  private constructor(page: CDPSession, worker: string) {
    this.#page = page;
    this.#worker = worker;
  }

  static async of(page: CDPSession): Promise<Heaps> {
    const attached = new Promise<string>((resolve) => {
      page.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
        if (targetInfo.type === "worker") resolve(sessionId);
      });
    });
    const options = { autoAttach: true, waitForDebuggerOnStart: false, flatten: false };
    await page.send("Target.setAutoAttach", options);
    return new Heaps(page, await attached);
  }

  async megabytes(): Promise<Megabytes> {
    await this.#page.send("HeapProfiler.collectGarbage");
    await this.#askWorker("HeapProfiler.collectGarbage");
    const page = await this.#page.send("Runtime.getHeapUsage");
    const worker = (await this.#askWorker("Runtime.getHeapUsage")) as typeof page;
    return { page: page.usedSize / 1e6, worker: worker.usedSize / 1e6 };
  }

  #askWorker(method: string): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answered = new Promise<unknown>((resolve) => {
      const hear = ({ message }: { message: string }) => {
        const answer = JSON.parse(message) as { id?: number; result?: unknown };
        if (answer.id !== id) return;
        this.#page.off("Target.receivedMessageFromTarget", hear);
        resolve(answer.result);
      };
      this.#page.on("Target.receivedMessageFromTarget", hear);
    });
    const message = JSON.stringify({ id, method });
    return this.#page
      .send("Target.sendMessageToTarget", { sessionId: this.#worker, message })
      .then(() => answered);
  }
}
