"""What ``make bench`` runs: minfu beside its yardsticks, in one run on one machine.

Absolute figures belong to a machine and its mood; ratios within one run carry over. Every figure says in its docstring what
is measured, what is left out, and why. See docs/operations/performance.md.
"""
