// «发给家人»: the telephone's own sheet for sharing where there is one, else the address
// is copied. Shown only where one of the two works; the address stands there anyway.
for (const button of document.querySelectorAll("[data-share]")) {
  const box = button.parentElement;
  const address = box.querySelector("[data-share-address]").textContent.trim();
  const said = box.querySelector("[data-share-said]");
  const canCopy = Boolean(navigator.clipboard && navigator.clipboard.writeText);
  if (!navigator.share && !canCopy) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      if (navigator.share) {
        await navigator.share({ title: button.dataset.title, url: address });
      } else {
        await navigator.clipboard.writeText(address);
        said.textContent = button.dataset.copied;
      }
    } catch (error) {
      // Closed without choosing anybody: nothing to say.
      if (error.name !== "AbortError") button.hidden = true;
    }
  });
}
