// Where the demo begins: no app, but a page of this machine that shows two phones and plays the network between them.
import "../look/tokens.css";
import "../look/base.css";
import { createRoot } from "react-dom/client";
import { DemoPage } from "./demo-page.tsx";
import { Director } from "./director.ts";
import { HeldRows } from "./held-store.ts";
import { anna, ben, type DemoPhone } from "./phones.ts";
import { Remote } from "./remote.ts";
import { SmsNetwork } from "./sms-network.ts";

const network = new SmsNetwork();
network.carryForService();
const remoteOf = ({ number }: DemoPhone) =>
  new Remote({
    sealed: (sealed) => network.passSealed(number, sealed),
    touched: () => director.takeOver(),
  });
const annas = remoteOf(anna);
const bens = remoteOf(ben);
const director = new Director({ network, annas, bens });
createRoot(document.getElementById("app") as HTMLElement).render(
  <DemoPage
    network={network}
    held={new HeldRows()}
    director={director}
    annas={annas}
    bens={bens}
  />,
);
