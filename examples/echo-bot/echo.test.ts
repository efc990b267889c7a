// The bot and somebody who writes to it, at a service that is only pretended: no server, and no SMS.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadMls, openProfile, type PhoneNumber, type Profile, parseNumber } from "@assent/client";
import { MemoryStore, PretendedService } from "@assent/client/testing";
import { echoAll } from "./echo.ts";

const [botsNumber, annasNumber] = [parseNumber("+4915123456789"), parseNumber("+33612345678")];

test("who writes to the bot is answered with the same", async (context) => {
  const service = await PretendedService.start();
  const [bot, anna] = await Promise.all([phone(service, botsNumber), phone(service, annasNumber)]);
  const ending = new AbortController();
  const echoing = echoAll(bot, ending.signal);
  context.after(async () => {
    ending.abort();
    await echoing;
    await Promise.all([bot.close(), anna.close()]);
  });
  await anna.texts.send(botsNumber, "Is anybody there?");
  for await (const event of anna.events({ signal: context.signal })) {
    if (event.type !== "message") continue;
    assert.deepEqual([event.text.number, event.text.text], [botsNumber, "Is anybody there?"]);
    break;
  }
});

async function phone(service: PretendedService, number: PhoneNumber): Promise<Profile> {
  const profile = await openProfile({
    store: new MemoryStore(),
    network: service.network(),
    encryption: await loadMls(),
    now: Date.now,
  });
  await profile.account.turnOn(number, service.url, ["service"]);
  await profile.account.verify(service.codeOf(number));
  return profile;
}
