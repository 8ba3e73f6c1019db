"""Fictional invoices and papers in every format, made by script: for the demo company and for tests."""

from reimburse.demo.samples.catalogue import SEED, samples
from reimburse.demo.samples.sample import Sample

__all__ = ["SEED", "Sample", "samples"]
