// The review desk by keyboard, and the pair of words and value lit together. Everything here has a button or a link too.
"use strict";

const OFF = "luoshi-keys-off";
const keysSheet = document.getElementById("keys");
const switchOff = document.getElementById("keys-off");
const tasks = [...document.querySelectorAll("article.task")];
const source = document.getElementById("source");
let current = null;

// ---------------------------------------------------------------------------------------- words and values

const wordsOf = (mark) => document.querySelectorAll(`mark[data-marks~="${mark}"]`);
const valuesOf = (mark) => document.querySelectorAll(`a[data-mark="${mark}"]`);

const light = (marks) => {
  document.querySelectorAll(".lit").forEach((element) => element.classList.remove("lit"));
  for (const mark of marks) {
    [...wordsOf(mark), ...valuesOf(mark)].forEach((element) => element.classList.add("lit"));
  }
};

const marksOf = (element) => {
  const words = element.closest("mark[data-marks]");
  if (words) return words.dataset.marks.split(" ");
  const value = element.closest("a[data-mark]");
  return value ? [value.dataset.mark] : [];
};

document.addEventListener("pointerover", (event) => {
  const marks = marksOf(event.target);
  if (marks.length) light(marks);
});

// The pane scrolls, the page does not: the task stays where the eye is.
const showWords = (id) => {
  const place = document.getElementById(id);
  if (!place || !source) return;
  const within = place.getBoundingClientRect();
  const pane = source.getBoundingClientRect();
  if (within.top >= pane.top && within.bottom <= pane.bottom) return;
  source.scrollTop += within.top - pane.top - source.clientHeight / 4;
};

// ---------------------------------------------------------------------------------------- the task in hand

const take = (task) => {
  current = task;
  if (task.dataset.place) showWords(task.dataset.place);
};

const go = (task) => {
  if (!task) return;
  task.focus({ focusVisible: true, preventScroll: true });
  task.scrollIntoView({ block: "start", behavior: "instant" });
};

document.addEventListener("focusin", (event) => {
  const marks = marksOf(event.target);
  if (marks.length) light(marks);
  const task = event.target.closest("article.task");
  if (task && task !== current) take(task);
});

// Words lead to their value: the card that holds it is taken in hand.
const arrive = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const task = target.closest("article.task");
  if (task) {
    take(task);
    if (target === task) go(task);
    else light(marksOf(target));
  } else if (target.closest("#source")) {
    light([target.id]);
    showWords(target.id);
  } else if (target.matches(".obstacle")) {
    likely(target).focus({ focusVisible: true });
  }
};
window.addEventListener("hashchange", arrive);

// ---------------------------------------------------------------------------------------- keys

const inView = () => tasks.find((task) => task.getBoundingClientRect().bottom > 80);
const holder = () => document.activeElement?.closest?.("article.task") ?? current;

const step = (by) => {
  const here = tasks.indexOf(holder());
  go(here < 0 ? inView() ?? tasks[0] : tasks[here + by]);
};

const nextDoubt = () => {
  const here = tasks.indexOf(holder());
  const doubtful = tasks.filter((task) => "doubt" in task.dataset);
  go(doubtful.find((task) => tasks.indexOf(task) > here) ?? doubtful[0]);
};

const likely = (row) => row.querySelector("[data-likely]") ?? row;

const nextName = () => {
  const rows = [...document.querySelectorAll(".obstacle")];
  const here = rows.indexOf(document.activeElement?.closest?.(".obstacle"));
  const row = rows[here + 1] ?? rows[0];
  if (!row) return;
  likely(row).focus({ focusVisible: true });
  row.scrollIntoView({ block: "center", behavior: "instant" });
};

const press = (key) => {
  const task = holder() ?? inView();
  const control = task?.querySelector(`[data-key="${key}"]`) ?? document.querySelector(`:not(article *)[data-key="${key}"]`);
  control?.click();
};

// To the place in the source, and from there back to the task.
const toWords = () => {
  if (source.contains(document.activeElement)) return go(current);
  const task = holder() ?? inView();
  if (!task?.dataset.place) return undefined;
  take(task);
  return source.focus({ focusVisible: true });
};

// A browser without popovers shows the table of keys in the page.
const overlay = "popover" in HTMLElement.prototype;
const toggleKeys = () => (overlay ? keysSheet.togglePopover() : keysSheet.scrollIntoView());

const WORK = { j: () => step(1), k: () => step(-1), n: nextDoubt, o: nextName, g: toWords, "/": toWords, "?": toggleKeys };
for (const key of "aesmui") WORK[key] = () => press(key);

const writes = (element) => element.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || writes(event.target)) return;
  if (localStorage.getItem(OFF) && event.key !== "?") return;
  if (overlay && keysSheet.matches(":popover-open") && event.key !== "?") return;
  const work = WORK[event.key];
  if (!work) return;
  event.preventDefault();
  if (!event.repeat || "jk".includes(event.key)) work();
});

if (switchOff) {
  switchOff.closest(".off").hidden = false;
  switchOff.checked = Boolean(localStorage.getItem(OFF));
  switchOff.addEventListener("change", () => {
    if (switchOff.checked) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  });
}

arrive();
