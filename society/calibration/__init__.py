"""Calibration: parameters of a scenario for which its societies are like what was observed."""

from society.calibration.making import calibrate
from society.calibration.settings import Calibration
from society.calibration.study import CalibrationStudy

__all__ = ["Calibration", "CalibrationStudy", "calibrate"]
