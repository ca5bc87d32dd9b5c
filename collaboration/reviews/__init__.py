"""Reviews: exact versions of resources are asked for approval, step by step, and decided.

A review has rounds. A round has items, frozen to hash, parameters and cost, which are never changed; a new version of
one of them begins a new round. Decisions are made once by each reviewer in each step of a round, and stay.
"""
