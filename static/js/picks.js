// A star belongs to a chosen interest: one brings the other along.
document.addEventListener("change", ({ target }) => {
  const pick = target.closest?.(".pick");
  if (!pick) return;
  const [chosen, most] = pick.querySelectorAll("input");
  if (target === chosen && !chosen.checked) most.checked = false;
  if (target === most && most.checked) chosen.checked = true;
});
