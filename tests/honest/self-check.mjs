// Whether the check can fail: good exchanges are broken in ways that nobody may overlook.
import { createHmac } from "node:crypto";

const BREAKS = {
  "a required field of an answer is left out": (exchange) => {
    if (exchange.kind !== "call" || exchange.path.includes("graphql") || exchange.status >= 300) return undefined;
    return changed(exchange, "response", (body) => {
      const target = Array.isArray(body) ? body[0] : body;
      const name = ["id", "sha", "token", "total_count", "merge_base_commit"].find((one) => target && one in target);
      if (name) delete target[name];
      return Boolean(name);
    });
  },
  "a field of an answer has another type": (exchange) => {
    if (exchange.kind !== "call" || exchange.path.includes("graphql") || exchange.status >= 300) return undefined;
    return changed(exchange, "response", (body) => {
      const target = Array.isArray(body) ? body[0] : body;
      const name = Object.keys(target ?? {}).find((one) => typeof target[one] === "string");
      if (name) target[name] = 7;
      return Boolean(name);
    });
  },
  "a request has a parameter that is none": (exchange) => {
    if (!isOurs(exchange) || exchange.path.includes("graphql")) return undefined;
    return { ...exchange, path: `${exchange.path}${exchange.path.includes("?") ? "&" : "?"}recursiv=1` };
  },
  "a request has a field that is none": (exchange) => {
    if (!isOurs(exchange) || exchange.path.includes("graphql") || !exchange.request) return undefined;
    return changed(exchange, "request", (body) => {
      body.repositorys = ["one"];
      return true;
    });
  },
  "a query asks for a field that is none": (exchange) => {
    if (!exchange.path?.includes("graphql") || exchange.status !== 200) return undefined;
    return changed(exchange, "request", (body) => {
      body.query = body.query.replace("databaseId", "databaseNumber");
      return body.query.includes("databaseNumber");
    });
  },
  "an answer to a query tells null where something must be": (exchange) => {
    if (!exchange.path?.includes("graphql") || exchange.status !== 200) return undefined;
    return changed(exchange, "response", (body) => {
      if (!body.data?.repository || !("nameWithOwner" in body.data.repository)) return false;
      body.data.repository.nameWithOwner = null;
      return true;
    });
  },
  "a required field of a webhook is left out": (exchange) => {
    if (exchange.kind !== "webhook" || exchange.headers["content-type"] !== "application/json") return undefined;
    // Of a ping GitHub requires nothing.
    if (exchange.headers["x-github-event"] === "ping") return undefined;
    const less = changed(exchange, "body", (body) => {
      const name = ["repository", "installation"].find((one) => one in body);
      if (name) delete body[name];
      return Boolean(name);
    });
    return less && signed(less);
  },
  "a byte of a webhook is not the one that was signed": (exchange) => {
    if (exchange.kind !== "webhook" || exchange.headers["content-type"] !== "application/json") return undefined;
    return { ...exchange, body: `${exchange.body} ` };
  },
  "a webhook comes without its signature": (exchange) => {
    if (exchange.kind !== "webhook") return undefined;
    return { ...exchange, headers: { ...exchange.headers, "x-hub-signature-256": "" } };
  },
};

// How many of the good ones were broken, and which of them `judge` did not notice.
export async function missed(good, judge) {
  const result = { tried: 0, missed: [] };
  const unused = new Set(Object.keys(BREAKS));
  for (const exchange of good) {
    for (const [name, break_] of Object.entries(BREAKS)) {
      const broken = break_(exchange);
      if (!broken) continue;
      unused.delete(name);
      result.tried += 1;
      const { problems } = await judge(broken);
      if (problems.length === 0) result.missed.push(`${name} (${exchange.place})`);
    }
  }
  result.missed.push(...[...unused].map((name) => `${name}: there was nothing to try it on`));
  return result;
}

function signed(webhook) {
  const signature = `sha256=${createHmac("sha256", webhook.secret).update(webhook.body).digest("hex")}`;
  return { ...webhook, headers: { ...webhook.headers, "x-hub-signature-256": signature } };
}

function isOurs(exchange) {
  return exchange.kind === "call" && exchange.agent?.includes("dotcursor/");
}

// `change` says whether there was something to change.
function changed(exchange, part, change) {
  let body;
  try {
    body = JSON.parse(exchange[part]);
  } catch {
    return undefined;
  }
  return change(body) ? { ...exchange, [part]: JSON.stringify(body) } : undefined;
}
