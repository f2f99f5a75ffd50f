// Answers that wait: sealed, in the browser's database, until the server has said of each what became of it.
import { seal } from "./kiosk-seal.js";

const AT_ONCE = 20;
const PATIENCE = 30000;
const HOUR = 3600000;

const asked = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
const ended = (change) =>
  new Promise((done, failed) => {
    change.oncomplete = () => done();
    change.onabort = change.onerror = () => failed(change.error || new Error("not kept"));
  });

let opened = null;
function database() {
  opened ??= new Promise((done, failed) => {
    const request = indexedDB.open("hailong-kiosk", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("waiting", { keyPath: "sequence" });
      request.result.createObjectStore("state");
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  return opened;
}
// "strict": said to be kept only once it is on the disk. A tablet may lose its power at any moment.
const change = async () => (await database()).transaction(["waiting", "state"], "readwrite", { durability: "strict" });
const look = async () => (await database()).transaction(["waiting", "state"]);

/** How many wait, since when (an hour, in milliseconds), and which were refused, by reason. */
export async function standing() {
  const reading = await look();
  const [count, first, refused] = await Promise.all([
    asked(reading.objectStore("waiting").count()),
    asked(reading.objectStore("waiting").openCursor()),
    asked(reading.objectStore("state").get("refused")),
  ]);
  return { count, since: first ? first.value.since : null, refused: refused || {} };
}

/** What the server said of itself last: kiosk, office, offices, key. Nothing of anybody. */
export const server = async () => asked((await look()).objectStore("state").get("server"));

/** Asks the server anew. True: it answered; false: this device is no kiosk; null: no network. */
export async function refresh() {
  try {
    const answer = await fetch("/kiosk/rate/state", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status === 403) return false;
    if (!answer.ok) return null;
    const said = await answer.json();
    const keeping = await change();
    keeping.objectStore("state").put(said, "server");
    await ended(keeping);
    return true;
  } catch {
    return null;
  }
}

/** Seals an answer and keeps it; resolves with its number once it is safe. */
export async function keep(answer) {
  const to = await server();
  for (;;) {
    const next = ((await asked((await look()).objectStore("state").get("last"))) || 0) + 1;
    const sealed = await seal(to, next, answer);
    const keeping = await change();
    // Another window may have been faster: the number is taken and the answer kept in one step.
    const last = (await asked(keeping.objectStore("state").get("last"))) || 0;
    if (last !== next - 1) {
      keeping.abort();
      continue;
    }
    keeping.objectStore("state").put(next, "last");
    // To the hour: when exactly somebody answered is nobody's business.
    const since = Math.floor(Date.now() / HOUR) * HOUR;
    keeping.objectStore("waiting").add({ sequence: next, since, sealed });
    await ended(keeping);
    return next;
  }
}

async function settle(waiting, results) {
  const settling = await change();
  const refused = (await asked(settling.objectStore("state").get("refused"))) || {};
  for (const [at, result] of results.entries()) {
    settling.objectStore("waiting").delete(waiting[at].sequence);
    if (result.outcome === "refused") refused[result.reason] = (refused[result.reason] || 0) + 1;
  }
  settling.objectStore("state").put(refused, "refused");
  await ended(settling);
}

/** Sends what waits, in order; tells `told` of each result. True when nothing waits any more. */
export const send = (told) =>
  navigator.locks.request("hailong-kiosk-send", async () => {
    for (;;) {
      const waiting = await asked((await look()).objectStore("waiting").getAll(null, AT_ONCE));
      if (!waiting.length) return true;
      let results;
      try {
        const answer = await fetch("/kiosk/rate/answers", {
          method: "POST",
          headers: { "content-type": "application/octet-stream" },
          body: new Blob(waiting.map((item) => item.sealed)),
          signal: AbortSignal.timeout(PATIENCE),
        });
        if (!answer.ok) return false;
        results = (await answer.json()).results;
      } catch {
        return false;
      }
      if (!results.length) return false;
      // Only what the server has settled goes; the rest is sent again, and it counts nothing twice.
      await settle(waiting, results);
      results.forEach((result, at) => told(waiting[at].sequence, result));
    }
  });
