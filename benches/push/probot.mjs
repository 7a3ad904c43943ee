// A Probot App that takes pushes and does nothing with them, on the port and with the secret of the environment.
import { generateKeyPairSync } from "node:crypto";
import { Probot, Server } from "probot";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const server = new Server({
  host: "127.0.0.1",
  port: Number(process.env.PORT),
  webhookPath: "/webhooks/github",
  // Its log line for each request is left out, in its favour.
  Probot: Probot.defaults({ appId: 1, privateKey, secret: process.env.WEBHOOK_SECRET, logLevel: "error" }),
});
await server.load((app) => app.on("push", () => {}));
await server.start();
