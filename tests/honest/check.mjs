// Holds what was recorded against what GitHub has published: node check.mjs FOLDER
//
// First it breaks some of what it was given, and has to find that; then it tells all that is wrong with the rest.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { GraphQl } from "./graphql.mjs";
import { exchanges } from "./recording.mjs";
import { Rest } from "./rest.mjs";
import { missed } from "./self-check.mjs";
import { SentWebhooks } from "./webhooks.mjs";

// What has to be among what was recorded: else something was not looked at.
const EXPECTED = {
  "github.com": [
    "POST /app/installations/{installation_id}/access_tokens",
    "GET /app/installations",
    "GET /app/installations/{installation_id}",
    "GET /app/hook/deliveries",
    "POST /app/hook/deliveries/{delivery_id}/attempts",
    "GET /installation/repositories",
    "GET /repos/{owner}/{repo}",
    "GET /repos/{owner}/{repo}/git/trees/{tree_sha}",
    "GET /repos/{owner}/{repo}/git/blobs/{file_sha}",
    "GET /repos/{owner}/{repo}/compare/{basehead}",
    "GET /repos/{owner}/{repo}/commits/{ref}/check-runs",
    "POST /repos/{owner}/{repo}/check-runs",
    "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
    "GET /user",
    "GET /user/installations",
    "GET /user/installations/{installation_id}/repositories",
    "graphql",
    "push",
    "installation-deleted",
    "installation-suspend",
    "installation-unsuspend",
    "installation-new-permissions-accepted",
    "installation-repositories-added",
    "installation-repositories-removed",
    "repository-renamed",
    "repository-edited",
    "pull-request-opened",
    "check-run-rerequested",
    "check-suite-rerequested",
  ],
  "enterprise-server": [
    "POST /app/installations/{installation_id}/access_tokens",
    "GET /repos/{owner}/{repo}/git/trees/{tree_sha}",
    "POST /repos/{owner}/{repo}/check-runs",
    "GET /user/installations",
    "graphql",
    "push",
  ],
};

const GRAPHQL = { "github.com": "/graphql", "enterprise-server": "/api/graphql" };
const DESCRIPTIONS = { "github.com": "api.github.com", "enterprise-server": "ghes-3.17" };

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node check.mjs FOLDER");
  process.exit(2);
}

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
const read = async (name) => readFile(join(here, "node_modules", name), "utf8");
const graphQl = new GraphQl(await read("@octokit/graphql-schema/schema.graphql"));
const editions = new Map();

function judges(edition) {
  if (!editions.has(edition)) {
    const name = DESCRIPTIONS[edition];
    editions.set(edition, {
      rest: new Rest(require(`@octokit/openapi/generated/${name}.json`)),
      webhooks: new SentWebhooks(require(`@octokit/openapi-webhooks/generated/${name}.json`)),
      seen: new Map(),
    });
  }
  return editions.get(edition);
}

// What an exchange is an example of, and what is wrong with it. Nothing for what is no part of the API.
async function judge(exchange) {
  try {
    return await judged(exchange);
  } catch (error) {
    // A body that is no JSON, for one.
    return { name: "unreadable", problems: [`${exchange.method ?? "webhook"} ${exchange.path ?? ""}: ${error.message}`] };
  }
}

async function judged(exchange) {
  const { rest, webhooks } = judges(exchange.edition);
  if (exchange.kind === "webhook") {
    const { headers } = exchange;
    const problems = await webhooks.problems(exchange);
    const text = headers["content-type"] === "application/json" ? exchange.body : new URLSearchParams(exchange.body).get("payload");
    return { name: webhooks.key(headers["x-github-event"], JSON.parse(text)), problems };
  }
  const path = exchange.path.split("?")[0];
  if (exchange.method === "POST" && path === GRAPHQL[exchange.edition]) {
    return { name: "graphql", problems: graphQl.problems(exchange).map((problem) => `graphql ${problem}`) };
  }
  if (!rest.concerns(exchange)) return undefined;
  const plain = path.replace(/^\/api\/v3/, "").replace(/^\/repositories\/\d+/, "/repos/owner/repo");
  return { name: rest.operation(exchange.method, plain)?.name ?? "nothing described", problems: rest.problems(exchange) };
}

const findings = new Map();
const good = new Map();
for await (const exchange of exchanges(folder)) {
  const found = await judge(exchange);
  if (!found) continue;
  const { name, problems } = found;
  const { seen } = judges(exchange.edition);
  seen.set(name, (seen.get(name) ?? 0) + 1);
  const kind = `${exchange.edition} ${name} ${exchange.status ?? "sent"}`;
  if (problems.length === 0 && !good.has(kind)) good.set(kind, exchange);
  for (const problem of new Set(problems)) {
    const finding = findings.get(problem) ?? { times: 0, place: exchange.place };
    finding.times += 1;
    findings.set(problem, finding);
  }
}

let failed = false;
for (const [edition, { seen }] of editions) {
  const total = [...seen.values()].reduce((sum, times) => sum + times, 0);
  console.log(`${edition}: ${total} exchanges of ${seen.size} kinds`);
  for (const [name, times] of [...seen].sort()) console.log(`  ${String(times).padStart(6)}  ${name}`);
  const missing = EXPECTED[edition].filter((name) => !seen.has(name));
  for (const name of missing) console.log(`  never seen: ${name}`);
  failed ||= missing.length > 0;
}
if (editions.size === 0) {
  console.log("nothing was recorded");
  failed = true;
}

const broken = await missed([...good.values()], judge);
console.log(`${broken.tried} of these were broken on purpose, ${broken.missed.length} of them unnoticed`);
for (const one of broken.missed) console.log(`  unnoticed: ${one}`);
failed ||= broken.missed.length > 0 || broken.tried === 0;

console.log(`${findings.size} findings`);
for (const [problem, { times, place }] of findings) console.log(`  ${problem} (${times} times, first at ${place})`);
process.exit(failed || findings.size > 0 ? 1 : 0);
