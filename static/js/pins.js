// Pins comments on photos: a press on a photo in form[data-pins] adds one to the list beside it, without the server. The
// arrow keys on a comment's number move its pin. Without this script the press sends the form, which comes back with it.
const SVG = "http://www.w3.org/2000/svg";
const STEPS = { ArrowLeft: ["pin_x", -10], ArrowRight: ["pin_x", 10], ArrowUp: ["pin_y", -10], ArrowDown: ["pin_y", 10] };
const MOST = 30;
const within = (place) => Math.min(1000, Math.max(0, Math.round(place)));
const input = (item, name) => item.querySelector(`[name="${name}"]`);

function mark(svg, item, number) {
  const { width, height } = svg.viewBox.baseVal;
  const radius = Math.max(width, height) / 28;
  const group = document.createElementNS(SVG, "g");
  const inside = (name, side) => Math.min(side - radius, Math.max(radius, (side * input(item, name).value) / 1000));
  const [x, y] = [inside("pin_x", width), inside("pin_y", height)]; // whole at the edge
  group.setAttribute("transform", `translate(${x} ${y})`);
  const circle = document.createElementNS(SVG, "circle");
  circle.setAttribute("r", radius);
  const text = document.createElementNS(SVG, "text");
  text.setAttribute("font-size", radius * 1.2);
  text.setAttribute("dy", "0.36em");
  text.textContent = number;
  group.append(circle, text);
  svg.append(group);
}

function draw(form) {
  const items = [...form.querySelectorAll("[data-pin-list] > li")];
  items.forEach((item, index) => {
    const [number, text] = [index + 1, input(item, "pin_text")];
    item.id = `pin-${number}`;
    text.id = `pin-text-${number}`;
    item.querySelector("[data-pin-label]").htmlFor = text.id;
    item.querySelectorAll(".pin-number").forEach((shown) => { shown.textContent = number; });
    item.querySelector("[data-pin-drop]").value = index;
  });
  for (const photo of form.querySelectorAll("[data-pin-photo]")) {
    const svg = photo.querySelector("[data-pin-marks]");
    svg.replaceChildren();
    items.forEach((item, index) => {
      if (input(item, "pin_photo").value === photo.dataset.pinPhoto) mark(svg, item, index + 1);
    });
  }
  form.querySelector("[data-pins-full]").hidden = items.length < MOST;
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function pin(press, event) {
  const form = press.form;
  const photo = press.closest("[data-pin-photo]");
  if (form.querySelectorAll("[data-pin-list] > li").length >= MOST) return;
  const box = press.getBoundingClientRect();
  const keyed = event.detail === 0; // Enter on the photo: its middle
  const item = form.querySelector("[data-pin-template]").content.firstElementChild.cloneNode(true);
  input(item, "pin_photo").value = photo.dataset.pinPhoto;
  input(item, "pin_x").value = keyed ? 500 : within((1000 * (event.clientX - box.left)) / box.width);
  input(item, "pin_y").value = keyed ? 500 : within((1000 * (event.clientY - box.top)) / box.height);
  photo.querySelector("[data-pin-list]").append(item);
  draw(form);
  input(item, "pin_text").focus();
}

document.addEventListener("click", (event) => {
  const press = event.target.closest("form[data-pins] .pin-press");
  const drop = event.target.closest("form[data-pins] [data-pin-drop]");
  if (!press && !drop) return;
  event.preventDefault();
  if (press) return pin(press, event);
  const form = drop.form;
  drop.closest("li").remove();
  draw(form);
});

document.addEventListener("keydown", (event) => {
  const number = event.target.closest("form[data-pins] [data-pin-move]");
  if (!number || !STEPS[event.key]) return;
  event.preventDefault();
  const [name, step] = STEPS[event.key];
  const place = input(number.closest("li"), name);
  place.value = within(Number(place.value) + step);
  draw(number.form);
});
