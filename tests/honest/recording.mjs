// What the stand-in wrote down: one exchange a line, with whoever asked and what was answered.
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

export async function* exchanges(folder) {
  for (const name of (await readdir(folder)).sort()) {
    if (!name.endsWith(".jsonl")) continue;
    const lines = createInterface({ input: createReadStream(join(folder, name)), crlfDelay: Infinity });
    let number = 0;
    for await (const line of lines) {
      number += 1;
      yield { ...parse(line, name, number), place: `${name}:${number}` };
    }
  }
}

function parse(line, name, number) {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new Error(`${name}:${number} is no exchange: ${error.message}`);
  }
}
