// Small comforts on pages that work without them. Each is switched on by a data attribute:
//   data-focus            takes the focus when it appears (the error summary)
//   time[data-relative]   adds "in 3 days" in the page's language
//   data-copy="<css>"     copies that element's words; data-copied="Copied" is said for a moment
//   data-dialog="<id>"    opens that <dialog>; data-close inside it closes it
//   data-menu             a <details> that closes on Escape and on a press outside
//   form[data-autosave="<address>"]   posts the form there while one writes; [data-save-state] inside says how it went
//   form[data-confirm="<question>"]   asks before it is sent
//   form[data-guard]      asks before leaving with unsent changes
//   data-submit-on-change sends the control's form when it changes
//   data-show-if="<field>" data-show-codes="<a b>"   shown while that field of the spec has one of these values;
//                         [data-show-words] says so in words to who has no scripts
(() => {
  "use strict";

  document.documentElement.classList.add("js");

  const appear = (root) => {
    root.querySelector("[data-focus]")?.focus();
    root.querySelectorAll("time[data-relative]").forEach(relative);
    root.querySelectorAll("form[data-autosave]").forEach(autosave);
    root.querySelectorAll("[data-show-if]").forEach(reveal);
  };

  const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

  const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);

  // Days are told apart as the date beside them is: in the reader's time zone, whatever the hour.
  function relative(time) {
    let seconds = (new Date(time.dateTime) - Date.now()) / 1000;
    const [unit, size] = UNITS.find(([, s]) => Math.abs(seconds) >= s) || UNITS[2];
    if (unit === "day") seconds = (midnight(time.dateTime) - midnight(Date.now())) / 1000;
    const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
    time.removeAttribute("data-relative");
    const note = document.createElement("span");
    note.className = "quiet";
    note.textContent = ` (${words.format(Math.round(seconds / size), unit)})`;
    time.after(note);
  }

  async function copy(button) {
    const source = document.querySelector(button.dataset.copy);
    await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
    const before = button.textContent;
    button.textContent = button.dataset.copied || "✓";
    setTimeout(() => { button.textContent = before; }, 2000);
  }

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-copy], [data-dialog], [data-close]");
    if (pressed?.matches("[data-copy]")) {
      copy(pressed);
    } else if (pressed?.matches("[data-dialog]")) {
      event.preventDefault();
      document.getElementById(pressed.dataset.dialog).showModal();
    } else if (pressed) {
      event.preventDefault();
      pressed.closest("dialog").close();
    }
    closeMenus((menu) => !menu.contains(event.target));
  });

  function closeMenus(which) {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) if (which(menu)) menu.open = false;
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest("details[data-menu]");
    closeMenus(() => true);
    menu?.querySelector("summary").focus();
  });

  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-submit-on-change]")) event.target.form.requestSubmit();
  });

  function reveal(part) {
    const codes = part.dataset.showCodes.split(" ");
    const chosen = [...part.closest("form").querySelectorAll(`[data-decides="${part.dataset.showIf}"]`)]
      .filter((control) => control.checked || !["radio", "checkbox"].includes(control.type));
    part.querySelector("[data-show-words]")?.toggleAttribute("hidden", true);
    part.hidden = !chosen.some((control) => codes.includes(control.value)) && !part.querySelector("[aria-invalid]");
  }

  document.addEventListener("change", (event) => {
    event.target.form?.querySelectorAll("[data-show-if]").forEach(reveal);
  });

  // --- Forms: nothing lost, nothing sent twice -------------------------------------------------

  const changed = new WeakSet();

  document.addEventListener("input", (event) => {
    if (event.target.form) changed.add(event.target.form);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    if (form.dataset.confirm && !confirm(form.dataset.confirm)) return event.preventDefault();
    form.dataset.sent = "1";
    changed.delete(form);
    setTimeout(() => delete form.dataset.sent, 5000);
  });

  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  addEventListener("beforeunload", (event) => {
    for (const form of document.querySelectorAll("form[data-guard]")) if (changed.has(form)) event.preventDefault();
  });

  function autosave(form) {
    if (form.dataset.autosaving) return;
    form.dataset.autosaving = "1";
    const state = form.querySelector("[data-save-state]");
    const say = (what) => { if (state) state.textContent = state.dataset[what] || ""; };
    let timer, running = false, again = false;

    const save = async () => {
      if (running) { again = true; return; }
      running = true;
      again = false;
      say("saving");
      try {
        const answer = await fetch(form.dataset.autosave, {
          method: "POST", body: new FormData(form), headers: { "X-Autosave": "1" }, keepalive: true,
        });
        if (!answer.ok) throw new Error(answer.status);
        if (!again) changed.delete(form);
        say("saved");
      } catch {
        say("failed");
        timer = setTimeout(save, 5000);
      }
      running = false;
      if (again) save();
    };

    const soon = () => { clearTimeout(timer); timer = setTimeout(save, 900); };
    form.addEventListener("input", (event) => { if (event.target.type !== "file") soon(); });
    form.addEventListener("submit", () => clearTimeout(timer));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && changed.has(form)) { clearTimeout(timer); save(); }
    });
  }

  // A form on its way to the server is not saved beside it any more: what comes second is from an older version.
  const leaving = new Set();
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return; // it is sent by a script, and stays
    leaving.add(event.target);
    event.target.dispatchEvent(new Event("htmx:abort"));
  });
  document.addEventListener("htmx:before:request", (event) => { if (leaving.has(event.target)) event.preventDefault(); });
  addEventListener("pageshow", () => leaving.clear());

  document.addEventListener("htmx:after:swap", (event) => appear(event.target.isConnected ? event.target : document));
  appear(document);
})();
