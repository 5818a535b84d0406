// Keeps one page for when there is no network: today's chats of one ambassador, with the files that
// it shows itself by. It answers for that one address and asks the network first, always.
const HOME = "/ambassador";
const KEPT = "/ambassador/kept";
const STORE = "kept";
const OWNER = new URL(self.location.href).searchParams.get("for");

const forget = () => caches.delete(STORE);

async function keep() {
  const answer = await fetch(KEPT, { cache: "no-store", redirect: "manual" });
  if (answer.status >= 500) return;
  if (!answer.ok) return forget(); // signed out, or no ambassador
  if (answer.headers.get("X-Kept-For") !== OWNER) {
    await forget(); // somebody else has signed in here, who did not ask for this
    return self.registration.unregister();
  }
  const page = await answer.clone().text();
  const names = [...page.matchAll(/(?:href|src)="(\/(?:static|assets)\/[^"]+)"/g)].map((one) => one[1]);
  const files = await Promise.all(names.map((name) => fetch(name)));
  await forget();
  const store = await caches.open(STORE);
  await Promise.all(names.map((name, place) => store.put(name, files[place])));
  await store.put(KEPT, answer);
}

async function kept() {
  const page = await caches.match(KEPT);
  if (page && Date.now() < Number(page.headers.get("X-Kept-Until"))) return page;
  await forget();
  return null;
}

async function showHome(event) {
  try {
    const answer = await fetch(event.request);
    if (answer.status < 500) event.waitUntil(answer.ok ? keep().catch(() => {}) : forget());
    return answer;
  } catch {
    return (await kept()) ?? Response.error();
  }
}

async function showFile(request) {
  return (await caches.match(request, { cacheName: STORE })) ?? fetch(request);
}

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  event.waitUntil(keep().then(() => event.ports[0].postMessage("kept"), () => event.ports[0].postMessage("failed")));
});

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname, searchParams } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (mode === "navigate" && pathname === HOME) event.respondWith(showHome(event));
  else if (searchParams.has("v")) event.respondWith(showFile(event.request));
});
