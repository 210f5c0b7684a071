"""The lesson inside a web page: the same Python under Pyodide, and the page that holds it."""
