// The document under review: which candidate is selected, and what was picked out of the text by hand.
// Offsets count code points, as the server's do; the strings of the browser count UTF-16 units.
(function () {
  const noUpdate = () => window.dash_clientside.no_update;
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);
  const box = () => document.getElementById("review-text");
  const picks = () => [...document.querySelectorAll("#review-list .pick")];
  const idOf = (pick) => Number(pick.dataset.candidate);
  let selected = null;

  function select(id) {
    if (id && id !== selected && window.kpiUnsaved.mayLeave()) setProps("review-selected", { data: id });
  }

  const codePoints = (text) => Array.from(text).length;

  // A boundary of a range as an offset into the document's text; null where it lies in no piece of it.
  function offsetOf(node, at) {
    if (node.nodeType !== Node.TEXT_NODE) {
      const next = node.childNodes[at];
      const piece = next && (next.matches && next.matches("[data-start]") ? next : next.querySelector && next.querySelector("[data-start]"));
      if (piece) return Number(piece.dataset.start);
      const before = [...(node.querySelectorAll ? node.querySelectorAll("[data-start]") : [])].pop();
      return before ? Number(before.dataset.start) + codePoints(before.textContent) : null;
    }
    const piece = node.parentElement.closest("[data-start]");
    if (!piece) return null;
    const range = document.createRange();
    range.setStart(piece, 0);
    range.setEnd(node, at);
    return Number(piece.dataset.start) + codePoints(range.toString());
  }

  // Without the blanks at both ends; null when nothing inside the text is selected.
  function picked() {
    const selection = window.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const text = box();
    if (!text || !text.contains(range.startContainer) || !text.contains(range.endContainer)) return null;
    let start = offsetOf(range.startContainer, range.startOffset);
    let end = offsetOf(range.endContainer, range.endOffset);
    if (start === null || end === null || end <= start) return null;
    const all = [...text.querySelectorAll("[data-start]")];
    const words = Array.from(all.map((piece) => piece.textContent).join(""));
    const first = all.length ? Number(all[0].dataset.start) : 0;
    while (start < end && !words[start - first].trim()) start += 1;
    while (end > start && !words[end - first - 1].trim()) end -= 1;
    return end > start ? { start, end, words: words.slice(start - first, end - first).join("") } : null;
  }

  let pending = null;
  document.addEventListener("selectionchange", () => {
    if (!box()) return;
    window.clearTimeout(pending);
    pending = window.setTimeout(() => {
      const found = picked();
      // Pressing the button that adds it takes the selection away: only another click in the text clears it.
      if (found) setProps("review-picked", { data: found });
    }, 250);
  });

  document.addEventListener("click", (event) => {
    if (!box()) return;
    const pick = event.target.closest("#review-list .pick");
    const mark = event.target.closest("#review-text mark[data-candidates]");
    if (pick) select(idOf(pick));
    else if (mark && window.getSelection().isCollapsed) {
      const ids = mark.dataset.candidates.split(" ").map(Number).filter(Boolean);
      // Several rest on the same words: clicking again goes on to the next.
      if (ids.length) select(ids[(ids.indexOf(selected) + 1) % ids.length]);
    }
    if (event.target.closest("#review-text") && window.getSelection().isCollapsed) {
      setProps("review-picked", { data: null });
    }
  });

  function step(by) {
    const all = picks();
    const at = all.findIndex((pick) => idOf(pick) === selected);
    const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
    if (next) select(idOf(next));
  }

  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    a: () => (document.getElementById("review-accept") || { click() {} }).click(),
    x: () => (document.getElementById("review-reason") || { focus() {} }).focus(),
  };
  document.addEventListener("keydown", (event) => {
    if (!box() || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
    if (event.target.closest("input, textarea, select, [contenteditable=true], [role=dialog]")) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  // Enter in the reason rejects, once no proposal is open for it to choose from.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.id !== "review-reason" || event.isComposing) return;
    if (event.target.getAttribute("aria-expanded") === "true" && document.querySelector("[data-combobox-selected]")) return;
    window.setTimeout(() => document.getElementById("review-reject").click(), 50);
  });

  function scrollTo(holder, part) {
    if (!holder || !part) return;
    const outer = holder.getBoundingClientRect();
    const inner = part.getBoundingClientRect();
    if (inner.top < outer.top || inner.bottom > outer.bottom) {
      holder.scrollTop += inner.top - outer.top - holder.clientHeight / 3;
    }
  }

  function make(tag, className, words) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (words !== undefined) made.textContent = words;
    return made;
  }

  function drawPiece(piece) {
    const made = make(piece.candidates ? "mark" : "span", piece.candidates ? "found " + piece.tone : "", piece.words);
    made.dataset.start = piece.start;
    if (piece.candidates) {
      made.dataset.candidates = piece.candidates.join(" ");
      made.title = piece.title;
    }
    return made;
  }

  function drawClause(clause) {
    const made = make("span", "clause");
    if (clause.path) {
      const path = make("span", "clause-path", clause.path);
      path.setAttribute("aria-hidden", "true");
      made.append(path);
    }
    made.append(...clause.pieces.map(drawPiece));
    return made;
  }

  function drawPick(candidate) {
    const button = make("button", "pick");
    button.type = "button";
    button.dataset.candidate = candidate.id;
    const sign = make("span", "grid-state tone-" + candidate.tone, candidate.sign);
    sign.setAttribute("role", "img");
    sign.setAttribute("aria-label", candidate.decision);
    button.append(sign, make("span", "pick-name", candidate.name));
    candidate.marks.forEach((mark) => button.append(make("span", "chip tone-" + mark.tone, mark.words)));
    button.append(make("span", "pick-value", candidate.demand));
    const item = make("li");
    item.append(button);
    return item;
  }

  // Drawn here and not by Dash: a document has thousands of pieces. Drawn anew only when something changed.
  const drawn = { clauses: null, picks: null, text: null, list: null };
  function draw(clauses, candidates) {
    const text = box();
    const list = document.getElementById("review-list");
    if (text && clauses && (drawn.clauses !== clauses || drawn.text !== text)) {
      const at = text.scrollTop;
      text.replaceChildren(...clauses.map(drawClause));
      text.scrollTop = at;
      Object.assign(drawn, { clauses, text });
    }
    if (list && candidates && (drawn.picks !== candidates || drawn.list !== list)) {
      const items = make("ul", "pick-list");
      items.append(...candidates.map(drawPick));
      list.replaceChildren(candidates.length ? items : make("p", "hint", list.dataset.none));
      Object.assign(drawn, { picks: candidates, list });
    }
  }

  function show(id) {
    const text = box();
    if (!text) return;
    if (id !== selected) document.querySelector(".review-side").scrollTop = 0;
    selected = id;
    text.querySelectorAll("mark.found").forEach((mark) => {
      const ids = (mark.dataset.candidates || "").split(" ").map(Number);
      mark.classList.toggle("selected", Boolean(id) && ids.includes(id));
    });
    picks().forEach((pick) => {
      const on = idOf(pick) === id;
      pick.classList.toggle("selected", on);
      if (on) pick.setAttribute("aria-current", "true");
      else pick.removeAttribute("aria-current");
    });
    scrollTo(text, text.querySelector("mark.selected") || text.querySelector("mark.shown"));
    scrollTo(document.querySelector("#review-list .pick-list"), document.querySelector("#review-list .pick.selected"));
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.kpi = Object.assign(window.dash_clientside.kpi || {}, {
    // A fresh list selects what the address names, else keeps what was selected, else takes its first.
    reviewListed: function (candidates, current, opened) {
      if (!candidates || current) return noUpdate();
      if (opened && opened.candidate) return Number(opened.candidate);
      if ((opened && opened.start) || !candidates.length) return noUpdate();
      return candidates[0].id;
    },
    reviewShow: function (id, clauses, candidates) {
      draw(clauses, candidates);
      show(id);
      return noUpdate();
    },
    reviewPicked: function (found) {
      if (!found) return [true, ""];
      return [false, found.words.length > 60 ? found.words.slice(0, 60) + "……" : found.words];
    },
  });
})();
