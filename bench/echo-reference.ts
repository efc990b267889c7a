// The floor to compare with: a bare `ws` server that sends every frame back, with the same corked writes.
import { WebSocketServer } from "ws";

const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
server.on("connection", (socket, request) => {
  let corked = false;
  socket.on("message", (frame) => {
    if (!corked) {
      corked = true;
      request.socket.cork();
      setImmediate(() => {
        corked = false;
        request.socket.uncork();
      });
    }
    socket.send(frame);
  });
});
server.on("listening", () => {
  const address = server.address();
  if (typeof address === "object" && address) console.log(`ready ws://127.0.0.1:${address.port}`);
});
process.once("SIGTERM", () => process.exit(0));
