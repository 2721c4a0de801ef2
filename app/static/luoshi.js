// Small conveniences; every page works without them.
"use strict";

// A destructive button asks once.
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// A field with data-limit counts its characters.
const count = (field) => {
  const note = document.getElementById(`${field.id}-count`);
  if (note) note.textContent = `${[...field.value].length}/${field.dataset.limit}字`;
};
document.addEventListener("input", (event) => {
  if (event.target.dataset.limit) count(event.target);
});
document.querySelectorAll("[data-limit]").forEach(count);

// One box ticks all that belong to a form.
document.querySelectorAll("[data-all]").forEach((row) => {
  row.hidden = false;
  row.addEventListener("change", (event) => {
    const boxes = document.getElementById(row.dataset.all).elements;
    [...boxes].filter((box) => box.type === "checkbox").forEach((box) => { box.checked = event.target.checked; });
  });
});

// A file that is too large is refused before it is sent.
document.addEventListener("change", (event) => {
  const limit = Number(event.target.dataset.megabytes);
  if (!limit) return;
  const large = [...event.target.files].some((file) => file.size > limit * 1024 * 1024);
  event.target.setCustomValidity(large ? `文件超过${limit}MB。请删去图片后重新保存，或只上传任务部分。` : "");
  event.target.form.noValidate = !large;
  event.target.reportValidity();
});

// A page with unsaved words warns before it is left.
const unsaved = new Set();
document.querySelectorAll("form[data-guard]").forEach((form) => {
  form.addEventListener("input", () => unsaved.add(form));
  form.addEventListener("submit", () => unsaved.delete(form));
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});

// 带入上次内容: last month's figures and words go into the fields of the row that are still empty.
document.querySelectorAll("[data-carry]").forEach((button) => {
  const row = button.dataset.carry;
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const before of document.querySelectorAll(`[id^="${row}before-"]`)) {
      const field = document.getElementById(row + before.id.slice(`${row}before-`.length));
      if (!field || field.value.trim()) continue;
      field.value = before.textContent.trim();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
});

// A form that keeps itself as a draft: every twenty seconds while something is typed, and when the page is put away.
// A button that is pressed meanwhile waits for the answer, which carries the rows' new versions.
const KEPT_EVERY = 20_000;
document.querySelectorAll("[data-autosave]").forEach((keeper) => {
  const form = keeper.closest("form");
  let typed = false;
  let busy = false;
  let pressed = null;
  const keep = () => {
    if (!typed || busy) return;
    typed = false;
    busy = true;
    htmx.trigger(keeper, "autosave");
  };
  form.addEventListener("input", () => { typed = true; });
  setInterval(keep, KEPT_EVERY);
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  keeper.addEventListener("htmx:afterRequest", (event) => {
    busy = false;
    if (!event.detail.successful) {
      typed = true;
      keeper.textContent = keeper.dataset.failed;
    } else if (!typed && !keeper.querySelector("[data-unkept]")) {
      unsaved.delete(form);
    }
    const button = pressed;
    pressed = null;
    if (button) form.requestSubmit(button);
  });
  form.addEventListener("submit", (event) => {
    if (busy) {
      event.preventDefault();
      pressed = event.submitter;
    } else {
      typed = false;
    }
  });
  window.addEventListener("pagehide", () => {
    if (typed || busy) navigator.sendBeacon(keeper.getAttribute("hx-post"), new FormData(form));
  });
});
