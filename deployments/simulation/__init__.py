"""Simulated years of the office: the planner and the rules alone, against random people, with every promise checked."""

from deployments.simulation.invariants import BrokenPromiseError
from deployments.simulation.running import Simulation, simulate

__all__ = ["BrokenPromiseError", "Simulation", "simulate"]
