"""Pictures of answers: well-formed whatever the names are, told in words too, and honest about what is not known."""

import re
from datetime import UTC, datetime
from itertools import pairwise
from xml.dom import minidom

import pytest
import resvg_py
from hypothesis import example, given
from hypothesis import strategies as st

from analytics.charts.bars import BarChart, Part, bar_chart
from analytics.charts.funnel import FunnelChart, Step, funnel_chart
from analytics.charts.heat_map import HeatMap, Row, Scale, heat_map
from analytics.charts.intervals import Interval, IntervalChart, interval_chart
from analytics.charts.labels import labels
from analytics.charts.lines import Line, LineChart, Mark, line_chart
from analytics.charts.numbers import short, ticks
from analytics.charts.palette import COLOURS, Theme
from analytics.charts.sparkline import Sparkline, sparkline
from analytics.metrics.periods import Period, buckets

HOSTILE = '</title><script>alert("1")</script>&\0\x1b\ud800￾'
numbers = st.none() | st.floats(-1e12, 1e12)


def parsed(svg: str) -> minidom.Document:
    return minidom.parseString(svg.encode())  # noqa: S318 - what the code under test wrote


def finite(svg: str) -> bool:
    return bool(parsed(svg)) and not re.search(r"\b(nan|inf)\b", svg)


def texts(svg: str, tag: str = "text") -> list[str]:
    found = parsed(svg).getElementsByTagName(tag)
    return ["".join(child.data for child in each.childNodes if child.nodeType == child.TEXT_NODE) for each in found]


def lines(*values: float | None, **kept: object) -> LineChart:
    return LineChart("Visits", [f"{k} Mar" for k in range(1, len(values) + 1)], [Line("Visits", values, **kept)])


def retention() -> HeatMap:
    rows = [
        Row("May", [1.0, 0.41, 0.253], 1200),
        Row("June", [1.0, 0.5, None], 900),
        Row("July", [1.0, None, None], 10),
    ]
    return HeatMap("Retention", ["0", "1", "2"], rows)


def funnel(**kept: object) -> FunnelChart:
    return FunnelChart("Sale", [Step("Seen", 1000, 1, 0.996, 1), Step("Bought", 250, 0.25, 0.224, 0.278, **kept)])


def all_charts(name: str, theme: Theme = Theme.AUTO) -> list[str]:
    return [
        line_chart(LineChart(name, [name], [Line(name, [1.0])], name, marks=[Mark(0, 1, True, name)]), theme=theme),
        funnel_chart(FunnelChart(name, [Step(name, 3, 1.0, 0.4, 1.0, open=1)]), theme=theme),
        heat_map(HeatMap(name, [name], [Row(name, [None])], unit=name, unknown=name), theme=theme),
        bar_chart(BarChart(name, [name], [Part(name, [1.0]), Part(name, [2.0])], name), theme=theme),
        interval_chart(IntervalChart(name, [Interval(name, 3, 0.5, 0.2, 0.8), Interval(name, 0)]), theme=theme),
        sparkline(Sparkline(name, [name, name], [1.0, 2.0], [2.0], name), theme=theme),
    ]


@given(st.text() | st.just(HOSTILE))
def test_a_name_is_text_and_nothing_else(name: str) -> None:
    for svg in all_charts(name):
        assert {node.tagName for node in parsed(svg).getElementsByTagName("*")} <= {
            *("svg", "title", "desc", "style", "defs", "pattern", "path", "rect", "text", "circle")
        }


@given(st.lists(numbers, max_size=40), st.sampled_from(["", "%", "USD"]))
def test_any_values_make_a_picture(values: list[float | None], unit: str) -> None:
    names = [str(k) for k in range(len(values))]
    band = [None if value is None else (value - 1, value + 1) for value in values]
    assert finite(line_chart(LineChart("x", names, [Line("x", values, len(values) // 2)], unit, band)))
    assert finite(sparkline(Sparkline("x", names, values, values[::-1], unit, len(values) // 2)))
    assert finite(bar_chart(BarChart("x", names, [Part("x", [abs(value or 0) for value in values])], unit)))
    for scale in Scale:
        assert finite(heat_map(HeatMap("x", names, [Row("x", values)], scale, unit)))


@pytest.mark.parametrize("theme", Theme)
def test_every_picture_can_be_painted_and_heard(theme: Theme) -> None:
    for svg in all_charts("Visits", theme):
        assert len(resvg_py.svg_to_bytes(svg_string=svg)) > 500
        root = parsed(svg).documentElement
        assert root.getAttribute("role") == "img"
        named = [node.getAttribute("id") for node in root.childNodes if node.nodeName in {"title", "desc"}]
        assert root.getAttribute("aria-labelledby").split() == named


def test_pictures_in_one_page_do_not_share_ids() -> None:
    drawn = (line_chart(lines(1)), line_chart(lines(2)), line_chart(lines(1), width=340))
    ids = [name for svg in drawn for name in re.findall(r'id="(\w+)"', svg)]
    assert len(ids) == len(set(ids))


def test_dark_is_a_rule_for_every_colour_that_is_used() -> None:
    for theme, within in ((Theme.AUTO, "@media (prefers-color-scheme: dark)"), (Theme.PAGE, ".dark ")):
        for svg in [line_chart(lines(1, 2, 3)), funnel_chart(funnel(open=3)), *all_charts("x", theme)]:
            used, rules = set(re.findall(r'class="(at-[\w-]+)"', svg)), set(re.findall(r"\.(at-[\w-]+)\{", svg))
            assert used <= rules
        assert within in all_charts("x", theme)[0]
    assert "<style>" not in line_chart(lines(1), theme=Theme.DARK)
    assert COLOURS["paper"][1] in line_chart(lines(1), theme=Theme.DARK)


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", sorted(set(COLOURS) - {"paper", "grid", "axis"}))
def test_text_and_lines_stand_out_from_the_paper(name: str, dark: bool) -> None:
    low, high = sorted(luminance(COLOURS[each][dark]) for each in (name, "paper"))
    assert (high + 0.05) / (low + 0.05) >= (4.5 if name in {"ink", "soft"} else 3)


def test_a_gap_parts_the_line_and_one_value_alone_is_a_dot() -> None:
    svg = line_chart(lines(1, 2, None, 3, None, 4, 5))
    paths = [
        each.getAttribute("d")
        for each in parsed(svg).getElementsByTagName("path")
        if each.getAttribute("stroke-width") == "2"
    ]
    assert [path.count(",") for path in paths] == [2, 2]
    assert len(parsed(svg).getElementsByTagName("circle")) == 1


def test_a_bucket_that_still_grows_is_dashed_with_a_ring() -> None:
    svg = line_chart(lines(1, 2, 3, incomplete=2))
    dashed = [
        each.getAttribute("d").count(",")
        for each in parsed(svg).getElementsByTagName("path")
        if each.getAttribute("stroke-dasharray")
    ]
    assert dashed == [2]
    (ring,) = parsed(svg).getElementsByTagName("circle")
    assert ring.getAttribute("fill") == "none"


def test_a_line_chart_is_told_in_words_with_its_unit() -> None:
    chart = LineChart("Rate", ["1 Mar", "2 Mar"], [Line("Rate", [0.25, 0.5])], "%", marks=[Mark(1, 0.5, True)])
    assert texts(line_chart(chart), "desc") == [
        "Rate: from 25 % (1 Mar) to 50 % (2 Mar), at last 50 % (2 Mar). 1 anomaly: 2 Mar."
    ]
    assert {"0 %", "50 %"} <= set(texts(line_chart(chart)))


@pytest.mark.parametrize(
    "svg",
    [
        line_chart(lines(None, None)),
        line_chart(lines()),
        line_chart(LineChart("x", [], [])),
        funnel_chart(FunnelChart("x", [])),
        funnel_chart(FunnelChart("x", [Step("a", 0), Step("b", 0)])),
        heat_map(HeatMap("x", [], [])),
        heat_map(HeatMap("x", ["0"], [])),
        heat_map(HeatMap("x", [], [Row("May", [])])),
        bar_chart(BarChart("x", ["May"], [Part("local", [0.0])])),
        interval_chart(IntervalChart("x", [])),
        interval_chart(IntervalChart("x", [Interval("web", 0)])),
        sparkline(Sparkline("x", ["1 May"], [None])),
    ],
)
def test_nothing_to_show_is_said(svg: str) -> None:
    assert any(said.startswith(("No values", "Nobody", "Nothing")) for said in texts(svg))


def test_labels_leave_each_other_room() -> None:
    days = [f"{k} September" for k in range(365)]
    shown = [said for said in texts(line_chart(LineChart("x", days, [Line("x", [1.0] * 365)]))) if "September" in said]
    assert 4 <= len(shown) <= 8


def test_an_immature_cell_is_hatched_and_never_a_number() -> None:
    svg = heat_map(retention())
    hatched = [
        each for each in parsed(svg).getElementsByTagName("rect") if each.getAttribute("fill").startswith("url(#h")
    ]
    assert len(hatched) == 3 + 1  # and the key
    assert [each for each in texts(svg) if re.fullmatch(r"[\d.]+", each)] == [
        "0",
        "1",
        "2",
        "100",
        "41",
        "25.3",
        "100",
        "50",
        "100",
    ]
    assert "June (900): 100 %, 50 %, not known yet." in texts(svg, "desc")[0]


def test_cells_without_room_have_colours_and_tell_their_number_when_pointed_at() -> None:
    svg = heat_map(retention(), width=120)
    assert "100" not in texts(svg)
    assert "May, 2: 25.3 %" in texts(svg, "title")


def test_a_legend_without_room_in_one_line_takes_more() -> None:
    names = [f"a rather long name {k}" for k in range(4)]
    svg = bar_chart(BarChart("Spent", ["1 May"], [Part(name, [1.0]) for name in names]), width=340)
    assert set(names) <= set(texts(svg))
    places = [
        float(each.getAttribute("y")) for each in parsed(svg).getElementsByTagName("text") if "long" in each.toxml()
    ]
    assert places == sorted(set(places))


def test_a_pale_cell_has_its_number_and_no_colour() -> None:
    svg = heat_map(HeatMap("r", ["1", "2"], [Row("a", [0.9, 0.2], pale=[1])], Scale.SIGNED))
    assert {"0.90", "0.20"} <= set(texts(svg))
    assert len(re.findall('class="at-f-one"', svg)) == 1


def test_bars_lie_upon_each_other_and_tell_their_part() -> None:
    svg = bar_chart(BarChart("Spent", ["1 May"], [Part("local", [1.0]), Part("fal", [3.0])], "USD"))
    low, high = (each for each in parsed(svg).getElementsByTagName("rect") if each.getElementsByTagName("title"))
    assert float(high.getAttribute("y")) + float(high.getAttribute("height")) == pytest.approx(
        float(low.getAttribute("y")), abs=0.2
    )
    assert texts(svg, "desc") == [
        "local: 1 USD in all, most at 1 May (1 USD). fal: 3 USD in all, most at 1 May (3 USD)."
    ]


def test_rates_beside_each_other_tell_their_intervals() -> None:
    svg = interval_chart(IntervalChart("Conversion", [Interval("web", 40, 0.5, 0.35, 0.65), Interval("app", 0)]))
    assert texts(svg, "desc") == ["web: 50 % of 40 (35 % to 65 %). app: nobody."]
    assert "nobody" in texts(svg)


def test_people_who_may_still_come_are_hatched_beside_those_who_came() -> None:
    svg = funnel_chart(funnel(open=40))
    (hatched,) = [
        each for each in parsed(svg).getElementsByTagName("rect") if each.getAttribute("fill").startswith("url(#h")
    ]
    assert float(hatched.getAttribute("x")) == pytest.approx(16 + 0.25 * 688)
    assert float(hatched.getAttribute("width")) == pytest.approx(0.04 * 688, abs=0.1)
    assert "40 may still come" in texts(svg, "title")


def test_a_funnel_tells_its_intervals_and_leaves_them_out_where_it_is_narrow() -> None:
    assert "250 · 25 % (22.4 % to 27.8 %)" in texts(funnel_chart(funnel()))
    assert "250 · 25 %" in texts(funnel_chart(funnel(), width=300))
    assert "Most are lost before Bought." in texts(funnel_chart(funnel(worst=True)), "desc")[0]


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0, "", "0"),
        (1234, "", "1,234"),
        (12345, "", "12.3k"),
        (1234567, "", "1.23M"),
        (-2.5e9, "USD", "-2.5B USD"),
        (0.253, "%", "25.3 %"),
        (1, "%", "100 %"),
        (0.00001, "", "1.0e-05"),
        (3.14159, "", "3.14"),
        (9999.6, "", "10,000"),
    ],
)
def test_numbers_are_short(value: float, unit: str, said: str) -> None:
    assert short(value, unit) == said


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
@example(0.0, 5e-324)
@example(5e-324, 5e-324)
def test_an_axis_has_few_even_ticks_around_its_values(low: float, high: float) -> None:
    low, high = min(low, high), max(low, high)
    found = ticks(low, high)
    assert 2 <= len(found) <= 8
    steps = [b - a for a, b in pairwise(found)]
    assert steps == pytest.approx([steps[0]] * len(steps), rel=1e-3)
    slack = 1e-6 * max(abs(low), abs(high), steps[0])
    assert found[0] <= low + slack
    assert found[-1] >= high - slack


def test_days_months_and_hours_have_labels_of_the_places_own_calendar() -> None:
    start, end = datetime(2026, 3, 27, 23, tzinfo=UTC), datetime(2026, 3, 28, 2, tzinfo=UTC)
    assert labels(buckets(start, end, Period.DAY, "Europe/Berlin")) == ["28 Mar"]
    assert labels(buckets(start, end, Period.HOUR, "Europe/Berlin")) == ["28 Mar 00:00", "28 Mar 01:00", "28 Mar 02:00"]
    year = datetime(2027, 1, 2, tzinfo=UTC)
    assert labels(buckets(start, year, Period.MONTH, "UTC"))[-1] == "Jan 2027"
    assert labels(buckets(start, year, Period.DAY, "UTC"))[0] == "27 Mar 2026"
