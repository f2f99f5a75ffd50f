// The rating kiosk: shows one screen at a time, keeps each answer sealed, sends it when there is a network.
import { keep, refresh, send, server, standing } from "./kiosk-store.js";

const $ = (id) => document.getElementById(id);
const texts = Object.fromEntries([...document.querySelectorAll("#texts li")].map((li) => [li.dataset.key, li.textContent]));
const put = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const lang = document.documentElement.lang;
// How many may wait, and after how many seconds without a touch it warns, then forgets.
const limit = (name) => Number(document.body.dataset[name]);
const QUESTIONS = [...document.querySelectorAll("[data-question]")].map((section) => section.dataset.question);

let enrolled = false;
let shown = "";
let code = "";
let answers = {};
let awaited = null;
let quiet = 0;

// ---- screens ----

function show(id) {
  shown = id;
  document.querySelectorAll(".screen").forEach((screen) => (screen.hidden = screen.id !== id));
  scrollTo(0, 0);
  quiet = 0;
  stopCamera();
  const fields = document.querySelector(`#${id} input:not([type=checkbox]), #${id} textarea`);
  // Whoever hears the page is led to the new screen.
  (fields && id === "code" ? fields : $("content")).focus({ preventScroll: true });
  say();
}

/** Forgets whoever was here. */
function reset() {
  code = "";
  answers = {};
  awaited = null;
  document.querySelectorAll("main input, main textarea, main select").forEach((field) => {
    if (field.type === "checkbox") field.checked = false;
    else field.value = field.id === "opinion-office" ? field.dataset.own || "" : "";
  });
  document.querySelectorAll("[aria-pressed=true][data-answer]").forEach((chosen) => chosen.setAttribute("aria-pressed", "false"));
  document.querySelectorAll(".about").forEach((about) => (about.textContent = ""));
  for (const id of ["receipt", "follow", "code-fault", "opinion-fault"]) $(id).hidden = true;
  for (const id of ["receipt-qr", "receipt-code", "follow-code", "thanks-how"]) $(id).textContent = "";
  if ($("idle").open) $("idle").close();
  if (fresh) location.reload();
  else show(enrolled ? "start" : "none");
}

async function tell() {
  const { count, since, refused } = await standing();
  const bad = Object.entries(refused);
  $("line").hidden = !enrolled && count === 0;
  $("line-sent").hidden = count > 0 || bad.length > 0 || !navigator.onLine;
  $("line-waiting").hidden = count === 0;
  $("line-waiting").dataset.count = count;
  const day = (time) => new Intl.DateTimeFormat(lang === "en" ? "en-GB" : "vi-VN", { hour: "2-digit", minute: "2-digit", weekday: "long", day: "numeric", month: "numeric" }).format(time);
  if (count) $("line-waiting").textContent = put($("line-waiting").dataset.text, { n: count, since: day(since) });
  $("line-cut").hidden = navigator.onLine && !cut;
  $("line-refused").hidden = bad.length === 0;
  const why = bad.map(([reason, n]) => `${n}: ${texts[reason] || reason}`).join(" ");
  const all = bad.reduce((sum, [, n]) => sum + n, 0);
  $("line-refused").textContent = `${put($("line-refused").dataset.text, { n: all })} ${why}`;
  document.body.dataset.waiting = count;
  return count;
}

// ---- sending ----

let cut = false;
let pause = 5000;
let timer = 0;

async function deliver() {
  clearTimeout(timer);
  let done = false;
  try {
    done = await send((sequence, result) => {
      if (awaited && sequence === awaited.sequence) awaited.settle(result);
    });
    cut = !done;
  } catch {
    cut = true;
  }
  await tell();
  // Sooner after success, later and later while nothing goes; never all tablets at the same moment.
  pause = done ? 5000 : Math.min(pause * 2, 60000);
  timer = setTimeout(deliver, (done ? 60000 : pause) * (0.75 + Math.random() / 2));
}

async function renew() {
  const said = await refresh();
  if (said !== null) enrolled = said;
  else enrolled = Boolean(await server());
  const of = await server();
  if (of) {
    $("office").textContent = of.office.name;
    $("demo").hidden = !of.demo;
    const list = $("opinion-office");
    list.replaceChildren(...of.offices.map((office) => new Option(office.name, office.id)));
    list.dataset.own = of.office.id;
    if (shown === "" || shown === "start" || shown === "none") list.value = of.office.id;
  }
  if (shown === "" || shown === "start" || shown === "none") show(enrolled ? "start" : "none");
}

/** Keeps an answer, thanks, and waits a moment for what the server says of it. */
async function finish(answer, words) {
  let settle;
  const result = new Promise((done) => (settle = done));
  $("thanks-how").textContent = texts.sending;
  show("thanks");
  quiet = -limit("warning");
  const mine = (awaited = { sequence: 0, settle });
  try {
    mine.sequence = await keep(answer);
  } catch {
    $("thanks-how").textContent = texts.broken;
    return;
  }
  if (answer.kind === "opinion") {
    $("follow-code").textContent = answer.follow.match(/.{4}/g).join("-");
    $("follow").hidden = false;
  }
  deliver();
  const said = await Promise.race([result, new Promise((done) => setTimeout(done, 5000, null))]);
  if (awaited !== mine) return;
  if (!said) $("thanks-how").textContent = words.waits;
  else if (said.outcome === "refused") $("thanks-how").textContent = texts[said.reason] || texts.broken;
  else if (said.outcome === "already") $("thanks-how").textContent = texts["invitation-used"];
  else $("thanks-how").textContent = words.sent;
  if (said && said.receipt) {
    $("receipt-code").textContent = said.receipt.code;
    // Our own server's drawing; no script can run from it under our policy.
    $("receipt-qr").innerHTML = said.receipt.qr || "";
    $("receipt").hidden = false;
  }
  say();
}

// ---- the invitation ----

const DAMM = ["0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017", "9438617205", "2581436790"];
const checks = (digits) => [...digits].reduce((state, digit) => Number(DAMM[state][Number(digit)]), 0) === 0;

/** The token or the sixteen digits in what was typed or scanned; nothing when there are none. */
function read(typed) {
  const link = typed.match(/\/rate\/([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])/);
  if (link) return link[1];
  const digits = typed.replace(/[\s.-]/g, "");
  return /^\d{16}$/.test(digits) && checks(digits) ? digits : null;
}

async function enter() {
  const found = read($("digits").value);
  $("code-fault").hidden = found !== null;
  if (found === null) {
    $("code-fault").textContent = texts["code-wrong"];
    say($("code-fault").textContent);
    return;
  }
  $("code-next").disabled = true;
  const known = await ask(found);
  $("code-next").disabled = false;
  if (shown !== "code") return;
  if (known && known.state !== "open") {
    $("code-fault").textContent = texts[known.state] || texts["code-wrong"];
    $("code-fault").hidden = false;
    say($("code-fault").textContent);
    return;
  }
  code = found;
  if (known) document.querySelectorAll(".about").forEach((about) => (about.textContent = put(texts.about, known)));
  show("ask-overall");
}

/** With a network the server says at once whether the invitation is good; without, when the answer arrives. */
async function ask(found) {
  if (cut || !navigator.onLine) return null;
  try {
    const request = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ code: found }) };
    const answer = await fetch("/kiosk/rate/check", { ...request, signal: AbortSignal.timeout(4000) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

$("digits").addEventListener("input", () => {
  $("code-fault").hidden = true;
  const plain = $("digits").value.replace(/\s/g, "");
  if (/^\d{0,16}$/.test(plain)) $("digits").value = (plain.match(/.{1,4}/g) || []).join(" ");
  if (read($("digits").value) && !/^\d/.test(plain)) enter();
});
$("digits").addEventListener("keydown", (event) => event.key === "Enter" && enter());
document.querySelectorAll("[data-digit]").forEach((key) =>
  key.addEventListener("click", () => {
    $("digits").value += key.dataset.digit;
    $("digits").dispatchEvent(new Event("input"));
  }),
);
$("erase").addEventListener("click", () => {
  $("digits").value = $("digits").value.replace(/\s*\S\s*$/, "");
  $("digits").dispatchEvent(new Event("input"));
});
$("code-next").addEventListener("click", enter);

let stream = null;
function stopCamera() {
  if (stream) stream.getTracks().forEach((track) => track.stop());
  stream = null;
  $("camera").hidden = true;
}
if ("BarcodeDetector" in window && navigator.mediaDevices) {
  $("scan").hidden = false;
  $("scan").addEventListener("click", async () => {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    const video = $("camera").querySelector("video");
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      $("scan").hidden = true;
      return;
    }
    video.srcObject = stream;
    $("camera").hidden = false;
    await video.play();
    while (stream) {
      const [seen] = await detector.detect(video).catch(() => []);
      if (seen && read(seen.rawValue)) {
        $("digits").value = seen.rawValue;
        stopCamera();
        enter();
      }
      await new Promise((done) => setTimeout(done, 200));
    }
  });
}

// ---- questions ----

const after = (name) => (QUESTIONS.indexOf(name) + 1 < QUESTIONS.length ? `ask-${QUESTIONS[QUESTIONS.indexOf(name) + 1]}` : "ask-words");
document.querySelectorAll("[data-question]").forEach((section) => {
  const name = section.dataset.question;
  section.querySelectorAll("[data-answer]").forEach((button) =>
    button.addEventListener("click", () => {
      answers[name] = button.dataset.answer;
      section.querySelectorAll("[aria-pressed]").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
      show(after(name));
    }),
  );
});
document.querySelectorAll("[data-back]").forEach((button) =>
  button.addEventListener("click", () => {
    const at = shown === "ask-words" ? QUESTIONS.length : QUESTIONS.indexOf(shown.slice(4));
    show(at > 0 ? `ask-${QUESTIONS[at - 1]}` : "code");
  }),
);
document.querySelectorAll("[data-leave]").forEach((button) => button.addEventListener("click", reset));

// Control characters would make the sealed text longer than what is seen.
const tidy = (words) => words.replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, " ").trim();

document.querySelectorAll("[data-send]").forEach((button) =>
  button.addEventListener("click", () => {
    const score = (name) => (answers[name] ? Number(answers[name]) : null);
    const ballot = {
      overall: score("overall"),
      welcome: score("welcome"),
      guidance: score("guidance"),
      speed: score("speed"),
      lawful: score("lawful"),
      trips: score("trips"),
      contacts: score("contacts"),
      days: score("days"),
      extra_money: answers.extra_money || null,
      extra_papers: answers.extra_papers || null,
      words: tidy($("words")?.value ?? ""),
    };
    finish({ kind: "rating", code, ballot }, { sent: texts.sent, waits: texts.waits });
  }),
);

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
$("opinion-send").addEventListener("click", () => {
  const words = tidy($("opinion-words").value);
  $("opinion-fault").hidden = words !== "";
  if (!words) {
    $("opinion-fault").textContent = texts.empty;
    $("opinion-words").focus();
    return;
  }
  const follow = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => LETTERS[byte % 32]).join("");
  const opinion = {
    kind: "opinion",
    follow,
    office: $("opinion-office").value,
    class: $("opinion-class").value || null,
    words,
    name: tidy($("opinion-name").value),
    contact: tidy($("opinion-contact").value),
    confidential: $("opinion-confidential").checked,
    consent: $("opinion-consent").checked,
  };
  finish(opinion, { sent: texts["opinion-sent"], waits: texts["opinion-waits"] });
});

const begin = (screen) => async () => show((await tell()) >= limit("full") ? "full" : screen);
$("rate").addEventListener("click", begin("code"));
$("opine").addEventListener("click", begin("opinion"));

// ---- nobody there ----

for (const kind of ["pointerdown", "keydown", "input"]) document.addEventListener(kind, () => (quiet = Math.min(quiet, 0)), true);
$("idle-stay").addEventListener("click", () => {
  quiet = 0;
  $("idle").close();
});
setInterval(() => {
  if (shown === "start" || shown === "none" || shown === "") {
    if (fresh) location.reload();
    return;
  }
  quiet += 1;
  const [idle, warning] = [limit("idle"), limit("warning")];
  if (quiet > idle + warning || (quiet > idle && (shown === "thanks" || shown === "full"))) reset();
  else if (quiet > idle) {
    $("idle-how").textContent = put($("idle-how").dataset.text, { n: idle + warning - quiet + 1 });
    if (!$("idle").open) $("idle").showModal();
  } else if ($("idle").open) $("idle").close();
}, 1000);

// ---- reading aloud, where the device has a voice of the language ----

let aloud = false;
const voice = () => window.speechSynthesis && speechSynthesis.getVoices().find((one) => one.lang.toLowerCase().startsWith(lang));
function say(words) {
  if (!window.speechSynthesis) return;
  speechSynthesis.cancel();
  if (!aloud || !voice()) return;
  const parts = words ? [words] : [...document.querySelectorAll(`#${shown} [data-say]`)].map((part) => part.textContent);
  const speech = new SpeechSynthesisUtterance(parts.filter(Boolean).join(". "));
  speech.voice = voice();
  speech.lang = speech.voice.lang;
  speech.rate = 0.85;
  speechSynthesis.speak(speech);
}
const offer = () => ($("aloud").hidden = !voice());
if (window.speechSynthesis) {
  offer();
  speechSynthesis.addEventListener("voiceschanged", offer);
  $("aloud").addEventListener("click", () => {
    aloud = !aloud;
    $("aloud").setAttribute("aria-pressed", String(aloud));
    $("aloud").textContent = aloud ? $("aloud").dataset.on : $("aloud").dataset.off;
    say();
  });
}

// ---- the page itself, without network ----

let fresh = false;
if (navigator.serviceWorker) {
  const before = navigator.serviceWorker.controller;
  // A new version takes over when nobody is in the middle of something.
  navigator.serviceWorker.addEventListener("controllerchange", () => (fresh = Boolean(before)));
  navigator.serviceWorker.register("/kiosk/worker.js", { scope: "/kiosk/rate" }).then((kept) => {
    setInterval(() => kept.update().catch(() => {}), 3600000);
    return navigator.serviceWorker.ready;
  }).then(() => (document.body.dataset.offline = "ready")).catch(() => {});
}
if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
window.addEventListener("online", () => {
  pause = 5000;
  deliver();
});
window.addEventListener("offline", tell);

await renew();
await deliver();
setInterval(renew, 600000);
