"""All packaged scenarios, for pytest: `pytest --pyargs maquette.scenarios.suite`.

A file of one's own takes them over with `from maquette.scenarios.suite import *`.
"""

from maquette.scenarios.catalogue import catalogue

globals().update({scenario.name: scenario for scenario in catalogue()})
