"""smtplesson: learn SMTP replies by provoking them on your own machine.

>>> import smtplesson
>>> client = smtplesson.connect("example")
>>> client.send("EHLO client.example").code
250
"""

from smtplesson.lazy import lazy

__version__ = "0.1.0"

# Imported when first used, so that the package itself loads none of numpy, matplotlib,
# ipywidgets, asyncio and ssl.
__getattr__, __dir__, __all__ = lazy(__name__)
