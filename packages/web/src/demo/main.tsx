// Where the demo begins: no app, but a page of this machine that shows two phones and plays the network between them.
import "../look/tokens.css";
import "../look/base.css";
import { createRoot } from "react-dom/client";
import { DemoPage } from "./demo-page.tsx";
import { SmsNetwork } from "./sms-network.ts";

const network = new SmsNetwork();
network.carryForService();
createRoot(document.getElementById("app") as HTMLElement).render(<DemoPage network={network} />);
