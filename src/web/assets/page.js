// Swaps in the new page when the status changes; everything works without it.
"use strict";
(() => {
  const said = document.getElementById("said");
  const line = document.getElementById("line");
  // read out to those who cannot see it; what went wrong is shown to all
  const say = (text, wrong = false) => {
    said.className = wrong ? "note" : "visually-hidden";
    if (said.textContent !== text) said.textContent = text;
  };
  const main = () => document.getElementById("main");

  // the words are those of src/web/view/when.rs
  const relative = (then) => {
    const seconds = Math.round((then - Date.now()) / 1000);
    const size = Math.abs(seconds);
    const units = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]];
    if (size < 5) return "now";
    const [length, unit] = units.find(([length]) => size >= length);
    const number = Math.floor(size / length);
    const words = `${number} ${unit}${number === 1 ? "" : "s"}`;
    return seconds < 0 ? `${words} ago` : `in ${words}`;
  };
  const tick = () => {
    for (const time of document.querySelectorAll("time[data-relative]")) {
      const text = relative(Date.parse(time.dateTime));
      if (time.textContent !== text) time.textContent = text;
    }
  };

  // what a reader holds on to: focus, folds, how far a table is scrolled
  const keep = () => {
    const active = document.activeElement;
    const scrolls = [...document.querySelectorAll("main .scroll[id]")].map((it) => [it.id, it.scrollLeft, it.scrollTop]);
    const folds = [...document.querySelectorAll("main details[id]")].map((it) => [it.id, it.open]);
    const focus = active && main().contains(active) ? active.id : "";
    const place = [scrollX, scrollY];
    return () => {
      for (const [id, open] of folds) {
        const fold = document.getElementById(id);
        if (fold) fold.open = open;
      }
      for (const [id, left, top] of scrolls) {
        const box = document.getElementById(id);
        if (box) [box.scrollLeft, box.scrollTop] = [left, top];
      }
      if (focus) (document.getElementById(focus) ?? main()).focus({ preventScroll: true });
      scrollTo(...place);
    };
  };

  const swap = (text) => {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const next = fresh.getElementById("main");
    if (!next) return;
    const before = main().dataset.summary;
    const restore = keep();
    main().replaceWith(document.adoptNode(next));
    document.title = fresh.title;
    restore();
    tick();
    if (next.dataset.summary !== before) say(next.dataset.summary);
  };

  let loading = false;
  let wanted = "";
  const load = async () => {
    if (loading) return;
    loading = true;
    try {
      // a change that comes while the page is on its way is fetched after it
      for (let tries = 0; wanted !== main().dataset.version && tries < 3; tries += 1) {
        const answer = await fetch(location.pathname, { headers: { accept: "text/html" } });
        if (!answer.ok && answer.status !== 404) return;
        swap(await answer.text());
      }
    } catch {
      // the stream tells when the daemon is back
    } finally {
      loading = false;
    }
  };

  const show = (text, alive) => {
    line.textContent = text;
    line.dataset.alive = alive;
  };
  const follow = () => {
    const events = new EventSource("/events");
    events.addEventListener("open", () => show("live", "yes"));
    events.addEventListener("status", (event) => {
      wanted = event.data;
      load();
    });
    events.addEventListener("error", () => {
      show("not connected", "no");
      if (events.readyState === EventSource.CLOSED) setTimeout(follow, 15000);
    });
    addEventListener("pagehide", () => events.close(), { once: true });
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-ask]")) return;
    event.preventDefault();
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const text = await answer.text();
      if (answer.ok) {
        swap(text);
        say("A check was asked for.");
      } else {
        say(`It was refused: ${text}`, true);
      }
    } catch {
      say("The daemon does not answer.", true);
    }
  });

  line.hidden = false;
  document.getElementById("refresh").hidden = true;
  setInterval(tick, 10000);
  tick();
  follow();
  // a page that comes back from the browser's cache has lost its stream
  addEventListener("pageshow", (event) => event.persisted && follow());
})();
