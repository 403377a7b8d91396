// A page with a thread: asks for what is new while somebody looks at it, and keeps the newest in sight unless one has
// scrolled away from it.
const tick = () => document.visibilityState === "visible" && document.body.dispatchEvent(new CustomEvent("tick"));
const toEnd = () => document.getElementById("end")?.scrollIntoView({ block: "end" });
let near = true;

setInterval(tick, 5000);
document.addEventListener("visibilitychange", tick);
addEventListener("scroll", () => {
  const end = document.getElementById("end");
  near = !end || end.getBoundingClientRect().top < innerHeight + 160;
}, { passive: true });
document.addEventListener("htmx:after:swap", () => near && toEnd());
if (!location.search) toEnd();
