// Puts bytecode into the archives of a live page: node compile.mjs FOLDER
// FOLDER has the parts of Pyodide, and the lesson as lesson.zip.

const folder = process.argv[2];
const { loadPyodide } = await import(`${folder}/pyodide.mjs`);
const python = await loadPyodide({ env: { HOME: "/", PYTHONHASHSEED: "0" } });
python.FS.mkdir("/made");
python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/made");
python.runPython(`
import shutil, sys
shutil.unpack_archive("/made/lesson.zip", "/lesson")
sys.path.insert(0, "/lesson")
from smtplesson.handouts.live_compile import put_bytecode
put_bytecode("/made/python_stdlib.zip", "/made/lesson.zip")
`);
