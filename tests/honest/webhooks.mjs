// Webhooks of the stand-in: held against GitHub's schemas, and given to Octokit's own receiver.
import { createWebMiddleware, Webhooks } from "@octokit/webhooks";
import { Schemas } from "./schemas.mjs";

// What is refused is told by its findings.
const QUIET = { debug() {}, info() {}, warn() {}, error() {} };

export class SentWebhooks {
  constructor(document) {
    this.schemas = new Schemas(document);
  }

  // `push`, or `installation-created`.
  key(event, payload) {
    const key = payload.action ? `${event}-${payload.action}` : event;
    return key.replaceAll("_", "-");
  }

  async problems(webhook) {
    const { headers } = webhook;
    const text = headers["content-type"] === "application/json" ? webhook.body : new URLSearchParams(webhook.body).get("payload");
    const payload = JSON.parse(text);
    const key = this.key(headers["x-github-event"], payload);
    const described = this.schemas.document.webhooks[key]?.post;
    if (!described) return [`${key}: GitHub describes no such webhook`];
    const [media] = Object.keys(described.requestBody.content);
    const path = ["webhooks", key, "post", "requestBody", "content", media, "schema"];
    const required = described.parameters.filter((one) => one.required).map((one) => one.name.toLowerCase());
    if (webhook.edition === "enterprise-server") required.push("x-github-enterprise-version", "x-github-enterprise-host");
    return [
      ...required.filter((name) => !headers[name]).map((name) => `header ${name} is required`),
      ...this.schemas.problems(path, payload),
      ...this.schemas.unknownFields(described.requestBody.content[media].schema, payload).map((field) => `${field} is not described`),
      ...(await this.received(webhook, text, payload)),
    ].map((problem) => `webhook ${key} ${problem}`);
  }

  // Whether Octokit takes it: the signature fits the bytes, and the payload arrives.
  async received({ headers, secret, body }, text, payload) {
    const webhooks = new Webhooks({ secret, log: QUIET });
    if (headers["content-type"] !== "application/json") {
      const fits = await webhooks.verify(body, headers["x-hub-signature-256"]);
      return fits ? [] : ["Octokit refuses its signature"];
    }
    let arrived;
    webhooks.onAny((event) => {
      arrived = event;
    });
    const receive = createWebMiddleware(webhooks, { path: "/", log: QUIET });
    const answer = await receive(new Request("http://receiver/", { method: "POST", headers, body: text }));
    if (answer.status !== 200) return [`Octokit answers ${answer.status}: ${await answer.text()}`];
    const whole = arrived?.id === headers["x-github-delivery"] && JSON.stringify(arrived.payload) === JSON.stringify(payload);
    return whole ? [] : ["Octokit receives something else"];
  }
}
