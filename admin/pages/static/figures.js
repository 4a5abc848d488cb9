// A diagram begins at its first question, which stands in the middle of the picture.
const roll = document.querySelector(".roll[data-start]");
const first = roll && document.getElementById(roll.dataset.start);
if (first && !location.hash) {
  const box = first.getBoundingClientRect();
  const frame = roll.getBoundingClientRect();
  roll.scrollLeft += box.left - frame.left - 16;
  roll.scrollTop += box.top - frame.top - Math.max(24, (frame.height - box.height) / 2);
}
