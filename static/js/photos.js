// Takes photos into forms: shrinks each to a JPEG of at most 2000 pixels, which leaves behind what the camera wrote beside
// it, and sends it straight to the object store, two at a time, tried again when the connection fails. A form sent
// meanwhile waits for its photos. Where files may be chosen too, these go as they are.
const [LONGEST, QUALITY, TRIES] = [2000, 0.86, 6];
const PHOTO = /^image\/(?!tiff|svg|vnd|x-)/; // what is meant to be looked at; the others are files
const pause = (attempt) => new Promise((go) => setTimeout(go, Math.min(500 * 2 ** attempt, 10000)));
const lanes = [Promise.resolve(), Promise.resolve()];
const waiting = new Map(); // forms that have been sent and wait, and the button that was pressed
let turn = 0;

class Refused extends Error {} // in words for the reader; trying again is of no use

async function ask(box, path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": box.dataset.csrf },
    body: JSON.stringify(body),
  });
  const result = await answer.json().catch(() => ({}));
  if (answer.ok) return result;
  throw new (answer.status < 500 ? Refused : Error)(result.error);
}

const put = (plan, blob, show) => new Promise((done, fail) => {
  const request = new XMLHttpRequest();
  request.open("PUT", plan.url);
  request.setRequestHeader("Content-Type", plan.type);
  request.upload.onprogress = (event) => show((100 * event.loaded) / blob.size);
  request.onload = () => (request.status < 300 ? done() : fail(new Error(request.status)));
  request.onerror = () => fail(new Error());
  request.send(blob);
});

function drawn(image, longest) {
  const scale = Math.min(1, longest / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * scale)));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; // behind what is see-through
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

async function shrink(file, box, words) {
  if ("files" in box.dataset && !PHOTO.test(file.type)) return { blob: file, file: true };
  const image = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => {
    throw new Refused(words.unreadable);
  });
  const small = drawn(image, 320).toDataURL("image/jpeg", 0.7);
  const blob = await new Promise((done) => drawn(image, LONGEST).toBlob(done, "image/jpeg", QUALITY));
  image.close();
  return { blob, small };
}

function take(box, file) {
  const words = JSON.parse(box.dataset.words);
  const item = box.querySelector("template").content.firstElementChild.cloneNode(true);
  const [frame, picture, bar, state, retry] = item.querySelectorAll("[data-part]");
  let [made, plan] = [null, null];

  // Nothing to see: its name tells it from the others.
  const name = () => {
    item.classList.add("photo-wide");
    frame.className = "file";
    frame.textContent = file.name;
  };

  async function send() {
    made ||= await shrink(file, box, words);
    if (made.small) picture.src = made.small;
    else name();
    plan ||= await ask(box, box.dataset.begin, {
      subject: box.dataset.subject, subject_id: box.dataset.subjectId, name: file.name, size: made.blob.size, file: made.file,
    });
    await put(plan, made.blob, (percent) => { bar.value = percent; }).catch((error) => {
      plan = null; // its permission may have run out
      throw error;
    });
    await ask(box, `${box.dataset.begin}/${plan.id}/arrived`, {});
  }

  async function run() {
    for (let attempt = 0; item.isConnected; attempt++) {
      try {
        return await send();
      } catch (error) {
        if (error instanceof Refused || attempt === TRIES) throw error;
        await pause(attempt);
      }
    }
  }

  const start = () => {
    item.classList.remove("photo-failed");
    item.dataset.sending = state.textContent = words.sending;
    retry.hidden = !(bar.hidden = false);
    const lane = turn++ % lanes.length;
    lanes[lane] = lanes[lane].then(run).then(() => {
      if (plan) item.append(Object.assign(document.createElement("input"), {
        type: "hidden", name: box.dataset.photos, value: plan.id,
      }));
      state.textContent = "";
    }).catch((error) => {
      item.classList.add("photo-failed");
      if (!picture.src) name();
      state.textContent = (error instanceof Refused && error.message) || words.failed;
      retry.hidden = error instanceof Refused;
    }).finally(() => {
      bar.hidden = true;
      delete item.dataset.sending;
      go(box.closest("form"));
    });
  };
  retry.onclick = start;
  box.querySelector("[data-photo-list]").append(item);
  start();
}

// A form that waited goes, unless a photo failed: then its sender decides.
function go(form) {
  if (!waiting.has(form) || form.querySelector("[data-sending]")) return;
  const pressed = waiting.get(form);
  waiting.delete(form);
  for (const say of form.querySelectorAll("[data-photo-say]")) say.textContent = "";
  if (!form.querySelector(".photo-failed")) form.requestSubmit(pressed);
}

document.addEventListener("change", (event) => {
  const input = event.target.closest("[data-photo-files]");
  if (!input) return;
  const box = input.closest("[data-photos]");
  const room = box.dataset.most - box.querySelectorAll("[data-photo-list] > li").length;
  const files = [...input.files];
  for (const file of files.slice(0, Math.max(0, room))) take(box, file);
  const left = files.length - Math.max(0, room);
  box.querySelector("[data-photo-say]").textContent = left > 0 ? JSON.parse(box.dataset.words).many.replace("{}", left) : "";
  input.value = "";
});

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-photo-remove]");
  if (!pressed) return;
  const box = pressed.closest("[data-photos]");
  pressed.closest("li").remove();
  box.querySelector("[data-photo-say]").textContent = "";
  box.focus();
  go(box.closest("form"));
});

document.addEventListener("submit", (event) => {
  const box = event.target.querySelector("[data-photos]");
  if (!box || !event.target.querySelector("[data-sending]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  waiting.set(event.target, event.submitter);
  box.querySelector("[data-photo-say]").textContent = JSON.parse(box.dataset.words).waiting;
}, true);
