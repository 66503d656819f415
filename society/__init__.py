"""Society simulates how people, information and platforms shape one another.

Public names load what they need when first used, so that importing the package costs nothing.
"""

import os
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from society import basins, figures
    from society.analysis import Analysis, analyse
    from society.calibration import Calibration, CalibrationStudy, calibrate
    from society.comparisons import Comparison, compare
    from society.errors import InputError, SocietyError
    from society.model import Society
    from society.odd import describe
    from society.pairs import twin
    from society.person import Person
    from society.population import Column
    from society.processes import PROCESSES, Process, Source
    from society.reports import report
    from society.results import Study
    from society.runner import run
    from society.scenario import Scenario
    from society.sweeps.execution import extend, resume, retry, sweep
    from society.sweeps.exporting import export
    from society.sweeps.forecast import plan
    from society.sweeps.merging import merge
    from society.sweeps.reproduction import reproduce
    from society.sweeps.sweep import Sweep
    from society.sweeps.watching import status
    from society.tables import parameter
    from society.twin_study import TwinStudy

os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")  # numba reads it when first imported; results depend on it
os.environ.setdefault("GOMP_SPINCOUNT", "2000")  # threads that wait for the next kernel soon leave the core to others

__version__ = version("society")

_HOMES = {
    "Analysis": "analysis",
    "Calibration": "calibration",
    "CalibrationStudy": "calibration",
    "Column": "population",
    "Comparison": "comparisons",
    "InputError": "errors",
    "PROCESSES": "processes",
    "Person": "person",
    "Process": "processes",
    "Scenario": "scenario",
    "Society": "model",
    "SocietyError": "errors",
    "Source": "processes",
    "Study": "results",
    "Sweep": "sweeps.sweep",
    "TwinStudy": "twin_study",
    "analyse": "analysis",
    "calibrate": "calibration",
    "compare": "comparisons",
    "describe": "odd",
    "export": "sweeps.exporting",
    "extend": "sweeps.execution",
    "merge": "sweeps.merging",
    "parameter": "tables",
    "plan": "sweeps.forecast",
    "report": "reports",
    "reproduce": "sweeps.reproduction",
    "resume": "sweeps.execution",
    "retry": "sweeps.execution",
    "run": "runner",
    "status": "sweeps.watching",
    "sweep": "sweeps.execution",
    "twin": "pairs",
}

_MODULES = {"basins", "figures"}

__all__ = [
    "PROCESSES",
    "Analysis",
    "Calibration",
    "CalibrationStudy",
    "Column",
    "Comparison",
    "InputError",
    "Person",
    "Process",
    "Scenario",
    "Society",
    "SocietyError",
    "Source",
    "Study",
    "Sweep",
    "TwinStudy",
    "analyse",
    "basins",
    "calibrate",
    "compare",
    "describe",
    "export",
    "extend",
    "figures",
    "merge",
    "parameter",
    "plan",
    "report",
    "reproduce",
    "resume",
    "retry",
    "run",
    "status",
    "sweep",
    "twin",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"society.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'society' has no attribute {name!r}")
    return getattr(import_module(f"society.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
