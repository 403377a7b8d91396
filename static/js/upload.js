// Sends artwork straight to the object store: three pieces at a time, tried again when the connection fails, going on where
// it stopped after a reload. The server says which pieces there are.
const box = document.getElementById("uploader");
const [words, input] = [JSON.parse(box.dataset.words), box.querySelector("input")];
const [TRIES, SIGNED] = [7, 10];
const pause = (attempt) => new Promise((go) => setTimeout(go, Math.min(500 * 2 ** attempt, 15000)));
const refresh = () => document.body.dispatchEvent(new CustomEvent("artworks-changed"));
let [free, busy, replacing] = [3, 0, ""];
const queue = [];

class Refused extends Error {} // by the server, in words for the reader

async function ask(path, body) {
  const answer = await fetch(path, {
    method: body ? "POST" : "GET",
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": box.dataset.csrf },
    body: body && JSON.stringify(body),
  });
  const result = await answer.json().catch(() => ({}));
  if (answer.ok) return result;
  throw new (answer.status < 500 ? Refused : Error)(result.error || words.failed);
}

function upload(file, artwork) {
  const mark = ["upload", box.dataset.begin, artwork, file.name, file.size, file.lastModified].join("|");
  const row = box.querySelector("template").content.firstElementChild.cloneNode(true);
  const [name, state, bar, retry, cancel] = row.querySelectorAll("[data-part]");
  const [live, sent] = [new Set(), {}];
  let plan, stopped;

  const again = async (act) => { // until it works, or nobody wants it
    for (let attempt = 0; ; attempt++) {
      try {
        if (stopped) throw new Error();
        return await act();
      } catch (error) {
        if (stopped || error instanceof Refused || attempt === TRIES) throw error;
        await pause(attempt);
      }
    }
  };
  const call = (verb, body) => again(() => ask(`/uploads/${plan.id}${verb}`, body));
  const size = (n) => Math.min(plan.part_size, file.size - (n - 1) * plan.part_size);
  const show = (n, bytes) => {
    sent[n] = bytes;
    bar.value = (100 * Object.values(sent).reduce((sum, each) => sum + each, 0)) / file.size;
  };

  async function open() { // one left unfinished, or a new one
    plan = { id: localStorage.getItem(mark) };
    try {
      if (plan.id) return (plan = await call(""));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    const { name, type } = file;
    plan = await again(() => ask(box.dataset.begin, { name, type, size: file.size, artwork }));
    localStorage.setItem(mark, plan.id);
    plan.missing = Array.from({ length: plan.parts }, (_, index) => index + 1);
  }

  const put = (url, n) => new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    if (plan.parts === 1) request.setRequestHeader("Content-Type", plan.type);
    request.upload.onprogress = (event) => show(n, event.loaded);
    request.onload = () => (request.status < 300 ? done() : fail(new Error(request.status)));
    request.onerror = request.onabort = () => fail(new Error());
    request.onloadend = () => live.delete(request);
    live.add(request);
    const start = (n - 1) * plan.part_size;
    request.send(file.slice(start, start + size(n)));
  });

  async function send(missing) {
    const [todo, urls] = [[...missing], {}];
    for (let n = 1; n <= plan.parts; n++) show(n, missing.includes(n) ? 0 : size(n));
    const piece = async (n) => {
      if (!urls[n]) Object.assign(urls, (await call("/sign", { parts: [n, ...todo.slice(0, SIGNED)] })).urls);
      await put(urls[n], n).catch((error) => {
        delete urls[n]; // it may have expired
        show(n, 0);
        throw error;
      });
    };
    await Promise.all([1, 2, 3].map(async () => {
      for (let n; (n = todo.shift()); ) {
        if (free) free--;
        else await new Promise((go) => queue.push(go));
        await again(() => piece(n)).finally(() => (queue.shift() || (() => free++))());
      }
    }));
  }

  async function run() {
    busy++;
    retry.hidden = true;
    row.className = "upload";
    state.textContent = words.sending;
    try {
      await open();
      for (let round = 0; plan.missing.length || !round; round++) {
        if (round > 3) throw new Error();
        await send(plan.missing);
        plan.missing = (await call("/complete", {})).missing;
      }
      localStorage.removeItem(mark);
      row.remove();
      refresh();
    } catch (error) {
      state.textContent = error instanceof Refused ? error.message : words.failed;
      row.className = "upload upload-failed";
      retry.hidden = error instanceof Refused;
      for (const request of live) request.abort();
    }
    busy--;
  }

  retry.onclick = run;
  cancel.onclick = async () => {
    stopped = true;
    for (const request of live) request.abort();
    localStorage.removeItem(mark);
    row.remove();
    input.focus();
    if (plan?.id) await ask(`/uploads/${plan.id}/cancel`, {}).catch(() => {});
    refresh();
  };
  name.textContent = file.name;
  bar.setAttribute("aria-label", file.name);
  box.querySelector("ul").append(row);
  run();
}

const take = (files) => {
  for (const file of replacing ? files.slice(0, 1) : files) upload(file, replacing);
  replacing = input.value = "";
};
input.onchange = () => take([...input.files]);
input.oncancel = () => (replacing = "");
document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-replace]");
  if (!pressed) return;
  replacing = pressed.dataset.replace;
  input.click();
});
for (const name of ["dragover", "dragleave", "drop"]) {
  box.addEventListener(name, (event) => {
    event.preventDefault();
    box.classList.toggle("uploader-over", name === "dragover");
    if (name === "drop") take([...event.dataTransfer.files]);
  });
}
addEventListener("beforeunload", (event) => busy && event.preventDefault());
box.hidden = false;
