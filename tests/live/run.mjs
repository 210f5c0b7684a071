// Python under Pyodide in Node: node run.mjs PYODIDE-FOLDER REPOSITORY PROGRAM
// Runs the program, which finds the repository's packages; what it prints is printed.

const [folder, repository, program] = process.argv.slice(2);
const { loadPyodide } = await import(`${folder}/pyodide.mjs`);
const python = await loadPyodide();
python.FS.mkdir("/repository");
python.FS.mount(python.FS.filesystems.NODEFS, { root: repository }, "/repository");
python.runPython("import sys; sys.dont_write_bytecode = True; sys.path.insert(0, '/repository')");
python.runPython(program);
