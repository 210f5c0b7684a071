// Before all else: can this browser do it? If not, the words stay that say so.
if ("DecompressionStream" in self && "noModule" in HTMLScriptElement.prototype) {
  document.getElementById("wait").textContent = "The server is starting…";
}
