// Sends artwork straight to the object store, piece by piece: several files, three pieces at a time, tried again when the
// connection fails, going on where it stopped after a reload. The server says which pieces there are and may be written.
const box = document.getElementById("uploader");
const words = JSON.parse(box.dataset.words);
const [list, said] = [box.querySelector("ul"), box.querySelector("[role=status]")];
const [AT_ONCE, TRIES, SIGNED] = [3, 7, 10];
const pause = (attempt) => new Promise((go) => setTimeout(go, Math.min(500 * 2 ** attempt, 15000)));
let replacing = "", busy = 0, free = AT_ONCE;
const queue = [];

class Refused extends Error {} // by the server, in words for the reader

async function again(stopped, act) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (stopped() || error instanceof Refused || attempt === TRIES) throw error;
      await pause(attempt);
    }
  }
}

async function ask(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": box.dataset.csrf },
    body: body && JSON.stringify(body),
  });
  const result = await answer.json().catch(() => ({}));
  if (answer.ok) return result;
  throw new (answer.status < 500 && answer.status !== 429 ? Refused : Error)(result.error || words.failed);
}

function slot() { // one of the places for a piece under way, over all files
  if (free) return free--;
  return new Promise((go) => queue.push(go));
}
const release = () => (queue.length ? queue.shift()() : free++);

function put(url, type, piece, live, progress) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    if (type) request.setRequestHeader("Content-Type", type);
    request.upload.onprogress = (event) => progress(event.loaded);
    request.onload = () => (request.status < 300 ? done() : fail(new Error(request.status)));
    request.onerror = request.onabort = () => fail(new Error("network"));
    request.onloadend = () => live.delete(request);
    live.add(request);
    request.send(piece);
  });
}

function upload(file, artwork) {
  const mark = ["upload", box.dataset.begin, artwork, file.name, file.size, file.lastModified].join("|");
  const row = box.querySelector("template").content.firstElementChild.cloneNode(true);
  const [state, bar, retry] = [".upload-state", "progress", "[data-again]"].map((each) => row.querySelector(each));
  const live = new Set();
  let stopped = false, id;
  row.querySelector(".upload-name").textContent = file.name;
  bar.setAttribute("aria-label", file.name);
  list.append(row);
  const say = (text) => { state.textContent = text; said.textContent = `${file.name}: ${text}`; };

  async function open() {
    const known = localStorage.getItem(mark);
    try {
      if (known) return await again(() => stopped, () => ask("GET", `/uploads/${known}`));
    } catch (error) {
      if (!(error instanceof Refused)) throw error; // the server is away: the upload is still there
    }
    const begun = { name: file.name, size: file.size, type: file.type, artwork: artwork || null };
    const plan = await again(() => stopped, () => ask("POST", box.dataset.begin, begun));
    localStorage.setItem(mark, plan.id);
    return { ...plan, missing: Array.from({ length: plan.parts }, (_, index) => index + 1) };
  }

  async function send(plan, missing) {
    const [todo, urls, sent] = [[...missing], {}, {}];
    const size = (n) => Math.min(plan.part_size, file.size - (n - 1) * plan.part_size);
    const rest = missing.reduce((sum, n) => sum + size(n), 0);
    const show = () => {
      const moved = Object.values(sent).reduce((sum, bytes) => sum + bytes, 0);
      bar.value = (100 * (file.size - rest + moved)) / file.size;
    };
    const piece = async (n) => {
      urls[n] ||= Object.assign(urls, (await ask("POST", `/uploads/${id}/sign`, { parts: [n, ...todo.slice(0, SIGNED)] })).urls)[n];
      const start = (n - 1) * plan.part_size;
      const progress = (bytes) => { sent[n] = bytes; show(); };
      try {
        await put(urls[n], plan.parts === 1 && plan.type, file.slice(start, start + size(n)), live, progress);
        progress(size(n));
      } catch (error) {
        delete urls[n]; // it may have expired
        progress(0);
        throw error;
      }
    };
    const worker = async () => {
      for (let n; (n = todo.shift()); ) {
        await slot();
        try {
          await again(() => stopped, () => stopped ? Promise.reject(new Error()) : piece(n));
        } finally {
          release();
        }
      }
    };
    show();
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  async function run() {
    busy++;
    retry.hidden = true;
    say(words.sending);
    try {
      const plan = await open();
      id = plan.id;
      for (let missing = plan.missing, round = 0; missing.length || !round; round++) {
        if (round > 3) throw new Error();
        await send(plan, missing);
        ({ missing } = await again(() => stopped, () => ask("POST", `/uploads/${id}/complete`, {})));
      }
      localStorage.removeItem(mark);
      say(words.sent);
      refresh();
      row.remove();
    } catch (error) {
      if (stopped) return;
      if (error instanceof Refused) localStorage.removeItem(mark);
      say(error instanceof Refused ? error.message : words.failed);
      row.classList.add("upload-failed");
      retry.hidden = error instanceof Refused;
      for (const request of live) request.abort();
    } finally {
      busy--;
    }
  }

  retry.onclick = run;
  row.querySelector("[data-cancel]").onclick = async () => {
    stopped = true;
    for (const request of live) request.abort();
    localStorage.removeItem(mark);
    row.remove();
    box.querySelector("input").focus();
    if (id) await ask("POST", `/uploads/${id}/cancel`, {}).catch(() => {});
    refresh();
  };
  run();
}

const refresh = () => document.body.dispatchEvent(new CustomEvent("artworks-changed"));
const input = box.querySelector("input");
const take = (files) => {
  for (const file of files) upload(file, replacing);
  replacing = "";
};

input.onchange = () => { take([...input.files]); input.value = ""; };
input.oncancel = () => { replacing = ""; };
document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-replace]");
  if (!pressed) return;
  replacing = pressed.dataset.replace;
  input.multiple = !replacing;
  input.click();
  input.multiple = true;
});
for (const name of ["dragenter", "dragover"]) {
  box.addEventListener(name, (event) => { event.preventDefault(); box.classList.add("uploader-over"); });
}
for (const name of ["dragleave", "drop"]) box.addEventListener(name, () => box.classList.remove("uploader-over"));
box.addEventListener("drop", (event) => { event.preventDefault(); replacing = ""; take([...event.dataTransfer.files]); });
addEventListener("beforeunload", (event) => { if (busy) event.preventDefault(); });
box.hidden = false;
