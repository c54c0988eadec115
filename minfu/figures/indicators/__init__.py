"""The indicators, a file for each family; all files here are loaded when the storey is ready."""

import pkgutil
from importlib import import_module

for _found in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_found.name}")
