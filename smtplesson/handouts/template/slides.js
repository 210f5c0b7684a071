// Makes the slide fit: smaller letters first, and if that is not enough it can be scrolled.
// All other slides are out of reach.
const SIZES = [28, 25, 22, 20, 18]; // pixels on a screen that is 720 high

function fit() {
  const slide = Reveal.getCurrentSlide();
  for (const each of Reveal.getSlides()) each.inert = each !== slide;
  slide.removeAttribute("tabindex");
  for (const size of SIZES) {
    document.documentElement.style.fontSize = `${size}px`;
    if (slide.scrollHeight <= slide.clientHeight) return;
  }
  slide.tabIndex = 0;
}

// Up and down scroll a long slide with the focus in it; everything else turns slides.
const turns = ({ key }) =>
  !(/^Arrow(Up|Down)$/.test(key) && document.activeElement.closest("section[tabindex]"));

Reveal.on("ready", fit);
Reveal.on("slidechanged", fit);
Reveal.on("fragmentshown", ({ fragment }) => fragment.scrollIntoView({ block: "nearest" }));
addEventListener("load", fit);
document.addEventListener("toggle", fit, true);
Reveal.initialize({
  width: 1280,
  height: 720,
  margin: 0.03,
  center: false,
  hash: true,
  transition: "none",
  navigationMode: "linear",
  slideNumber: "c/t",
  keyboardCondition: turns,
});
