from __future__ import annotations

import numpy as np
import pandas as pd

from ccsim.figures import cost
from ccsim.text import labels


def test_labour_and_seats_have_axes_of_their_own(labour: pd.DataFrame, seats: pd.DataFrame) -> None:
    figure = cost.cost(labour, seats, labels("en"), "USD")
    assert list(figure.data[0].y) == ["juniors", "seniors"]
    assert list(figure.data[1].y) == ["peak", "named"]
    assert figure.data[0].xaxis != figure.data[1].xaxis
    assert "USD 3,500" in figure.layout.title.text
    assert "named, USD 8,075" in figure.layout.title.text


def test_bills_in_different_currencies_are_not_put_on_one_axis(
    labour: pd.DataFrame, seats: pd.DataFrame
) -> None:
    mixed = seats.assign(currency=["USD", "CNY"])
    figure = cost.cost(labour, mixed, labels("en"), "CNY")
    assert len({trace.xaxis for trace in figure.data}) == 3


def test_a_plan_without_tariffs_shows_labour_alone(
    labour: pd.DataFrame, seats: pd.DataFrame
) -> None:
    for groups in (labour, labour.drop(index="juniors")):
        figure = cost.cost(groups, seats.iloc[:0], labels("en"), "USD")
        assert len(figure.data) == 1


def test_a_cost_nobody_knows_is_said_to_be_unknown(
    labour: pd.DataFrame, seats: pd.DataFrame
) -> None:
    unknown = labour.assign(cost=[1000.0, np.nan, np.nan])
    figure = cost.cost(unknown, seats, labels("en"), "USD")
    assert list(figure.data[0].text) == ["USD 1,000", "not known"]
    assert "not known" in figure.layout.title.text
