// Today's chats kept on this phone: only when asked for, and only for whoever asked.
const SCOPE = "/ambassador";
const box = document.querySelector("[data-phone]");
const owner = box.dataset.phone;
const [on, off] = ["[data-keep]", "[data-stop]"].map((name) => box.querySelector(name));
const status = box.querySelector("[role=status]");

const ownerOf = (registration) => {
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  return new URL(worker.scriptURL).searchParams.get("for");
};

async function find() {
  const all = await navigator.serviceWorker.getRegistrations();
  return all.find((one) => new URL(one.scope).pathname === SCOPE);
}

async function stop() {
  await (await find())?.unregister();
  await caches.delete("kept");
}

function show(keeping, text = "") {
  on.hidden = keeping;
  off.hidden = !keeping;
  status.textContent = text;
}

function activated(registration) {
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  return new Promise((resolve) => {
    const check = () => worker.state === "activated" && resolve(worker);
    worker.addEventListener("statechange", check);
    check();
  });
}

async function keep() {
  const address = `${SCOPE}/worker.js?for=${owner}`;
  const worker = await activated(await navigator.serviceWorker.register(address, { scope: SCOPE }));
  const channel = new MessageChannel();
  const answer = new Promise((resolve) => (channel.port1.onmessage = (event) => resolve(event.data)));
  worker.postMessage("keep", [channel.port2]);
  const done = (await answer) === "kept";
  if (!done) await stop();
  show(done, done ? box.dataset.kept : box.dataset.failed);
}

async function start() {
  const there = await find();
  if (there && ownerOf(there) !== owner) await stop(); // whoever used this browser before
  show(Boolean(there) && ownerOf(there) === owner);
  box.hidden = false;
  on.addEventListener("click", keep);
  off.addEventListener("click", async () => {
    await stop();
    show(false, box.dataset.stopped);
  });
}

if ("serviceWorker" in navigator && "caches" in window) start();
