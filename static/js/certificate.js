// «存成图片»: the sheet is one drawing without anything from outside, so the browser draws
// it on a canvas. The picture is shown as well: some telephones keep it by a long press.
const WIDTH = 1680, HEIGHT = 2376;

function drawn(svg) {
  const copy = svg.cloneNode(true);
  copy.setAttribute("width", WIDTH);
  copy.setAttribute("height", HEIGHT);
  const text = new XMLSerializer().serializeToString(copy);
  const picture = new Image();
  return new Promise((resolve, reject) => {
    picture.onload = () => resolve(picture);
    picture.onerror = reject;
    picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  });
}

for (const button of document.querySelectorAll("[data-picture]")) {
  const box = document.getElementById(button.dataset.picture);
  const svg = document.querySelector("svg.cert");
  if (!box || !svg || !HTMLCanvasElement.prototype.toDataURL) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      const canvas = document.createElement("canvas");
      canvas.width = WIDTH;
      canvas.height = HEIGHT;
      canvas.getContext("2d").drawImage(await drawn(svg), 0, 0, WIDTH, HEIGHT);
      const address = canvas.toDataURL("image/png");
      box.querySelector("[data-picture-shown]").src = address;
      const file = box.querySelector("[data-picture-file]");
      file.href = address;
      file.download = svg.dataset.name + ".png";
      box.hidden = false;
      box.scrollIntoView();
    } catch (error) {
      // The browser cannot draw it: printing and the PDF are there.
      button.hidden = true;
    }
  });
}
