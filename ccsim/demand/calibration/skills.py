"""Groups of agents from the queues they are seen to serve, where nobody names groups."""

from __future__ import annotations

import pandas as pd

# An agent serves a queue who takes it in at least one of fifty calls, and ten times in all:
# less is a call put through by mistake.
LEAST_SHARE, FEWEST_CALLS = 0.02, 10
# A group of agents who take fewer of all calls than this joins the group most like it.
SMALLEST_GROUP = 0.05


def grouped_by_skills(handled: pd.DataFrame) -> pd.Series:
    """Put agents who serve the same queues into one group.

    Parameters
    ----------
    handled
        Handled contacts with a known `agent`; column `queue`.

    Returns
    -------
    pandas.Series
        Index agent: `team_1` (most calls), `team_2` …
    """
    calls = pd.crosstab(handled["agent"], handled["queue"])
    seen = {str(agent): served(row) for agent, row in calls.iterrows()}
    weight = pd.Series(calls.sum(axis=1).to_numpy(), index=[seen[str(a)] for a in calls.index])
    sizes = weight.groupby(level=0, sort=False).sum().sort_values(ascending=False, kind="stable")
    large = [skills for skills, n in sizes.items() if n >= SMALLEST_GROUP * sizes.sum()]
    kept = large or [sizes.index[0]]
    home = {
        skills: skills if skills in kept else _most_like(skills, kept) for skills in sizes.index
    }
    names = {skills: f"team_{number}" for number, skills in enumerate(kept, start=1)}
    return pd.Series({agent: names[home[skills]] for agent, skills in seen.items()}, name="group")


def skills_of(handled: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Queues that each group (column `group`) is seen to serve; each has at least one."""
    calls = pd.crosstab(handled["group"], handled["queue"])
    return {str(group): served(row) for group, row in calls.iterrows()}


def served(calls: pd.Series) -> frozenset[str]:
    """Queues of a row of counts that are served on purpose; the most frequent one always is."""
    often = (calls >= LEAST_SHARE * calls.sum()) & (calls >= FEWEST_CALLS)
    return frozenset(map(str, calls.index[often])) or frozenset([str(calls.idxmax())])


def _most_like(skills: frozenset[str], others: list[frozenset[str]]) -> frozenset[str]:
    # Jaccard's index; of equals the larger group, which comes first.
    return max(others, key=lambda other: len(skills & other) / len(skills | other))
