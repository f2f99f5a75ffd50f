// Keeps the kiosk's own page and files, as one version, so that it opens without network. Everything else passes by.
const CACHE = `kiosk-${VERSION}`;
const PAGE = "/kiosk/rate";
const KEPT = [
  `${PAGE}?lang=vi`,
  `${PAGE}?lang=en`,
  "/kiosk/manifest.json",
  "/static/hailong.css",
  "/static/icon.svg",
  "/static/kiosk.js",
  "/static/kiosk-seal.js",
  "/static/kiosk-store.js",
];

self.addEventListener("install", (event) => {
  const fetched = KEPT.map((path) => new Request(path, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fetched)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("kiosk-") && name !== CACHE;
  const tidy = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(tidy.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  const page = url.pathname === PAGE;
  const key = page ? `${PAGE}?lang=${url.searchParams.get("lang") === "en" ? "en" : "vi"}` : url.pathname;
  if (!KEPT.includes(key)) return;
  const kept = caches.open(CACHE).then((cache) => cache.match(key));
  event.respondWith(kept.then((found) => found || fetch(event.request)));
});
